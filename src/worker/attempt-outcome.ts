import type { Clock, Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import type { Random } from "../base/random.ts";
import { leavesNothing } from "../run/record-rule.ts";
import type { RunError } from "../run/run.ts";
import { LOST_ATTEMPTS_LIMIT } from "../run/run-options.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import { matchesError } from "../task/error-matcher.ts";
import type { RegisteredTask } from "../task/registry.ts";
import { replaceRequestOf } from "../task/replace-request.ts";
import { nextAttemptAt } from "../task/retry-policy.ts";
import { retryRequestOf } from "../task/retry-request.ts";
import { toJson } from "../task/to-json.ts";
import { WAITS_FOR_REPLACEMENT } from "./replaced-run.ts";
import { runError } from "./run-error.ts";
import type { RunLog } from "./run-log.ts";
import { shownError, shownResult } from "./shown.ts";
import type { StopReason } from "./stop-reason.ts";

export interface OutcomeParts {
  readonly clock: Clock;
  readonly random: Random;
}

/** An attempt that has ended, as far as what came of it depends on it. */
export interface EndedAttempt {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  readonly parts: OutcomeParts;
  readonly log: RunLog;
  readonly startedAt: Instant;
  readonly isOnce: boolean;
}

/** What the task's function did. */
export type Ended =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

type Final = Extract<Outcome, { kind: "final" }>;
type Retry = Extract<Outcome, { kind: "retry" }>;

export function finalOutcome(
  attempt: EndedAttempt,
  state: "succeeded" | "failed" | "cancelled" | "lost",
  rest: { readonly result?: unknown; readonly error?: unknown },
): Final {
  return {
    ...ofAttempt(attempt),
    kind: "final",
    state,
    ...(leavesNothing(attempt.run.leaves, state) && { unkept: true }),
    // Whatever hands a result in here has made it JSON.
    ...(rest.result !== undefined
      ? { result: shownResult(attempt.task.task, rest.result as Json, attempt.log.secrets) }
      : {}),
    ...("error" in rest ? { error: errorOf(attempt, rest.error) } : {}),
  };
}

/** The task's retry policy decides. */
export function failedOutcome(attempt: EndedAttempt, error: unknown): Outcome {
  const replaced = replaceRequestOf(error);
  if (replaced !== undefined) return { ...retryOutcome(attempt, WAITS_FOR_REPLACEMENT, replaced), handedBack: true };
  const availableAt = nextAttempt(attempt, error);
  const request = retryRequestOf(error);
  const reason = request === undefined ? error : request.reason(availableAt === undefined);
  return availableAt === undefined
    ? finalOutcome(attempt, "failed", { error: reason })
    : retryOutcome(attempt, availableAt, reason);
}

/** It was to stop, and did; `ended` says how, unless it had to be ended by force. */
export function stoppedOutcome(
  attempt: EndedAttempt,
  { reason, error }: { readonly reason: StopReason; readonly error: HyoshiError },
  ended?: Ended,
): Outcome {
  const cause = withCause(error, ended);
  if (reason === "cancelled") {
    const result = ended?.kind === "returned" && ended.value !== undefined ? toJson(ended.value).value : undefined;
    return finalOutcome(attempt, "cancelled", { error: cause, result });
  }
  if (reason === "time_limit") return failedOutcome(attempt, cause);
  if (attempt.isOnce) return finalOutcome(attempt, "lost", { error: cause });
  return { ...retryOutcome(attempt, attempt.parts.clock.now(), cause), handedBack: true };
}

/** Whoever stops it so has nothing against what it does. */
export function isInterruption(reason: StopReason): boolean {
  return reason === "worker_stopped" || reason === "lost";
}

/** What it was executed in has crashed: it is charged as if its worker had died, and never more often than `LOST_ATTEMPTS_LIMIT`. */
export function lostOutcome(attempt: EndedAttempt, error: HyoshiError): Outcome {
  if (attempt.isOnce || attempt.run.lost + 1 >= LOST_ATTEMPTS_LIMIT) return finalOutcome(attempt, "lost", { error });
  return { ...retryOutcome(attempt, attempt.parts.clock.now(), error), lost: true };
}

function retryOutcome(attempt: EndedAttempt, availableAt: Instant, error: unknown): Retry {
  return { ...ofAttempt(attempt), kind: "retry", availableAt, error: errorOf(attempt, error) };
}

function nextAttempt({ run, task, parts, log }: EndedAttempt, error: unknown): Instant | undefined {
  const failed = { error, retries: run.retries, now: parts.clock.now(), fraction: parts.random.fraction() };
  try {
    return nextAttemptAt(task.task.options.retry, failed);
  } catch (fault) {
    log.error("hyoshi: the task's retry.on failed, and the run is not tried again:", fault);
    return undefined;
  }
}

function errorOf({ task, log }: EndedAttempt, error: unknown): RunError {
  const isExpected = matchesError(task.task.options.expectedErrors, error);
  return { ...shownError(runError(error), log.secrets), ...(isExpected && { expected: true }) };
}

function ofAttempt({ run, startedAt, parts }: EndedAttempt) {
  const { id, claim, attempt } = run;
  return { id, claim, attempt, startedAt, endedAt: parts.clock.now() };
}

/** Why it was stopped, and what the task threw then, where that says more. */
function withCause(error: HyoshiError, ended: Ended | undefined): HyoshiError {
  if (ended === undefined || ended.kind === "returned" || ended.error === error) return error;
  if (ended.error instanceof Error && ended.error.cause === error) return error;
  return new HyoshiError(error.code, error.message, { cause: ended.error, fields: error.fields });
}
