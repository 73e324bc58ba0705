import type { KeepOptions } from "../../task/keep-options.ts";
import type { KeepView } from "../contract.ts";

export function keepViewOf(keep: KeepOptions | null | undefined): KeepView | null {
  if (keep === null || keep === undefined) return null;
  const { days = null, failuresDays = null, lastRuns = null, mostRuns = null } = keep;
  return { days, failuresDays, lastRuns, mostRuns };
}
