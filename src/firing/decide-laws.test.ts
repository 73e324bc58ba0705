import fc from "fast-check";
import { expect, it } from "vitest";
import type { Instant } from "../base/clock.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { decide, GRACE_MS } from "./decide.ts";
import { DEFAULT_CATCH_UP_CAP, type DueSchedule, type PauseSpan, type PlannedFiring } from "./decision.ts";
import { nextNamed, previousNamed } from "./named-times.ts";
import { compilePlan, plainPlan, type SchedulePlan } from "./schedule-plan.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Shortly before the clocks go forward in Europe, on a Sunday. */
const start: Instant = Date.UTC(2027, 2, 26, 20);
const patience = { timeout: 120_000 };

const definitions = fc.oneof(
  fc.record({
    kind: fc.constant("interval" as const),
    every: fc.integer({ min: 1, max: 90 }),
    period: fc.constantFrom("minutes" as const, "hours" as const),
  }),
  fc
    .constantFrom("*/30 * * * *", "0 2 * * *", "15,45 2-3 * * *", "30 1 * * 0", "0 9 * * 1-5", "0 0 L * *")
    .map((expression) => ({ kind: "crontab" as const, expression })),
);

const plans: fc.Arbitrary<SchedulePlan> = fc
  .record({
    definition: definitions,
    zone: fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"),
    gap: fc.constantFrom("default" as const, "after" as const, "skip" as const),
    fold: fc.constantFrom("default" as const, "first" as const, "second" as const, "both" as const),
    rule: fc.constantFrom(null, "skip" as const, "previous" as const, "next" as const),
    startsAt: fc.option(fc.integer({ min: start - day, max: start + 2 * day })),
    endsAt: fc.option(fc.integer({ min: start + day, max: start + 20 * day })),
  })
  .map(({ rule, ...plan }) =>
    plainPlan({
      ...plan,
      calendar: rule && {
        id: 1,
        version: 1,
        rule,
        days: { weekend: [6, 0], closed: { "2027-03-31": "Wednesday" }, open: [] },
      },
    }),
  );

const pauses: fc.Arbitrary<PauseSpan[]> = fc.array(
  fc
    .record({
      // Often right at a nominal time, and over each other.
      fromAt: fc.oneof(
        fc.integer({ min: -48, max: 200 }).map((n) => start + (n * hour) / 2),
        fc.integer({ min: start, max: start + day }),
      ),
      length: fc.option(
        fc.oneof(
          fc.integer({ min: 1, max: 96 }).map((n) => (n * hour) / 2),
          fc.integer({ min: 1, max: day }),
        ),
        { freq: 6 },
      ),
      scope: fc.constantFrom("all" as const, "tag" as const, "schedule" as const),
    })
    .map(({ fromAt, length, scope }) => ({
      scope,
      scopeId: `${fromAt}`,
      fromAt,
      endAt: length === null ? null : fromAt + length,
      reason: "",
      by: "",
    })),
  { maxLength: 3 },
);

const dues: fc.Arbitrary<DueSchedule> = fc
  .record({
    plan: plans,
    misfire: fc.constantFrom("skip" as const, "latest" as const, "all" as const),
    catchUpWindowMs: fc.option(fc.integer({ min: 1, max: 3 * day })),
    catchUpCap: fc.option(fc.integer({ min: 1, max: 30 })),
    pauses: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, { arbitrary: pauses, weight: 3 }),
    runsLeft: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 3 }),
    isHeld: fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 }),
  })
  .map(({ runsLeft, isHeld, ...due }) => ({
    ...due,
    scheduleId: 1,
    scheduleUid: "uid",
    version: 1,
    input: null,
    jitterMs: null,
    accountedTo: start,
    periodicTask: {
      id: 1,
      task: "t",
      payload: { input: null },
      queue: null,
      priority: null,
      lock: null,
      expiresMs: null,
      runOptions: {},
      hold: isHeld ? { kind: "failed_run" as const, at: start } : null,
      runsLeft,
    },
  }));

/** How long until the next look: often at once, sometimes after days. */
const looks = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 5_000 }),
    fc.integer({ min: 1, max: hour }),
    fc.integer({ min: 1, max: 5 * day }),
    fc.constant(0),
  ),
  { minLength: 1, maxLength: 12 },
);

/** Every instant that a schedule names, one after the other. */
function named(schedule: Schedule, after: Instant, through: Instant): Instant[] {
  const times: Instant[] = [];
  for (let at = nextNamed(schedule, after); at !== undefined && at <= through; at = nextNamed(schedule, at))
    times.push(at);
  return times;
}

/** What becomes of each named instant up to now, judged one by one in the plainest words. */
function judged(due: DueSchedule, schedule: Schedule, now: Instant): Map<Instant, string> {
  const { pauses, periodicTask, misfire, catchUpWindowMs, catchUpCap } = due;
  const answers = new Map<Instant, string>();
  const isException = (at: Instant) => schedule.previous(at) !== at;
  const inForce = pauses.some(({ fromAt, endAt }) => fromAt <= now && (endAt === null || endAt > now));
  const isPaused = (at: Instant) =>
    inForce || pauses.some(({ fromAt, endAt }) => fromAt <= at && endAt !== null && at < endAt);
  const times = named(schedule, due.accountedTo, now);
  const candidates = times.filter((at) => !isException(at) && !isPaused(at));
  const late = candidates.filter((at) => at < now - GRACE_MS);
  const young = late.filter((at) => catchUpWindowMs === null || at >= now - catchUpWindowMs);
  const newest = young.slice(-(catchUpCap ?? DEFAULT_CATCH_UP_CAP));
  for (const at of times) {
    const exception = schedule.exceptions?.previous(at);
    if (isException(at))
      answers.set(at, exception?.movedTo === undefined ? `skipped ${exception?.reason}` : "moved moved");
    else if (periodicTask.hold !== null) answers.set(at, "skipped held");
    else if (periodicTask.runsLeft === 0) answers.set(at, "skipped ended");
    else if (isPaused(at)) answers.set(at, "skipped paused");
    else if (!late.includes(at)) answers.set(at, "sent on_time");
    else if (misfire === "skip") answers.set(at, "missed late");
    else if (!young.includes(at)) answers.set(at, "missed window");
    else if (misfire === "latest") answers.set(at, at === candidates.at(-1) ? "sent caught_up" : "missed superseded");
    else answers.set(at, newest.includes(at) ? "sent caught_up" : "missed cap");
  }
  return answers;
}

it("puts every nominal time into one row, with the verdict that it deserves, whenever somebody looks", patience, () => {
  fc.assert(
    fc.property(dues, looks, (first, waits) => {
      const schedule = compilePlan(first.plan);
      let due = first;
      let now = start;
      for (const wait of waits) {
        now += wait;
        for (let calls = 0; ; calls += 1) {
          expect(calls).toBeLessThan(200);
          const decision = decide(due, now, compilePlan);
          const left = due.periodicTask.runsLeft;
          const wanted = judged(due, schedule, now);
          for (const [at, why] of wanted) if (at > decision.accountedTo) wanted.delete(at) && expect(why).not.toBe("");
          expect(expanded(decision.firings, schedule)).toEqual([...wanted]);
          const sent = decision.firings.filter(({ run }) => run !== null).length;
          if (left !== null && left > 0) expect(sent).toBeLessThanOrEqual(left);
          expect(decision.firings.length).toBeLessThanOrEqual(100);

          const next = nextNamed(schedule, decision.accountedTo) ?? null;
          const isDone = next === null || next > now;
          expect(decision.nextAt).toBe(isDone ? next : now);
          if (!isDone) expect(decision.accountedTo).toBeGreaterThan(due.accountedTo);
          const runsLeft = left === null ? null : left - sent;
          due = { ...due, accountedTo: decision.accountedTo, periodicTask: { ...due.periodicTask, runsLeft } };
          if (isDone) break;
        }
      }
      expect(due.accountedTo).toBe(Math.max(start, previousNamed(schedule, now) ?? start));
    }),
    { numRuns: process.env.HYOSHI_LONG === "1" ? 20_000 : 400 },
  );
});

/** Each named instant of the rows with what they say of it; fails where a row says nothing, or is no row of named instants. */
function expanded(rows: readonly PlannedFiring[], schedule: Schedule): [Instant, string][] {
  return rows.flatMap(({ nominalAt, throughAt, verdict, reason, run }) => {
    const times = named(schedule, nominalAt - 1, throughAt);
    expect(times[0]).toBe(nominalAt);
    expect(times.at(-1)).toBe(throughAt);
    expect(run !== null).toBe(verdict === "sent");
    if (run !== null) expect(times).toHaveLength(1);
    return times.map((at): [Instant, string] => [at, `${verdict} ${reason}`]);
  });
}

it("neither repeats nor covers what is there already", patience, () => {
  fc.assert(
    fc.property(dues, looks, fc.infiniteStream(fc.boolean()), (due, waits, chosen) => {
      const schedule = compilePlan(due.plan);
      const now = start + waits.reduce((a, b) => a + b, 0);
      const known = named(schedule, start, now)
        .filter(() => chosen.next().value)
        .map((at) => ({ nominalAt: at, throughAt: at }));
      const decision = decide({ ...due, known }, now, compilePlan);
      const found = expanded(
        decision.firings.flatMap((row) => splitAt(row, known)),
        schedule,
      ).map(([at]) => at);
      const there = new Set(known.map(({ nominalAt }) => nominalAt));
      const wanted = named(schedule, start, decision.accountedTo).filter((at) => !there.has(at));
      expect(found).toEqual(wanted);
    }),
    { numRuns: process.env.HYOSHI_LONG === "1" ? 5_000 : 200 },
  );
});

/** Fails where a row covers one that is there. */
function splitAt(row: PlannedFiring, known: readonly { nominalAt: Instant }[]): PlannedFiring[] {
  expect(known.filter(({ nominalAt }) => row.nominalAt <= nominalAt && nominalAt <= row.throughAt)).toEqual([]);
  return [row];
}
