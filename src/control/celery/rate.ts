import type { Json } from "../../base/json.ts";
import type { RateLimit } from "../worker-control.ts";
import { pythonError } from "./python-error.ts";

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Celery's rate: `10/m`, a number of runs a second, or nothing; null: no limit. Fails as Celery's own reader does. */
export function readRate(value: Json): RateLimit | null {
  if (value === null || value === false || value === "") return null;
  const [amount = "", unit = "s"] = String(value).split("/");
  const perMs = UNITS_MS[unit];
  if (perMs === undefined) throw pythonError("KeyError", unit);
  const count = Number(amount);
  if (amount.trim() === "" || !Number.isFinite(count) || count < 0) {
    throw pythonError("ValueError", `could not convert string to float: '${amount}'`);
  }
  return count === 0 ? null : { count, perMs };
}

export function writeRate({ count, perMs }: RateLimit): string {
  const unit = Object.entries(UNITS_MS).find(([, ms]) => ms === perMs)?.[0] ?? "s";
  return `${count}/${unit}`;
}
