import { describe, expect, it } from "vitest";
import type { Instant } from "../base/clock.ts";
import { cannotCompute, decide, GRACE_MS, overlaid, passedSpan, passedSpans, ROWS_AT_ONCE } from "./decide.ts";
import type { DueSchedule, PauseSpan } from "./decision.ts";
import { firingRunId } from "./firing-run-id.ts";
import { runLockOf } from "./run-lock.ts";
import { compilePlan, plainPlan, type SchedulePlan } from "./schedule-plan.ts";

const start: Instant = Date.UTC(2027, 0, 1);
const second = 1_000;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const minutes: SchedulePlan = plainPlan({ definition: { kind: "interval", every: 1, period: "minutes" }, zone: "UTC" });
const seconds: SchedulePlan = plainPlan({ definition: { kind: "interval", every: 1, period: "seconds" }, zone: "UTC" });

type Changes = Omit<Partial<DueSchedule>, "periodicTask"> & { periodicTask?: Partial<DueSchedule["periodicTask"]> };

function everyMinute({ periodicTask, ...changes }: Changes = {}): DueSchedule {
  return {
    scheduleId: 1,
    scheduleUid: "uid-1",
    version: 1,
    plan: minutes,
    input: null,
    misfire: "latest",
    catchUpWindowMs: null,
    catchUpCap: null,
    jitterMs: null,
    accountedTo: start,
    pauses: [],
    ...changes,
    periodicTask: {
      id: 7,
      task: "tapp_a.hello",
      payload: { input: { a: 1 } },
      queue: null,
      priority: null,
      lock: null,
      expiresMs: null,
      runOptions: {},
      hold: null,
      runsLeft: null,
      ...periodicTask,
    },
  };
}

function pause(fromAt: Instant, endAt: Instant | null, reason = "deploy"): PauseSpan {
  return { scope: "all", scopeId: "", fromAt, endAt, reason, by: "ops" };
}

function verdicts(due: DueSchedule, now: Instant) {
  const decision = decide(due, now, compilePlan);
  return {
    ...decision,
    rows: decision.firings.map((f) => [f.nominalAt - start, f.throughAt - start, f.verdict, f.reason]),
  };
}

describe("decide", () => {
  it("sends the one nominal time that is due and waits for the next", () => {
    const { rows, accountedTo, nextAt } = verdicts(everyMinute(), start + minute + 5);
    expect(rows).toEqual([[minute, minute, "sent", "on_time"]]);
    expect([accountedTo - start, (nextAt ?? 0) - start]).toEqual([minute, 2 * minute]);
  });

  it("loses nothing of a schedule of every second to a pause within the grace", () => {
    const { rows } = verdicts(everyMinute({ plan: seconds }), start + 2_500);
    expect(rows.map(([at, , verdict]) => [at, verdict])).toEqual([
      [1_000, "sent"],
      [2_000, "sent"],
    ]);
  });

  it("only corrects the cursor when nothing is due after all", () => {
    const { rows, accountedTo, nextAt } = verdicts(everyMinute(), start + 1);
    expect(rows).toEqual([]);
    expect([accountedTo, nextAt]).toEqual([start, start + minute]);
  });

  it("waits for nothing after a clocked time", () => {
    const plan = plainPlan({ definition: { kind: "clocked", at: start + 5 }, zone: "UTC" });
    const { rows, nextAt } = verdicts(everyMinute({ plan }), start + 6);
    expect(rows).toEqual([[5, 5, "sent", "on_time"]]);
    expect(nextAt).toBeNull();
  });

  it("neither names nor waits for times outside of the schedule's bounds", () => {
    const plan = { ...minutes, startsAt: start + 2 * minute, endsAt: start + 3 * minute };
    const { rows, nextAt } = verdicts(everyMinute({ plan, misfire: "all" }), start + 10 * minute);
    expect(rows.map(([at]) => at)).toEqual([2 * minute, 3 * minute]);
    expect(nextAt).toBeNull();
  });

  it("lets a run expire so long after its nominal time, not after it was sent", () => {
    const lock = runLockOf(7, { overlap: "skip" });
    const due = everyMinute({ periodicTask: { expiresMs: 90_000, lock } });
    const run = decide(due, start + minute + 1_500, compilePlan).firings[0]?.run;
    expect(run?.expiresAt).toBe(start + minute + 90_000);
    expect(run?.lock).toEqual({ key: "periodic-task:7", rule: "skip", limit: 1, queue: 1 });
  });

  it("gives the same run id to every beat, and another to every schedule and time", () => {
    const ids = [
      firingRunId("a", start),
      firingRunId("a", start),
      firingRunId("b", start),
      firingRunId("a", start + 1),
    ];
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("lets runs begin within the jitter after their nominal time, the same in every beat", () => {
    const due = everyMinute({ misfire: "all", jitterMs: 10_000 });
    const delays = () =>
      decide(due, start + 90 * minute, compilePlan).firings.map((f) => (f.run?.availableAt ?? 0) - f.nominalAt);
    expect(delays().every((delay) => delay >= 0 && delay < 10_000)).toBe(true);
    expect(new Set(delays()).size).toBeGreaterThan(50);
    expect(delays()).toEqual(delays());
  });
});

describe("late nominal times", () => {
  it("are left out but for the latest, under the rule 'latest'", () => {
    const { rows } = verdicts(everyMinute(), start + 10 * minute + 30_000);
    expect(rows).toEqual([
      [minute, 9 * minute, "missed", "superseded"],
      [10 * minute, 10 * minute, "sent", "caught_up"],
    ]);
  });

  it("are one row for a month of seconds, made in no time", () => {
    const month = 30 * day;
    for (const misfire of ["skip", "latest", "all"] as const) {
      const began = performance.now();
      const { rows } = verdicts(everyMinute({ plan: seconds, misfire, catchUpCap: 1 }), start + month);
      expect(performance.now() - began).toBeLessThan(50);
      const [first, ...others] = rows;
      const last = month - GRACE_MS - (misfire === "all" ? 2_000 : 1_000);
      const reason = { skip: "late", latest: "superseded", all: "cap" }[misfire];
      expect(first).toEqual([1_000, last, "missed", reason]);
      expect(new Set(others.map(([, , verdict]) => verdict))).toEqual(new Set(["sent"]));
    }
  });

  it("are not sent at all under the rule 'skip'", () => {
    const { rows } = verdicts(everyMinute({ misfire: "skip" }), start + 10 * minute + 30_000);
    expect(rows).toEqual([[minute, 10 * minute, "missed", "late"]]);
    expect(verdicts(everyMinute({ misfire: "skip" }), start + 3 * minute).rows).toEqual([
      [minute, 2 * minute, "missed", "late"],
      [3 * minute, 3 * minute, "sent", "on_time"],
    ]);
  });

  it("are all sent under the rule 'all'", () => {
    const { rows } = verdicts(everyMinute({ misfire: "all" }), start + 4 * minute);
    expect(rows.map(([at, , verdict, reason]) => [at, verdict, reason])).toEqual([
      [minute, "sent", "caught_up"],
      [2 * minute, "sent", "caught_up"],
      [3 * minute, "sent", "caught_up"],
      [4 * minute, "sent", "on_time"],
    ]);
  });

  it("are left out where they are older than the window, under 'latest' as well", () => {
    const all = everyMinute({ misfire: "all", catchUpWindowMs: 90_000 });
    expect(verdicts(all, start + 10 * minute + 30_000).rows).toEqual([
      [minute, 8 * minute, "missed", "window"],
      [9 * minute, 9 * minute, "sent", "caught_up"],
      [10 * minute, 10 * minute, "sent", "caught_up"],
    ]);
    const latest = everyMinute({ catchUpWindowMs: 20_000 });
    expect(verdicts(latest, start + 10 * minute + 30_000).rows).toEqual([[minute, 10 * minute, "missed", "window"]]);
  });

  it("are left out beyond the cap, the oldest first, and what is older than the window says so", () => {
    const due = everyMinute({ misfire: "all", catchUpWindowMs: 5 * minute, catchUpCap: 2 });
    expect(verdicts(due, start + 10 * minute + 30_000).rows).toEqual([
      [minute, 5 * minute, "missed", "window"],
      [6 * minute, 8 * minute, "missed", "cap"],
      [9 * minute, 9 * minute, "sent", "caught_up"],
      [10 * minute, 10 * minute, "sent", "caught_up"],
    ]);
  });

  it("are sent a few at a time, and the schedule is due again at once", () => {
    let due = everyMinute({ misfire: "all", catchUpCap: 250 });
    const now = start + 20 * hour + 30_000;
    const reports = [];
    for (;;) {
      const { rows, nextAt, accountedTo } = verdicts(due, now);
      reports.push(rows.length);
      due = { ...due, accountedTo };
      if (nextAt !== now) break;
    }
    expect(reports).toEqual([ROWS_AT_ONCE, ROWS_AT_ONCE, 51]);
    expect(due.accountedTo).toBe(start + 20 * hour);
  });
});

describe("what a clock has left out", () => {
  const jump = { from: start + 2 * minute + 30_000, to: start + 8 * minute + 30_000 };
  const rows = (due: DueSchedule, now: Instant) =>
    decide(due, now, compilePlan, jump).firings.map((f) => [
      (f.nominalAt - start) / minute,
      (f.throughAt - start) / minute,
      f.reason,
    ]);

  it("says so in the reasons of what is not sent, and the misfire rule decides what is", () => {
    expect(rows(everyMinute(), start + 10 * minute + 30_000)).toEqual([
      [1, 2, "superseded"],
      [3, 8, "clock_jump"],
      [9, 9, "superseded"],
      [10, 10, "caught_up"],
    ]);
    expect(rows(everyMinute({ misfire: "skip" }), start + 10 * minute + 30_000)).toEqual([
      [1, 2, "late"],
      [3, 8, "clock_jump"],
      [9, 10, "late"],
    ]);
    expect(rows(everyMinute({ misfire: "all", catchUpCap: 3 }), start + 8 * minute + 30_000)).toEqual([
      [1, 5, "cap"],
      [6, 6, "caught_up"],
      [7, 7, "caught_up"],
      [8, 8, "caught_up"],
    ]);
  });
});

describe("rows that are there already", () => {
  const known = [3, 5, 6].map((n) => ({ nominalAt: start + n * minute, throughAt: start + n * minute }));

  it("are neither covered nor sent again", () => {
    const late = everyMinute({ known });
    const rows = (due: DueSchedule) =>
      verdicts(due, start + 8 * minute).rows.map(([from, to, ...why]) => [
        Number(from) / minute,
        Number(to) / minute,
        ...why,
      ]);
    expect(rows(late)).toEqual([
      [1, 2, "missed", "superseded"],
      [4, 4, "missed", "superseded"],
      [7, 7, "missed", "superseded"],
      [8, 8, "sent", "on_time"],
    ]);
    expect(rows({ ...late, misfire: "all" }).map(([from]) => from)).toEqual([1, 2, 4, 7, 8]);
  });
});

describe("a pause", () => {
  it("covers its nominal times with one row that says whose it is", () => {
    const due = everyMinute({ pauses: [pause(start, null)] });
    const { rows, nextAt, firings } = verdicts(due, start + 3 * minute);
    expect(rows).toEqual([[minute, 3 * minute, "skipped", "paused"]]);
    expect(firings[0]?.detail).toEqual({ scope: "all", scopeId: "", reason: "deploy", by: "ops" });
    expect((nextAt ?? 0) - start).toBe(4 * minute);
  });

  it("that ended while no beat ran skips its own times, and the misfire rule decides about the others", () => {
    const pauses = [pause(start + 3 * minute, start + 6 * minute)];
    const now = start + 8 * minute + 30_000;
    expect(verdicts(everyMinute({ pauses, misfire: "all" }), now).rows.map(([at, , ...why]) => [at, ...why])).toEqual([
      [minute, "sent", "caught_up"],
      [2 * minute, "sent", "caught_up"],
      [3 * minute, "skipped", "paused"],
      [6 * minute, "sent", "caught_up"],
      [7 * minute, "sent", "caught_up"],
      [8 * minute, "sent", "caught_up"],
    ]);
    expect(verdicts(everyMinute({ pauses }), now).rows).toEqual([
      [minute, 2 * minute, "missed", "superseded"],
      [3 * minute, 5 * minute, "skipped", "paused"],
      [6 * minute, 7 * minute, "missed", "superseded"],
      [8 * minute, 8 * minute, "sent", "caught_up"],
    ]);
  });

  it("lets the last time before it count as the latest, once it is over", () => {
    const pauses = [pause(start + 3 * minute, start + 8 * minute + 10_000)];
    expect(verdicts(everyMinute({ pauses }), start + 8 * minute + 30_000).rows).toEqual([
      [minute, minute, "missed", "superseded"],
      [2 * minute, 2 * minute, "sent", "caught_up"],
      [3 * minute, 8 * minute, "skipped", "paused"],
    ]);
  });

  it("within a longer one changes nothing of what is caught up", () => {
    const pauses = [pause(start + 4 * minute, start + 9 * minute), pause(start + 5 * minute, start + 6 * minute)];
    const due = everyMinute({ pauses, misfire: "all", catchUpCap: 2 });
    const sent = verdicts(due, start + 9 * minute + 30_000).rows.filter(([, , verdict]) => verdict === "sent");
    expect(sent.map(([at]) => Number(at) / minute)).toEqual([3, 9]);
  });

  it("in force sends nothing, not even what was due before it began", () => {
    const due = everyMinute({ pauses: [pause(start + 5 * minute, null)], misfire: "all" });
    expect(verdicts(due, start + 7 * minute).rows).toEqual([[minute, 7 * minute, "skipped", "paused"]]);
  });

  it("before the one in force keeps its own row", () => {
    const pauses = [pause(start + 2 * minute, start + 4 * minute, "first"), pause(start + 6 * minute, null, "second")];
    const { firings, rows } = verdicts(everyMinute({ pauses }), start + 7 * minute);
    expect(rows.map(([from, to]) => [from, to])).toEqual([
      [minute, minute],
      [2 * minute, 3 * minute],
      [4 * minute, 7 * minute],
    ]);
    expect(firings.map(({ detail }) => detail?.reason)).toEqual(["second", "first", "second"]);
  });
});

describe("a periodic task that fires no more", () => {
  it("skips what it is held for, late or not, and says what holds it", () => {
    const hold = { kind: "failed_run", at: start, runId: "r" } as const;
    const { rows, firings } = verdicts(everyMinute({ misfire: "all", periodicTask: { hold } }), start + 3 * minute);
    expect(rows).toEqual([[minute, 3 * minute, "skipped", "held"]]);
    expect(firings[0]?.detail).toEqual({ kind: "failed_run", runId: "r" });
  });

  it("sends no more than it has left, and looks again before it says that it has ended", () => {
    const due = everyMinute({ misfire: "all", periodicTask: { runsLeft: 2 } });
    const now = start + 4 * minute + 30_000;
    const first = verdicts(due, now);
    expect(first.rows.map(([at, , verdict]) => [at, verdict])).toEqual([
      [minute, "sent"],
      [2 * minute, "sent"],
    ]);
    expect(first.nextAt).toBe(now);
    const second = everyMinute({ accountedTo: first.accountedTo, periodicTask: { runsLeft: 0 } });
    expect(verdicts(second, now).rows).toEqual([[3 * minute, 4 * minute, "skipped", "ended"]]);
  });
});

describe("a nominal time that does not fire", () => {
  const closed = { weekend: [6, 0], closed: {}, open: [] };
  const onWorkdays = (rule: "skip" | "next", plan = minutes): SchedulePlan => ({
    ...plan,
    definition: { kind: "crontab", expression: "0 0,12 * * *" },
    calendar: { id: 1, version: 1, rule, days: closed },
  });

  it("has a row of its own, and those of a closed day share one", () => {
    // 2027-01-01 is a Friday.
    const { rows, nextAt } = verdicts(everyMinute({ plan: onWorkdays("skip"), misfire: "all" }), start + 3 * day);
    expect(rows).toEqual([
      [12 * hour, 12 * hour, "sent", "caught_up"],
      [day, 2 * day + 12 * hour, "skipped", "calendar"],
      [3 * day, 3 * day, "sent", "on_time"],
    ]);
    expect((nextAt ?? 0) - start).toBe(3 * day + 12 * hour);
  });

  it("gets it at its time, not when the next one fires", () => {
    const due = everyMinute({ plan: onWorkdays("skip"), accountedTo: start + 12 * hour });
    const { rows, nextAt } = verdicts(due, start + day);
    expect(rows).toEqual([[day, day, "skipped", "calendar"]]);
    expect((nextAt ?? 0) - start).toBe(day + 12 * hour);
  });

  it("says where it was moved to", () => {
    const due = everyMinute({ plan: onWorkdays("next"), accountedTo: start + 12 * hour });
    const { rows, firings } = verdicts(due, start + 3 * day);
    expect(rows.map(([at, , ...why]) => [at, ...why])).toEqual([
      [day, "moved", "moved"],
      [day + 12 * hour, "moved", "moved"],
      [2 * day, "moved", "moved"],
      [2 * day + 12 * hour, "moved", "moved"],
      [3 * day, "sent", "on_time"],
    ]);
    expect(firings[0]?.detail).toEqual({ movedTo: start + 3 * day, why: "calendar" });
    expect(firings[1]?.detail).toEqual({ movedTo: start + 3 * day + 12 * hour, why: "calendar" });
  });

  it("is looked at a few thousand at a time, and the schedule is due again at once", () => {
    const plan = { ...seconds, calendar: { id: 1, version: 1, rule: "skip", days: closed } } as const;
    let due = everyMinute({ plan, accountedTo: start + day - second });
    const now = start + 2 * day - second;
    const spans = [];
    for (;;) {
      const { rows, nextAt, accountedTo } = verdicts(due, now);
      expect(rows).toHaveLength(1);
      spans.push(...rows);
      due = { ...due, accountedTo };
      if (nextAt !== now) break;
    }
    expect(due.accountedTo).toBe(now);
    expect(spans.length).toBeLessThan(10);
    expect(spans.map(([from]) => from).slice(1)).toEqual(spans.slice(0, -1).map(([, to]) => Number(to) + second));
    expect(new Set(spans.map(([, , , reason]) => reason))).toEqual(new Set(["calendar"]));
  });
});

describe("what an edit leaves behind", () => {
  const schedule = compilePlan(minutes);

  it("is one row over the nominal times between two instants", () => {
    const span = passedSpan(schedule, start, start + 5 * minute, { verdict: "off", reason: "disabled" });
    expect([span?.nominalAt, span?.throughAt]).toEqual([start + minute, start + 5 * minute]);
  });

  it("leaves out what is there already", () => {
    const known = [2, 5].map((n) => ({ nominalAt: start + n * minute, throughAt: start + n * minute }));
    const spans = passedSpans(schedule, start, start + 5 * minute, { verdict: "off", reason: "disabled" }, known);
    expect(spans.map(({ nominalAt, throughAt }) => [nominalAt - start, throughAt - start])).toEqual([
      [minute, minute],
      [3 * minute, 4 * minute],
    ]);
  });

  it("is no row where no nominal time lies between them", () => {
    expect(passedSpan(schedule, start, start + minute - 1, { verdict: "off", reason: "disabled" })).toBeUndefined();
  });

  it("is a red row, and no further attempt, for a schedule that cannot be computed", () => {
    expect(cannotCompute(start - minute, start, "no such zone")).toMatchObject({
      nextAt: null,
      error: "no such zone",
      accountedTo: start,
      firings: [{ nominalAt: start - minute + 1, throughAt: start, verdict: "failed" }],
    });
  });
});

describe("a schedule's own input", () => {
  it("is laid over the input, or over kwargs where there is no schema", () => {
    expect(overlaid({ input: { a: 1, b: 1 } }, { b: 2 })).toEqual({ input: { a: 1, b: 2 } });
    expect(overlaid({ args: [1], kwargs: { a: 1 } }, { b: 2 })).toEqual({ args: [1], kwargs: { a: 1, b: 2 } });
    expect(overlaid({ input: { a: 1 } }, null)).toEqual({ input: { a: 1 } });
  });
});

describe("the overlap rule", () => {
  it("is none where any number of runs may be unfinished", () => {
    expect(runLockOf(3, { overlap: "allow" })).toBeNull();
  });
});
