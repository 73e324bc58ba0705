import type { Reason, Verdict } from "../../firing/decision.ts";
import type { FinalState, RunError } from "../../run/run.ts";

/** What becomes of the firing whose run was held. */
export interface Settlement {
  readonly verdict: Extract<Verdict, "sent" | "skipped">;
  readonly reason: Reason;
}

/** The run has its slot. */
export const hasSlot: Settlement = { verdict: "sent", reason: "waited" };

/** The run ended before it had one. */
export function droppedAs(state: FinalState, error: { readonly name: string } | null): Settlement {
  if (error?.name === REPLACED) return { verdict: "skipped", reason: "replaced" };
  return { verdict: "skipped", reason: state === "expired" ? "expired" : "cancelled" };
}

/** The name of the error of a run whose place another one took. */
export const REPLACED = "Replaced";

/** Who asks a run to stop under the rule `replace`. */
export const REPLACER = "hyoshi";

/** Why it is to stop. */
export function replacedBy(runId: string): RunError {
  return { name: REPLACED, message: `run ${runId} took its place` };
}

/** The firing that is held with this run, and no other: it is the one verdict that may change. (A backfill's run has its nominal time as well.) */
export const settleFiringSql = (
  verdict: string,
  reason: string,
  scheduleId: string,
  nominalAt: string,
  runId: string,
) => `
  update firing set verdict = ${verdict}, reason = ${reason}
  where schedule_id = ${scheduleId} and nominal_at = ${nominalAt} and verdict = 'held' and run_id = ${runId}`;
