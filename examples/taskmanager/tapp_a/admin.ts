import { adminModel } from "hyoshi";
import { Counter } from "./models.ts";

export const CounterAdmin = adminModel(Counter, {
  label: { en: "Counter of A", ja: "Aのカウンター" },
  labelPlural: { en: "Counters of A", ja: "Aのカウンター" },
  list: { columns: ["id", "count", "message", "updated"], ordering: "id", search: ["message"] },
  // Tasks count; people say what is counted.
  readOnly: ["count"],
  title: "message",
});
