import { describe, expect, it } from "vitest";
import { type LedgerCases, minute, start } from "./ledger-bench.ts";

export function holding(cases: () => LedgerCases): void {
  const verdicts = async () => (await cases().rows()).map(([, , ...why]) => why.join(" "));
  const task = async () => {
    const found = await cases().bench.periodicTasks.find(1, start);
    if (found === undefined) throw new Error("there is no periodic task");
    return found;
  };

  describe("hold on error", () => {
    it("lets nothing fire after a failed run, says which, and records it", async () => {
      await cases().minutely({ holdOnError: true });
      await cases().fire(minute);
      const runId = await cases().work(minute + 1, "failed");
      expect((await task()).heldReason).toEqual({ kind: "failed_run", at: start + minute + 1, runId });
      await cases().fire(2 * minute);
      await cases().fire(3 * minute);
      expect(await cases().rows()).toEqual([
        [minute, minute, "sent", "on_time"],
        [2 * minute, 3 * minute, "skipped", "held"],
      ]);
      expect((await cases().details()).at(-1)).toEqual({ kind: "failed_run", runId });
      const changes = await cases().bench.query("select action, by_name, after from change order by id");
      expect(changes.at(-1)).toMatchObject({ action: "held", by_name: "hyoshi" });
      expect(JSON.parse(String(changes.at(-1)?.after))).toEqual({ heldReason: (await task()).heldReason });
    });

    it("does not mind what succeeded, or was cancelled", async () => {
      await cases().minutely({ holdOnError: true });
      await cases().fire(minute);
      await cases().work(minute);
      await cases().fire(2 * minute);
      const [run] = await cases().liveRuns();
      await cases().bench.runs.cancel({ ids: [String(run?.id)], by: "ops", now: start + 2 * minute });
      await cases().fire(3 * minute);
      expect(await verdicts()).toEqual(["sent on_time", "sent on_time", "sent on_time"]);
      expect((await task()).heldReason).toBeNull();
    });

    it("is not asked for where the options say nothing of it", async () => {
      await cases().minutely();
      await cases().fire(minute);
      await cases().work(minute, "failed");
      await cases().fire(2 * minute);
      expect((await verdicts()).at(-1)).toBe("sent on_time");
    });
  });

  describe("a number of failures in a row", () => {
    it("lets nothing fire after the last of them, and begins anew with each success", async () => {
      await cases().minutely({ disableAfterFailures: 2 });
      const outcomes = ["failed", "succeeded", "failed", "failed"] as const;
      for (const [n, state] of outcomes.entries()) {
        await cases().fire((n + 1) * minute);
        await cases().work((n + 1) * minute, state);
      }
      expect((await task()).heldReason).toMatchObject({ kind: "failures", count: 2 });
      await cases().fire(5 * minute);
      expect(await verdicts()).toEqual([...Array.from({ length: 4 }, () => "sent on_time"), "skipped held"]);
    });
  });

  describe("a number of runs", () => {
    it("ends it, exactly, however many were late", async () => {
      await cases().minutely({ endAfterRuns: 3 }, { misfire: "all" });
      await cases().fireAll(10 * minute);
      expect(
        (await cases().rows()).map(([from, to, ...why]) => [Number(from) / minute, Number(to) / minute, ...why]),
      ).toEqual([
        [1, 1, "sent", "caught_up"],
        [2, 2, "sent", "caught_up"],
        [3, 3, "sent", "caught_up"],
        [4, 10, "skipped", "ended"],
      ]);
      expect((await task()).heldReason).toMatchObject({ kind: "ended", count: 3 });
    });

    it("is counted over all schedules, and only what was sent", async () => {
      const daily = { ...(await cases().minutely({ endAfterRuns: 2, overlap: "skip" })) };
      const [schedule] = daily.schedules;
      if (schedule === undefined) throw new Error("no schedule");
      const { id, uid, ...other } = schedule;
      const schedules = [schedule, { ...other, input: { a: 2 } }];
      await cases().bench.periodicTasks.update(daily.id, 1, { ...daily, schedules }, cases().at(0));
      await cases().fire(minute);
      expect([await cases().rows(1), await cases().rows(2)].flat().map(([, , ...why]) => why.join(" "))).toEqual([
        "sent on_time",
        "skipped overlap",
      ]);
      await cases().work(minute);
      await cases().fire(2 * minute);
      await cases().work(2 * minute);
      await cases().fire(3 * minute);
      expect((await cases().rows(1)).at(-1)?.slice(2)).toEqual(["skipped", "ended"]);
      expect((await cases().rows(2)).at(-1)?.slice(2)).toEqual(["skipped", "ended"]);
      expect(await cases().bench.query("select sent from periodic_task_sent")).toEqual([{ sent: 2 }]);
    });
  });
}
