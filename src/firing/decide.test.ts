import { describe, expect, it } from "vitest";
import type { Instant } from "../base/clock.ts";
import { compileSchedule } from "../schedule/definition.ts";
import { cannotCompute, decide, GRACE_MS, lockKeyOf, overlaid, passedSpan } from "./decide.ts";
import type { DueSchedule } from "./decision.ts";
import { firingRunId } from "./firing-run-id.ts";

const start: Instant = Date.UTC(2027, 0, 1);
const minute = 60_000;

function everyMinute(changes: Partial<DueSchedule> = {}): DueSchedule {
  return {
    scheduleId: 1,
    scheduleUid: "uid-1",
    version: 1,
    definition: { kind: "interval", every: 1, period: "minutes" },
    zone: "UTC",
    input: null,
    misfire: "latest",
    accountedTo: start,
    paused: false,
    periodicTask: {
      id: 7,
      task: "tapp_a.hello",
      payload: { input: { a: 1 } },
      queue: null,
      priority: null,
      overlap: "allow",
      expiresMs: null,
      runOptions: {},
    },
    ...changes,
  };
}

const verdicts = (due: DueSchedule, now: Instant) => {
  const decision = decide(due, now, compileSchedule);
  return {
    ...decision,
    rows: decision.firings.map((f) => [f.nominalAt - start, f.throughAt - start, f.verdict, f.reason]),
  };
};

describe("decide", () => {
  it("sends the one nominal time that is due and waits for the next", () => {
    const { rows, accountedTo, nextAt } = verdicts(everyMinute(), start + minute + 5);
    expect(rows).toEqual([[minute, minute, "sent", "on_time"]]);
    expect([accountedTo - start, (nextAt ?? 0) - start]).toEqual([minute, 2 * minute]);
  });

  it("accounts for everything that no beat came to, and sends only the latest", () => {
    const { rows } = verdicts(everyMinute(), start + 10 * minute + 30_000);
    expect(rows).toEqual([
      [minute, 9 * minute, "missed", "superseded"],
      [10 * minute, 10 * minute, "sent", "caught_up"],
    ]);
  });

  it("counts a month of missed seconds in one row", () => {
    const month = 30 * 24 * 3_600_000;
    const due = everyMinute({ definition: { kind: "interval", every: 1, period: "seconds" } });
    const { rows } = verdicts(due, start + month);
    expect(rows[0]).toEqual([1_000, month - GRACE_MS - 1_000, "missed", "superseded"]);
    expect(rows.slice(1).map(([, , verdict]) => verdict)).toEqual(["sent", "sent", "sent"]);
  });

  it("loses nothing of a schedule of every second to a pause within the grace", () => {
    const due = everyMinute({ definition: { kind: "interval", every: 1, period: "seconds" } });
    const { rows } = verdicts(due, start + 2_500);
    expect(rows.map(([at, , verdict]) => [at, verdict])).toEqual([
      [1_000, "sent"],
      [2_000, "sent"],
    ]);
  });

  it("covers a pause with one row and goes on behind it", () => {
    const { rows, nextAt } = verdicts(everyMinute({ paused: true }), start + 3 * minute);
    expect(rows).toEqual([[minute, 3 * minute, "skipped", "paused"]]);
    expect((nextAt ?? 0) - start).toBe(4 * minute);
  });

  it("only corrects the cursor when nothing is due after all", () => {
    const { rows, accountedTo, nextAt } = verdicts(everyMinute(), start + 1);
    expect(rows).toEqual([]);
    expect([accountedTo, nextAt]).toEqual([start, start + minute]);
  });

  it("waits for nothing after a clocked time", () => {
    const { rows, nextAt } = verdicts(everyMinute({ definition: { kind: "clocked", at: start + 5 } }), start + 6);
    expect(rows).toEqual([[5, 5, "sent", "on_time"]]);
    expect(nextAt).toBeNull();
  });

  it("lets a run expire so long after its nominal time, not after it was sent", () => {
    const due = everyMinute();
    const limited = { ...due, periodicTask: { ...due.periodicTask, expiresMs: 90_000, overlap: "skip" as const } };
    const run = decide(limited, start + minute + 1_500, compileSchedule).firings[0]?.run;
    expect(run?.expiresAt).toBe(start + minute + 90_000);
    expect(run?.lockKey).toBe("periodic-task:7");
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
});

describe("what an edit leaves behind", () => {
  const schedule = compileSchedule({ kind: "interval", every: 1, period: "minutes" }, "UTC");

  it("is one row over the nominal times between two instants", () => {
    const span = passedSpan(schedule, start, start + 5 * minute, { verdict: "off", reason: "disabled" });
    expect([span?.nominalAt, span?.throughAt]).toEqual([start + minute, start + 5 * minute]);
  });

  it("is no row where no nominal time lies between them", () => {
    expect(passedSpan(schedule, start, start + minute - 1, { verdict: "off", reason: "disabled" })).toBeUndefined();
  });

  it("is a red row, and no further attempt, for a schedule that cannot be computed", () => {
    expect(cannotCompute(start, "no such zone")).toMatchObject({
      nextAt: null,
      error: "no such zone",
      accountedTo: start,
    });
  });
});

describe("a schedule's own input", () => {
  it("is laid over the input, or over kwargs where there is no schema", () => {
    expect(overlaid({ input: { a: 1, b: 1 } }, { b: 2 })).toEqual({ input: { a: 1, b: 2 } });
    expect(overlaid({ args: [1], kwargs: { a: 1 } }, { b: 2 })).toEqual({ args: [1], kwargs: { a: 1, b: 2 } });
    expect(overlaid({ input: { a: 1 } }, null)).toEqual({ input: { a: 1 } });
  });

  it("has nothing to do with the overlap rule", () => {
    expect(lockKeyOf({ id: 3, overlap: "allow" })).toBeNull();
  });
});
