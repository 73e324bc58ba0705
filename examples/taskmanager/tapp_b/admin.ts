import { adminModel } from "hyoshi";
import { Counter } from "./models.ts";

export const CounterAdmin = adminModel(Counter, {
  label: { en: "Counter of B", ja: "Bのカウンター" },
  labelPlural: { en: "Counters of B", ja: "Bのカウンター" },
  list: { columns: ["id", "count", "message", "updated"], ordering: "id", search: ["message"] },
  // Tasks count; people say what is counted.
  readOnly: ["count"],
  title: "message",
});
