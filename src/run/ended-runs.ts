import type { Hooks } from "../task/hooks.ts";
import { type HookCaller, hookRun } from "./hook-caller.ts";
import type { Run } from "./run.ts";
import type { RunStore } from "./run-store.ts";

/** Tells the project's hooks of runs that have ended without a worker that could tell of it. Never fails. */
export async function tellEnded(
  hooks: HookCaller,
  runs: Pick<RunStore, "find">,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    // The end stays as it is; of what cannot be read, or was not to be kept, nobody is told.
    const run = await runs.find(id).catch(() => undefined);
    if (run !== undefined) tellOne(hooks, run);
  }
}

function tellOne(hooks: HookCaller, run: Run): void {
  const { state, attempt, worker = "", startedAt, attemptStartedAt = startedAt, endedAt = run.queuedAt } = run;
  const { name = "Error", message = "", ...rest } = run.error ?? {};
  const error = { name, message, ...rest };
  const sent = hookRun(run);
  if (attemptStartedAt === undefined) {
    if (isDropped(state)) hooks.tell("runDropped", () => ({ ...sent, state, endedAt, error }));
    return;
  }
  const end = { ...sent, attempt, worker, startedAt: attemptStartedAt, endedAt };
  if (state === "lost" || state === "failed") hooks.tell("runFailed", () => ({ ...end, error, state }));
  else if (state === "cancelled") hooks.tell("runCancelled", () => end);
  else if (state === "succeeded") hooks.tell("runSucceeded", () => ({ ...end, result: run.result ?? null }));
}

type Dropped = Parameters<NonNullable<Hooks["runDropped"]>>[0]["state"];

const isDropped = (state: Run["state"]): state is Dropped =>
  state === "expired" || state === "cancelled" || state === "lost" || state === "failed";
