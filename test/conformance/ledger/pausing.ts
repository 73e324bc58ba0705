import { describe, expect, it } from "vitest";
import { type LedgerCases, minute, start } from "./ledger-bench.ts";

export function pausing(cases: () => LedgerCases): void {
  const pause = (scope: string, scopeId: string, from: number, until: number | null, ended: number | null = null) => {
    const at = (ms: number | null) => (ms === null ? "null" : String(start + ms));
    return cases().bench.query(`insert into pause (scope, scope_id, from_at, until_at, ended_at, by_name, reason)
      values ('${scope}', '${scopeId}', ${at(from)}, ${at(until)}, ${at(ended)}, 'ops', 'deploy')`);
  };

  describe("a pause of", () => {
    it.each([
      ["all", ""],
      ["tag", "nightly"],
      ["periodic-task", "1"],
      ["schedule", "1"],
    ])("%s skips what it covers, in one growing row that names it, and nothing else", async (scope, scopeId) => {
      await cases().minutely({}, {}, ["nightly", "mail"]);
      await pause(scope, scopeId, 30_000, 3 * minute + 30_000);
      for (let n = 1; n <= 4; n += 1) await cases().fire(n * minute);
      expect(await cases().rows()).toEqual([
        [minute, 3 * minute, "skipped", "paused"],
        [4 * minute, 4 * minute, "sent", "on_time"],
      ]);
      expect((await cases().details())[0]).toEqual({ scope, scopeId, reason: "deploy", by: "ops" });
    });

    it.each([
      ["tag", "night"],
      ["periodic-task", "2"],
      ["schedule", "11"],
    ])("another %s does not touch it", async (scope, scopeId) => {
      await cases().minutely({}, {}, ["nightly"]);
      await pause(scope, scopeId, 0, null);
      await cases().fire(minute);
      expect(await cases().rows()).toEqual([[minute, minute, "sent", "on_time"]]);
    });

    it("all that has ended while no beat ran still covers its nominal times", async () => {
      await cases().minutely({}, { misfire: "all" });
      await pause("all", "", 90_000, null, 3 * minute + 30_000);
      await cases().fire(5 * minute);
      expect((await cases().rows()).map(([at, , verdict]) => [Number(at) / minute, verdict])).toEqual([
        [1, "sent"],
        [2, "skipped"],
        [4, "sent"],
        [5, "sent"],
      ]);
    });

    it("one reason is followed by one of another in a row of its own", async () => {
      await cases().minutely();
      await pause("all", "", 0, null, 2 * minute + 1);
      await cases().fire(minute);
      await cases().fire(2 * minute);
      await pause("tag", "x", 0, null);
      await cases().bench.query("insert into periodic_task_tag (tag, periodic_task_id) values ('x', 1)");
      await cases().fire(3 * minute);
      await cases().fire(4 * minute);
      expect(await cases().rows()).toEqual([
        [minute, 2 * minute, "skipped", "paused"],
        [3 * minute, 4 * minute, "skipped", "paused"],
      ]);
      expect((await cases().details()).map((detail) => detail.scope)).toEqual(["all", "tag"]);
    });
  });
}
