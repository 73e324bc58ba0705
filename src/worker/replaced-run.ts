import type { Clock } from "../base/clock.ts";
import type { RunError } from "../run/run.ts";
import { argumentsOf } from "../run/run-message.ts";
import type { ClaimedRun, Outcome, RunStore } from "../run/run-store.ts";
import { plainPayload } from "./plain-payload.ts";

/** A run that was replaced waits until then, unless it is told before of the end of what took its place. */
export const WAITS_FOR_REPLACEMENT = Date.UTC(9999, 0);
/** What took its place may end before it is written that the run waits for it. */
export const LOOK_AGAIN_MS = 200;

/** What a run is told that was replaced. `later`: it does not wait yet. `nothing`: it has ended, or is not there any more. */
export type ToldRun =
  | { readonly kind: "later" | "nothing" }
  | { readonly kind: "end"; readonly run: ClaimedRun; readonly outcome: Extract<Outcome, { kind: "final" }> };

/** Reads what a run of the task `hyoshi.replaced` says: `(result or failed id, id of the replaced run)`, and whether it succeeded. */
export async function readReplaced(told: ClaimedRun, runs: Pick<RunStore, "find">, clock: Clock): Promise<ToldRun> {
  const { args, kwargs } = argumentsOf(plainPayload(told.payload));
  const [brought = null, id] = args;
  const run = typeof id === "string" ? await runs.find(id) : undefined;
  if (run === undefined || run.endedAt !== undefined) return { kind: "nothing" };
  if (run.state !== "scheduled" || run.availableAt < WAITS_FOR_REPLACEMENT) return { kind: "later" };
  const times = { startedAt: run.startedAt ?? clock.now(), endedAt: clock.now() };
  const { claim, attempt } = run;
  const ended =
    kwargs.succeeded === true
      ? ({ state: "succeeded", result: brought } as const)
      : ({ state: "failed", error: await errorOf(String(brought), runs) } as const);
  return {
    kind: "end",
    run: { ...run, processId: told.processId, lost: 0, suspect: false },
    outcome: { id: run.id, claim, attempt, ...times, kind: "final", ...ended },
  };
}

/** What failed knows best why. */
async function errorOf(failedId: string, runs: Pick<RunStore, "find">): Promise<RunError> {
  const failed = await runs.find(failedId);
  const message = `run '${failedId}', which was sent in its place, did not succeed`;
  if (failed?.error === undefined) return { name: "Error", message };
  const { name, message: why, stack, code } = failed.error;
  return {
    name,
    message: `${message}: ${why}`,
    ...(stack !== undefined && { stack }),
    ...(code !== undefined && { code }),
  };
}
