import { useMay } from "../../services/session.ts";

/** What one may do with a model's records. */
export function useMayWith(model: string): (action: "view" | "add" | "change" | "delete") => boolean {
  const may = useMay();
  return (action) => may(`model.${model}.${action}`);
}
