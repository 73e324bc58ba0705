import type { Instant } from "../base/clock.ts";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import type { ScheduleDefinition } from "../schedule/definition.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Decision, DueSchedule, PlannedFiring } from "./decision.ts";
import { firingRunId } from "./firing-run-id.ts";

/**
 * A nominal time so late counts as on time. It is more than a beat's tick, so that a schedule of every second loses nothing to
 * a pause of the machine; beyond it the misfire rule decides.
 */
export const GRACE_MS = 2_000;

export type Compile = (definition: ScheduleDefinition, zone: string) => Schedule;

/** What to do for a schedule whose time has come: which nominal times are sent, which are not and why, and when to look again. */
export function decide(due: DueSchedule, now: Instant, compile: Compile): Decision {
  const schedule = compile(due.definition, due.zone);
  const first = schedule.next(due.accountedTo);
  if (first === undefined || first > now) return moved(due.accountedTo, first, []);
  const last = schedule.previous(now) ?? first;
  const next = schedule.next(last);
  if (due.paused) return moved(last, next, [span(first, last, "skipped", "paused")]);

  const firings: PlannedFiring[] = [];
  const firstInTime = schedule.next(Math.max(first, now - GRACE_MS) - 1) ?? last;
  const firstSent = Math.min(firstInTime, last);
  if (firstSent > first) {
    firings.push(span(first, schedule.previous(firstSent - 1) ?? first, "missed", "superseded"));
  }
  for (let at: Instant | undefined = firstSent; at !== undefined && at <= last; at = schedule.next(at)) {
    firings.push(sent(due, at, now));
  }
  return moved(last, next, firings);
}

/** The decision for a schedule that cannot be computed: it turns red, and is left alone until it is edited. */
export function cannotCompute(now: Instant, message: string): Decision {
  const firing: PlannedFiring = {
    nominalAt: now,
    throughAt: now,
    verdict: "failed",
    reason: "cannot_compute",
    detail: { message },
    run: null,
  };
  return { firings: [firing], accountedTo: now, nextAt: null, error: message };
}

/** The row for what passed while a schedule was off or being changed; none where no nominal time lies there. */
export function passedSpan(
  schedule: Schedule,
  after: Instant,
  through: Instant,
  why: { verdict: "off"; reason: "disabled" } | { verdict: "missed"; reason: "replanned" },
): PlannedFiring | undefined {
  const first = schedule.next(after);
  if (first === undefined || first > through) return undefined;
  return span(first, schedule.previous(through) ?? first, why.verdict, why.reason);
}

function moved(accountedTo: Instant, next: Instant | undefined, firings: readonly PlannedFiring[]): Decision {
  return { firings, accountedTo, nextAt: next ?? null, error: null };
}

function span(
  nominalAt: Instant,
  throughAt: Instant,
  verdict: PlannedFiring["verdict"],
  reason: PlannedFiring["reason"],
): PlannedFiring {
  return { nominalAt, throughAt, verdict, reason, detail: null, run: null };
}

function sent(due: DueSchedule, nominalAt: Instant, now: Instant): PlannedFiring {
  const { periodicTask } = due;
  return {
    nominalAt,
    throughAt: nominalAt,
    verdict: "sent",
    reason: now - nominalAt <= GRACE_MS ? "on_time" : "caught_up",
    detail: null,
    run: {
      id: firingRunId(due.scheduleUid, nominalAt),
      payload: overlaid(periodicTask.payload, due.input),
      expiresAt: periodicTask.expiresMs === null ? null : nominalAt + periodicTask.expiresMs,
      lockKey: lockKeyOf(periodicTask),
    },
  };
}

/** What unfinished runs of a periodic task may not share, under its overlap rule. */
export function lockKeyOf(periodicTask: { readonly id: number; readonly overlap: "allow" | "skip" }): string | null {
  return periodicTask.overlap === "skip" ? `periodic-task:${periodicTask.id}` : null;
}

/** A payload with a schedule's own input laid over its input or kwargs, key by key. */
export function overlaid(payload: JsonObject, input: JsonObject | null): JsonObject {
  if (input === null) return payload;
  const key = "input" in payload ? "input" : "kwargs";
  const under = payload[key];
  return { ...payload, [key]: { ...(isJsonObject(under) ? under : {}), ...input } };
}
