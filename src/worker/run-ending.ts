import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Ending } from "../canvas/follow-ups.ts";
import { exceptionObject, revokedException } from "../message/wire-exception.ts";
import type { FinalState, RunError } from "../run/run.ts";

/** What became of a run, however it ended. */
export interface RunEnd {
  readonly state: FinalState;
  readonly result?: Json;
  readonly error?: RunError;
  readonly endedAt: Instant;
  /** Whether it was being executed. */
  readonly hadBegun: boolean;
}

/** A run's end as Celery's clients see it: cancelled and expired are REVOKED, lost is the failure of its worker. */
export function endingOf({ state, result, error, hadBegun }: RunEnd): Ending {
  if (state === "succeeded") return { state: "SUCCESS", result: result ?? null };
  if (state === "cancelled") {
    return { state: "REVOKED", exception: revokedException(hadBegun ? "terminated" : "revoked"), traceback: null };
  }
  if (state === "expired") return { state: "REVOKED", exception: revokedException("expired"), traceback: null };
  const failure = error ?? { name: "Error", message: "it failed without an error" };
  const told = state === "lost" ? { ...failure, code: "run_lost" } : failure;
  return { state: "FAILURE", exception: exceptionObject(told), traceback: tracebackOf(failure) };
}

/** Never parsed by anybody; people read it. */
export function tracebackOf({ name, message, stack }: RunError): string {
  return stack ?? `${name}: ${message}`;
}
