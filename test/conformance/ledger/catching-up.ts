import { describe, expect, it } from "vitest";
import { draft, everyMinute, type LedgerCases, minute, start } from "./ledger-bench.ts";

const hour = 60 * minute;

export function catchingUp(cases: () => LedgerCases): void {
  const rows = () => cases().rows();

  describe("late nominal times", () => {
    it("are not sent, under the rule 'skip'", async () => {
      await cases().minutely({}, { misfire: "skip" });
      expect(await cases().fire(10 * minute + 30_000)).toMatchObject({ sent: 0 });
      expect(await rows()).toEqual([[minute, 10 * minute, "missed", "late"]]);
    });

    it("are sent within window and cap, under the rule 'all', each with its own run", async () => {
      await cases().minutely({}, { misfire: "all", catchUpWindowMs: 6 * minute, catchUpCap: 3 });
      expect(await cases().fire(10 * minute + 30_000)).toMatchObject({ sent: 3 });
      expect(await rows()).toEqual([
        [minute, 4 * minute, "missed", "window"],
        [5 * minute, 7 * minute, "missed", "cap"],
        [8 * minute, 8 * minute, "sent", "caught_up"],
        [9 * minute, 9 * minute, "sent", "caught_up"],
        [10 * minute, 10 * minute, "sent", "caught_up"],
      ]);
      const runs = await cases().liveRuns();
      expect(runs.map((run) => Number(run.nominal_at) - start)).toEqual([8, 9, 10].map((n) => n * minute));
    });

    it("are sent some at a time, so that others have their turn between", async () => {
      await cases().minutely({}, { misfire: "all" });
      expect(await cases().fire(4 * hour)).toMatchObject({ drained: false, sent: 100 });
      expect(await cases().bench.ledger.nextWakeAt()).toBe(start + 4 * hour);
      expect(await cases().fireAll(4 * hour)).toBe(2);
      expect(await rows()).toHaveLength(240);
      expect(await cases().bench.ledger.nextWakeAt()).toBe(start + 4 * hour + minute);
    });

    it("of many schedules are divided over transactions", async () => {
      for (let n = 0; n < 8; n += 1) {
        await cases().create(draft(`task ${n}`, { schedules: [{ ...everyMinute, misfire: "all" }] }));
      }
      const report = await cases().fire(90 * minute);
      expect(report.drained).toBe(false);
      expect(report.sent).toBeLessThan(650);
      await cases().fireAll(90 * minute);
      expect(await cases().liveRuns()).toHaveLength(8 * 90);
    });

    it("of a month of seconds are one row", async () => {
      const definition = { kind: "interval", every: 1, period: "seconds" } as const;
      await cases().minutely({}, { definition, misfire: "skip" });
      await cases().fire(30 * 24 * hour);
      expect((await rows())[0]).toEqual([1_000, 30 * 24 * hour - 3_000, "missed", "late"]);
      expect((await rows()).length).toBeLessThan(5);
    });
  });

  describe("jitter", () => {
    it("lets the run wait a little after its nominal time, and its expiry count from there", async () => {
      await cases().minutely({ expiresMs: 5 * minute }, { jitterMs: 50_000 });
      for (let n = 1; n <= 10; n += 1) await cases().fire(n * minute);
      const runs = await cases().liveRuns();
      const delays = runs.map((run) => Number(run.available_at) - Number(run.nominal_at));
      expect(delays.every((delay) => delay >= 0 && delay < 50_000)).toBe(true);
      expect(new Set(delays).size).toBeGreaterThan(5);
      expect(new Set(runs.map((run) => Number(run.expires_at) - Number(run.nominal_at)))).toEqual(
        new Set([5 * minute]),
      );
      expect(new Set(runs.map(({ state }) => state))).toContain("scheduled");
      await cases().bench.runs.sweep(start + 10 * minute + 50_000);
      expect((await cases().rows()).every(([, , verdict]) => verdict === "sent")).toBe(true);
    });
  });

  describe("a calendar", () => {
    it("is read in the version that the schedule was planned with", async () => {
      const days = (closed: object) => JSON.stringify({ weekend: [], closed, open: [] });
      await cases().bench.query(`insert into calendar (id, uid, name, sources, days, created_at, updated_at, version, planned_version)
        values (1, 'c', 'holidays', '[]', '${days({})}', 0, 0, 2, 2)`);
      for (const [version, closed] of [
        [1, { "2027-01-02": "Closed" }],
        [2, {}],
      ] as const) {
        await cases().bench.query(`insert into calendar_revision (calendar_id, version, days, from_at)
          values (1, ${version}, '${days(closed)}', 0)`);
      }
      const definition = { kind: "crontab", expression: "0 12 * * *" } as const;
      await cases().minutely({}, { definition, calendar: { id: 1, rule: "skip" }, misfire: "all" });
      await cases().bench.query("update schedule_revision set calendar_version = 1");
      await cases().fire(12 * hour);
      await cases().fire(36 * hour);
      await cases().fire(60 * hour);
      expect(await rows()).toEqual([
        [12 * hour, 12 * hour, "sent", "on_time"],
        [36 * hour, 36 * hour, "skipped", "calendar"],
        [60 * hour, 60 * hour, "sent", "on_time"],
      ]);
    });

    it("whose days are gone turns the schedule red", async () => {
      await cases().minutely();
      await cases().bench.query("update schedule set calendar_id = 9, calendar_rule = 'skip'");
      expect(await cases().fire(minute)).toMatchObject({ failed: 1, sent: 0 });
      expect((await cases().details())[0]).toEqual({ message: "the days of calendar 9 are not there" });
    });
  });
}
