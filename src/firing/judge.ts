import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { DEFAULT_CATCH_UP_CAP, type DueSchedule, type PauseSpan, type Reason } from "./decision.ts";

/**
 * A nominal time so late counts as on time. It is more than a beat's tick, so that a schedule of every second loses nothing to
 * a pause of the machine; beyond it the misfire rule decides.
 */
export const GRACE_MS = 2_000;

/** What a clock has left out: it went from `from` to `to` while no time passed. */
export interface ClockJump {
  readonly from: Instant;
  readonly to: Instant;
}

/** Whether a nominal time is sent; else why not, which is so for all that fire up to and including `through`. */
export type Judgement =
  | "send"
  | {
      readonly verdict: "skipped" | "missed";
      readonly reason: Reason;
      readonly detail: { readonly [key: string]: Json } | null;
      readonly through: Instant;
    };

/** The judge of the nominal times that fire between a schedule's `accountedTo` and `now`. What costs is computed when it is needed. */
export function createJudge(
  due: DueSchedule,
  schedule: Schedule,
  now: Instant,
  jump?: ClockJump,
): (at: Instant) => Judgement {
  const { hold, runsLeft } = due.periodicTask;
  if (hold !== null && hold.kind !== "ended") {
    const { kind, runId, count } = hold;
    return always("held", { kind, ...(runId !== undefined && { runId }), ...(count !== undefined && { count }) }, now);
  }
  if (hold !== null || runsLeft === 0) return always("ended", null, now);

  const inTimeFrom = now - GRACE_MS;
  let late: ((at: Instant) => Judgement) | undefined;
  const unpaused = (at: Instant): Judgement => {
    if (at >= inTimeFrom) return "send";
    late ??= createLateJudge(due, schedule, now, jump);
    return late(at);
  };
  if (due.pauses.length === 0) return unpaused;
  const inForce = due.pauses.find((pause) => pause.fromAt <= now && (pause.endAt === null || pause.endAt > now));
  const others = due.pauses.filter((pause) => pause.endAt !== null && pause.endAt <= now);
  return (at) => {
    const covering = others.find((pause) => covers(pause, at));
    if (covering !== undefined) return paused(covering, (covering.endAt ?? now) - 1);
    const nextPauseAt = Math.min(now + 1, ...others.flatMap(({ fromAt }) => (fromAt > at ? fromAt : [])));
    // Nothing is sent during a pause, not even what was due before it began.
    const judgement = inForce === undefined ? unpaused(at) : paused(inForce, now);
    return judgement === "send" ? judgement : { ...judgement, through: Math.min(judgement.through, nextPauseAt - 1) };
  };
}

function always(reason: Reason, detail: { readonly [key: string]: Json } | null, through: Instant): () => Judgement {
  const judgement = { verdict: "skipped", reason, detail, through } as const;
  return () => judgement;
}

function covers({ fromAt, endAt }: PauseSpan, at: Instant): boolean {
  return fromAt <= at && (endAt === null || at < endAt);
}

function paused({ scope, scopeId, reason, by }: PauseSpan, through: Instant): Judgement {
  return { verdict: "skipped", reason: "paused", detail: { scope, scopeId, reason, by }, through };
}

/** For nominal times beyond the grace, none of them paused. */
function createLateJudge(
  due: DueSchedule,
  schedule: Schedule,
  now: Instant,
  jump: ClockJump | undefined,
): (at: Instant) => Judgement {
  const missed = (reason: Reason, through: Instant): Judgement => ({
    verdict: "missed",
    reason,
    detail: null,
    through: Math.min(through, now - GRACE_MS - 1),
  });
  /** Where the clock has left a time out, it is not for want of a beat that it was missed. */
  const unsent = (at: Instant, reason: Reason, through: Instant): Judgement => {
    if (jump === undefined || at > jump.to) return missed(reason, through);
    if (at > jump.from) return missed("clock_jump", Math.min(through, jump.to));
    return missed(reason, Math.min(through, jump.from));
  };
  if (due.misfire === "skip") return (at) => unsent(at, "late", now);
  const open = openStretches(due, now);
  const oldest = due.catchUpWindowMs === null ? Number.NEGATIVE_INFINITY : now - due.catchUpWindowMs;
  if (due.misfire === "latest") {
    const latest = lastWithin(schedule, open) ?? now;
    return (at) => {
      if (at < oldest) return missed("window", oldest - 1);
      return at === latest ? "send" : unsent(at, "superseded", latest - 1);
    };
  }
  const cut = newest(schedule, cutAt(open, oldest, now - GRACE_MS - 1), due.catchUpCap ?? DEFAULT_CATCH_UP_CAP);
  return (at) => {
    if (at < oldest) return missed("window", oldest - 1);
    return at < cut ? missed("cap", cut - 1) : "send";
  };
}

interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** What no pause covers of what is to be accounted for, in order. */
function openStretches({ accountedTo, pauses }: DueSchedule, now: Instant): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = accountedTo + 1;
  for (const { fromAt, endAt } of pauses.toSorted((a, b) => a.fromAt - b.fromAt)) {
    if (fromAt > from) stretches.push({ from, to: Math.min(fromAt - 1, now) });
    from = Math.max(from, endAt ?? now + 1);
  }
  stretches.push({ from, to: now });
  return stretches.filter((stretch) => stretch.from <= stretch.to);
}

function cutAt(stretches: readonly Stretch[], from: Instant, to: Instant): readonly Stretch[] {
  return stretches
    .map((stretch) => ({ from: Math.max(stretch.from, from), to: Math.min(stretch.to, to) }))
    .filter((stretch) => stretch.from <= stretch.to);
}

function lastWithin(schedule: Schedule, stretches: readonly Stretch[]): Instant | undefined {
  for (const { from, to } of stretches.toReversed()) {
    const last = schedule.previous(to);
    if (last !== undefined && last >= from) return last;
  }
  return undefined;
}

/** From which instant on at most `count` nominal times fire within the stretches. */
function newest(schedule: Schedule, stretches: readonly Stretch[], count: number): Instant {
  let left = count;
  for (const { from, to } of stretches.toReversed()) {
    const there = schedule.count(from, to, left + 1);
    if (there <= left) {
      left -= there;
      continue;
    }
    // The first one too many is so many steps back.
    let at: Instant = to + 1;
    for (; left > 0; left -= 1) at = schedule.previous(at - 1) ?? from;
    return at;
  }
  return Number.NEGATIVE_INFINITY;
}
