import { describe, expect, it } from "vitest";
import { type LedgerCases, minute, start } from "./ledger-bench.ts";

export function overlapping(cases: () => LedgerCases): void {
  const verdicts = async () => (await cases().rows()).map(([, , ...why]) => why.join(" "));
  const fireMinutes = async (...minutes: number[]) => {
    for (const n of minutes) await cases().fire(n * minute);
  };

  describe("an overlap rule", () => {
    it("applies above its limit", async () => {
      await cases().minutely({ overlap: "skip", overlapLimit: 2 });
      await fireMinutes(1, 2, 3);
      expect(await verdicts()).toEqual(["sent on_time", "sent on_time", "skipped limit"]);
      const [first] = await cases().liveRuns();
      expect((await cases().details()).at(-1)).toEqual({ runId: first?.id });
      await cases().work(3 * minute);
      await fireMinutes(4);
      expect((await verdicts()).at(-1)).toBe("sent on_time");
    });

    it("'queue' holds so many, each with its firing, and skips the rest", async () => {
      await cases().minutely({ overlap: "queue", overlapQueue: 2 });
      await fireMinutes(1, 2, 3, 4);
      expect(await verdicts()).toEqual(["sent on_time", "held waiting", "held waiting", "skipped queue_full"]);
      const runs = await cases().liveRuns();
      expect(runs.map(({ state }) => state)).toEqual(["ready", "held", "held"]);
      expect((await cases().details())[1]).toEqual({ runId: runs[0]?.id });
    });

    it("'queue' sends what it held when the earlier one has ended, in their order", async () => {
      await cases().minutely({ overlap: "queue", overlapQueue: 2 });
      await fireMinutes(1, 2, 3);
      await cases().work(3 * minute);
      expect(await verdicts()).toEqual(["sent on_time", "sent waited", "held waiting"]);
      await cases().work(4 * minute, "failed");
      expect(await verdicts()).toEqual(["sent on_time", "sent waited", "sent waited"]);
      await cases().work(5 * minute);
      expect(await cases().liveRuns()).toEqual([]);
    });

    it("'queue' skips what has expired or was cancelled while it was held", async () => {
      await cases().minutely({ overlap: "queue", overlapQueue: 3, expiresMs: 90_000 });
      await fireMinutes(1);
      const blocker = await cases().claimed();
      await cases().bench.runs.begin([blocker], start + minute);
      await fireMinutes(2, 3);
      const [, second, third] = await cases().liveRuns();
      await cases().bench.runs.cancel({ ids: [String(third?.id)], by: "ops", now: start + 3 * minute });
      await cases().bench.runs.sweep(start + 2 * minute + 90_000);
      expect(await verdicts()).toEqual(["sent on_time", "skipped expired", "skipped cancelled"]);
      const ids = await cases().bench.query("select run_id from firing order by nominal_at");
      expect(ids.map(({ run_id }) => run_id)).toEqual([blocker.id, second?.id, third?.id]);
    });

    it("'replace' lets the latest wait for the end of the first, and skips those between", async () => {
      await cases().minutely({ overlap: "replace" });
      await fireMinutes(1);
      const first = await cases().claimed();
      await fireMinutes(2, 3);
      expect(await verdicts()).toEqual(["sent on_time", "skipped replaced", "held waiting"]);
      const times = { startedAt: start, endedAt: start + 4 * minute };
      await cases().bench.runs.finish([{ kind: "final", state: "cancelled", ...first, ...times }]);
      expect(await verdicts()).toEqual(["sent on_time", "skipped replaced", "sent waited"]);
    });

    it("'replace' takes the place of one that nobody has begun", async () => {
      await cases().minutely({ overlap: "replace" });
      await fireMinutes(1, 2);
      expect(await verdicts()).toEqual(["sent on_time", "sent on_time"]);
      expect((await cases().liveRuns()).map(({ nominal_at }) => Number(nominal_at) - start)).toEqual([2 * minute]);
    });

    it("counts what a person sent", async () => {
      const task = await cases().minutely({ overlap: "skip" });
      const lock = { key: `periodic-task:${task.id}`, rule: "skip", limit: 1, queue: 1 } as const;
      const [answer] = await cases().bench.runs.add([
        {
          id: "manual",
          task: "tapp_a.hello",
          payload: { input: {} },
          queue: "default",
          priority: 5,
          options: {},
          origin: { kind: "manual", by: "ops" },
          availableAt: start,
          queuedAt: start,
          periodicTaskId: task.id,
          lock,
        },
      ]);
      expect(answer).toBe("added");
      await fireMinutes(1);
      expect(await verdicts()).toEqual(["skipped overlap"]);
      expect(await cases().details()).toEqual([{ runId: "manual" }]);
    });

    it("lets more run as soon as its limit is raised", async () => {
      const task = await cases().minutely({ overlap: "queue", overlapQueue: 5 });
      await fireMinutes(1, 2, 3);
      const [schedule] = task.schedules;
      const options = { overlap: "queue", overlapLimit: 2, overlapQueue: 5 } as const;
      const schedules = schedule === undefined ? [] : [schedule];
      await cases().bench.periodicTasks.update(task.id, 1, { ...task, options, schedules }, cases().at(3 * minute));
      await cases().bench.runs.sweep(start + 4 * minute);
      expect(await verdicts()).toEqual(["sent on_time", "sent waited", "held waiting"]);
    });
  });
}
