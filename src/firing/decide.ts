import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import type { Exception, Exceptions, Schedule } from "../schedule/schedule.ts";
import type { Decision, DueSchedule, KnownRow, PlannedFiring, Reason, Verdict } from "./decision.ts";
import { firingRunId } from "./firing-run-id.ts";
import { jitterOf } from "./jitter.ts";
import { type ClockJump, createJudge, GRACE_MS } from "./judge.ts";
import { nextNamed, previousNamed } from "./named-times.ts";
import type { Compile } from "./schedule-plan.ts";

export { GRACE_MS } from "./judge.ts";

/** Rows of one decision. Whoever has more to account for is due again at once, behind the others. */
export const ROWS_AT_ONCE = 100;
/** Exceptions of one row that are looked at one by one; the next decision lengthens the row. */
const STEPS_AT_ONCE = 10_000;

/**
 * What to do for a schedule whose time has come: which nominal times are sent, which are not and why, and when to look again. Every instant
 * that the schedule names up to `accountedTo` of the answer lies in exactly one of its rows, or in one of `due.known`.
 *
 * @param jump what the clock has left out, for the reasons of what is not sent because of it
 */
export function decide(due: DueSchedule, now: Instant, compile: Compile, jump?: ClockJump): Decision {
  const schedule = compile(due.plan);
  const { exceptions } = schedule;
  const judge = createJudge(due, schedule, now, jump);
  const firings: PlannedFiring[] = [];
  let runsLeft = due.periodicTask.runsLeft ?? Number.POSITIVE_INFINITY;
  let at = due.accountedTo;
  for (;;) {
    const fires = schedule.next(at);
    const exception = exceptions?.next(at);
    const isExceptionFirst = exception !== undefined && (fires === undefined || exception.at < fires);
    const named = isExceptionFirst ? exception.at : fires;
    if (named === undefined || named > now) return moved(at, named ?? null, firings);
    const known = due.known?.find(({ throughAt }) => throughAt >= named);
    if (known !== undefined && known.nominalAt <= named) {
      at = Math.min(known.throughAt, now);
      continue;
    }
    const end = Math.min(now, (known?.nominalAt ?? now + 1) - 1);
    if (firings.length >= ROWS_AT_ONCE) return moved(at, now, firings);

    if (isExceptionFirst) {
      const { firing, isCut } = exceptionSpan(
        exception,
        exceptions as Exceptions,
        Math.min(end, (fires ?? now + 1) - 1),
      );
      firings.push(firing);
      at = firing.throughAt;
      if (isCut) return moved(at, now, firings);
      continue;
    }
    const judgement = judge(named);
    if (judgement === "send") {
      // How many are left is known again when these are sent: one may be in the way of another.
      if (runsLeft === 0) return moved(at, now, firings);
      firings.push(sent(due, named, now));
      runsLeft -= 1;
      at = named;
      continue;
    }
    const through = Math.min(judgement.through, end, (exception?.at ?? now + 1) - 1);
    at = schedule.previous(through) ?? named;
    firings.push({ ...row(named, at, judgement.verdict, judgement.reason), detail: judgement.detail });
  }
}

/** Consecutive exceptions that share a reason and a replacement; cut where they are too many to be looked at. */
function exceptionSpan(
  first: Exception,
  exceptions: Exceptions,
  end: Instant,
): { firing: PlannedFiring; isCut: boolean } {
  let last = first;
  let isCut = true;
  for (let steps = 0; steps < STEPS_AT_ONCE && isCut; steps += 1) {
    const next = exceptions.next(last.at);
    isCut = next !== undefined && next.at <= end && next.reason === first.reason && next.movedTo === first.movedTo;
    if (isCut) last = next as Exception;
  }
  const firing =
    first.movedTo === undefined
      ? row(first.at, last.at, "skipped", first.reason)
      : { ...row(first.at, last.at, "moved", "moved"), detail: { movedTo: first.movedTo, why: first.reason } };
  return { firing, isCut };
}

/**
 * The decision for a schedule that cannot be computed: it turns red, and is left alone until it is edited. Its row covers everything that is
 * not accounted for, whatever lies there.
 */
export function cannotCompute(accountedTo: Instant, now: Instant, message: string): Decision {
  const from = Math.min(accountedTo + 1, now);
  const firing = { ...row(from, now, "failed", "cannot_compute"), detail: { message } };
  return { firings: [firing], accountedTo: now, nextAt: null, error: message };
}

/** The rows for what passed while a schedule was off or being changed, around those that are there already. */
export function passedSpans(
  schedule: Schedule,
  after: Instant,
  through: Instant,
  why: Parameters<typeof passedSpan>[3],
  known: readonly KnownRow[],
): readonly PlannedFiring[] {
  const from = [after, ...known.map(({ throughAt }) => throughAt)];
  const to = [...known.map(({ nominalAt }) => nominalAt - 1), through];
  return from.flatMap((start, index) => passedSpan(schedule, start, to[index] ?? through, why) ?? []);
}

/** The row for what passed; none where the schedule names no instant there. */
export function passedSpan(
  schedule: Schedule,
  after: Instant,
  through: Instant,
  why: { verdict: "off"; reason: "disabled" } | { verdict: "missed"; reason: "replanned" | "clock_jump" },
): PlannedFiring | undefined {
  const first = nextNamed(schedule, after);
  if (first === undefined || first > through) return undefined;
  return row(first, previousNamed(schedule, through) ?? first, why.verdict, why.reason);
}

function moved(accountedTo: Instant, nextAt: Instant | null, firings: readonly PlannedFiring[]): Decision {
  return { firings, accountedTo, nextAt, error: null };
}

function row(
  nominalAt: Instant,
  throughAt: Instant,
  verdict: Verdict,
  reason: Reason,
): PlannedFiring & { detail: { [key: string]: Json } | null } {
  return { nominalAt, throughAt, verdict, reason, detail: null, run: null };
}

function sent(due: DueSchedule, nominalAt: Instant, now: Instant): PlannedFiring {
  const { periodicTask, jitterMs } = due;
  const id = firingRunId(due.scheduleUid, nominalAt);
  return {
    ...row(nominalAt, nominalAt, "sent", now - nominalAt <= GRACE_MS ? "on_time" : "caught_up"),
    run: {
      id,
      payload: overlaid(periodicTask.payload, due.input),
      availableAt: jitterMs === null ? nominalAt : nominalAt + jitterOf(id, jitterMs),
      expiresAt: periodicTask.expiresMs === null ? null : nominalAt + periodicTask.expiresMs,
      lock: periodicTask.lock,
    },
  };
}

/** A payload with a schedule's own input laid over its input or kwargs, key by key. */
export function overlaid(payload: JsonObject, input: JsonObject | null): JsonObject {
  if (input === null) return payload;
  const key = "input" in payload ? "input" : "kwargs";
  const under = payload[key];
  return { ...payload, [key]: { ...(isJsonObject(under) ? under : {}), ...input } };
}
