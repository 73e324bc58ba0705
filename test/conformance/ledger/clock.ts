import { describe, expect, it } from "vitest";
import { compilePlan } from "../../../src/firing/schedule-plan.ts";
import { draft, everyMinute, type LedgerCases, minute, start } from "./ledger-bench.ts";

const hour = 60 * minute;
const day = 24 * hour;

/** What becomes of a ledger whose clock was ahead. */
export function clockThatWasAhead(cases: () => LedgerCases): void {
  const rows = () => cases().rows();
  const withdraw = (ms: number, after = 0, limit = 100) =>
    cases().bench.ledger.withdraw({ now: start + ms, after, limit, compile: compilePlan });
  const inMinutes = async () =>
    (await rows()).map(([from, to, ...why]) => [Number(from) / minute, Number(to) / minute, ...why]);

  describe("a clock", () => {
    it("is told by the ledger, and goes on", async () => {
      const first = await cases().bench.ledger.clock();
      expect(await cases().bench.ledger.clock()).toBeGreaterThanOrEqual(first);
    });
  });

  describe("a cursor that is ahead of the clock", () => {
    it("returns, and what was not sent of what it accounts for is decided again", async () => {
      await cases().minutely();
      await cases().fire(minute);
      await cases().fire(365 * day + 30_000);
      expect((await inMinutes()).map(([, , ...why]) => why.join(" "))).toEqual([
        "sent on_time",
        "missed superseded",
        "sent caught_up",
      ]);
      expect(await withdraw(3 * minute + 1)).toEqual({ withdrawn: [1], at: 0 });
      expect(await inMinutes()).toEqual([
        [1, 1, "sent", "on_time"],
        [2, 3, "missed", "superseded"],
        [365 * 24 * 60, 365 * 24 * 60, "sent", "caught_up"],
      ]);
      expect(await cases().bench.ledger.nextWakeAt()).toBe(start + 4 * minute);
      await cases().fire(4 * minute);
      expect((await inMinutes())[2]).toEqual([4, 4, "sent", "on_time"]);
      expect(await withdraw(4 * minute)).toEqual({ withdrawn: [], at: 0 });
    });

    it("sends nothing again that was sent too early, when its time comes", async () => {
      await cases().minutely({}, { misfire: "all" });
      await cases().fire(5 * minute);
      expect(await cases().liveRuns()).toHaveLength(5);
      await withdraw(2 * minute + 1);
      expect(await cases().bench.ledger.nextWakeAt()).toBe(start + 3 * minute);
      for (let n = 3; n <= 7; n += 1) await cases().fire(n * minute);
      expect(await cases().liveRuns()).toHaveLength(7);
      expect((await inMinutes()).map(([from, to]) => [from, to])).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => [n, n]));
    });

    it("lets a run that was sent too early begin now, not at the jittered time that is to come", async () => {
      await cases().minutely({}, { jitterMs: 30_000 });
      await cases().fire(365 * day + 10);
      await withdraw(2 * minute + 1);
      const [run] = await cases().liveRuns();
      expect(run).toMatchObject({ available_at: start + 2 * minute + 1 });
    });

    it("lets no span cover what was sent too early", async () => {
      await cases().minutely();
      await cases().fire(10 * minute + 30_000);
      await withdraw(2 * minute + 1);
      const task = await cases().bench.periodicTasks.find(1, start);
      await cases().bench.periodicTasks.pause(
        task?.id ?? 0,
        { reason: "deploy", untilAt: null },
        cases().at(2 * minute + 2),
      );
      for (const n of [3, 4, 9, 11, 12, 13]) await cases().fire(n * minute);
      expect(await inMinutes()).toEqual([
        [1, 2, "missed", "superseded"],
        [3, 9, "skipped", "paused"],
        [10, 10, "sent", "caught_up"],
        [11, 13, "skipped", "paused"],
      ]);
    });

    it("takes back what was switched off, planned and paused by the clock that was ahead", async () => {
      const task = await cases().minutely();
      await cases().bench.periodicTasks.setEnabled(task.id, false, cases().at(day));
      await cases().bench.periodicTasks.pause(task.id, { reason: "deploy", untilAt: null }, cases().at(day));
      await withdraw(2 * minute + 1);
      expect(await inMinutes()).toEqual([[1, 2, "missed", "replanned"]]);
      expect(await cases().bench.ledger.nextWakeAt()).toBeUndefined();
      const found = await cases().bench.periodicTasks.find(task.id, start + 3 * minute);
      expect(found?.pause?.fromAt).toBe(start + 2 * minute + 1);
      await cases().bench.periodicTasks.setEnabled(task.id, true, cases().at(5 * minute + 1));
      expect((await inMinutes())[1]).toEqual([3, 5, "off", "disabled"]);
    });

    it("that is switched on later leaves out what was sent too early", async () => {
      const task = await cases().minutely();
      await cases().fire(4 * minute + 30_000);
      await withdraw(minute + 1);
      await cases().bench.periodicTasks.setEnabled(task.id, false, cases().at(minute + 2));
      await cases().bench.periodicTasks.setEnabled(task.id, true, cases().at(6 * minute + 1));
      expect(await inMinutes()).toEqual([
        [1, 1, "missed", "superseded"],
        [2, 3, "off", "disabled"],
        [4, 4, "sent", "caught_up"],
        [5, 6, "off", "disabled"],
      ]);
    });

    it("is one among others, which stay, and found in parts", async () => {
      for (let n = 0; n < 5; n += 1) await cases().create(draft(`task ${n}`, { schedules: [everyMinute] }));
      await cases().fire(hour);
      await cases().bench.query(
        "update schedule_cursor set accounted_to = accounted_to - 3600000 where schedule_id > 4",
      );
      expect(await withdraw(minute, 0, 3)).toEqual({ withdrawn: [1, 2, 3], at: 3 });
      expect(await withdraw(minute, 3, 3)).toEqual({ withdrawn: [4], at: 0 });
    });
  });
}
