import { describe, expect, it } from "vitest";
import { type Cases, failed, newRun, oops, retry, second, start, succeeded } from "./run-bench.ts";

export function beginningAndFinishing(cases: () => Cases): void {
  describe("begin", () => {
    it("charges an attempt, and notes when it and the run began", async () => {
      const run = await cases().claimed("a");
      expect(await cases().runs.begin([run], start + 5)).toEqual([true]);
      expect(await cases().find("a")).toMatchObject({ attempt: 1, startedAt: start + 5, attemptStartedAt: start + 5 });
    });

    it("may be repeated, and charges once", async () => {
      const run = await cases().begun("a");
      expect(await cases().runs.begin([run], start + 9 * second)).toEqual([true]);
      expect(await cases().find("a")).toMatchObject({ attempt: 1, attemptStartedAt: start + second });
    });

    it("charges nothing of another process's, whatever the number of the claim", async () => {
      const run = await cases().claimed("a");
      expect(await cases().runs.begin([{ ...run, processId: run.processId + 1 }], start + 5)).toEqual([false]);
      expect((await cases().find("a")).attempt).toBe(0);
    });

    it("answers for each which is still held", async () => {
      const { runs } = cases();
      const given = await cases().claimed("given back");
      await runs.giveBack([given]);
      const again = await cases().claimedAgain("given back");
      const over = await cases().claimed("over");
      await runs.finish([succeeded(over)]);
      expect(await runs.begin([given, again, over, { id: "nobody", claim: 1, processId: 1 }], start)).toEqual([
        false,
        true,
        false,
        false,
      ]);
    });
  });

  describe("progress", () => {
    it("shows the latest, and nothing of a claim that is no longer held", async () => {
      const { runs } = cases();
      const run = await cases().begun("a");
      await runs.progress(run, { current: 1 });
      await runs.progress(run, { current: 2, total: 4, text: "halfway" });
      await runs.progress({ id: "a", claim: run.claim - 1 }, { current: 99 });
      expect((await cases().find("a")).progress).toEqual({ current: 2, total: 4, text: "halfway" });
      await runs.finish([succeeded(run)]);
      await runs.progress(run, { current: 99 });
      expect((await cases().find("a")).progress).toEqual({ current: 2, total: 4, text: "halfway" });
    });
  });

  describe("finish", () => {
    it("keeps a result, who had the run, and its times", async () => {
      const run = await cases().begun("a");
      expect(await cases().runs.finish([succeeded(run, { sum: [1, "二", null] })])).toEqual(["done"]);
      const { claim, ...found } = await cases().find("a");
      expect(found).toEqual({
        ...newRun("a"),
        state: "succeeded",
        attempt: 1,
        retries: 0,
        worker: "worker-1",
        startedAt: start + second,
        attemptStartedAt: start + second,
        endedAt: start + 3 * second,
        result: { sum: [1, "二", null] },
      });
      expect(await cases().bench.attempts("a")).toEqual([]);
    });

    it("counts the attempt of a run that was over before its beginning was noted", async () => {
      const run = await cases().claimed("a");
      await cases().runs.finish([succeeded(run)]);
      expect(await cases().find("a")).toMatchObject({ attempt: 1, startedAt: start + second, result: null });
    });

    it("keeps an error with its stack", async () => {
      await cases().runs.finish([failed(await cases().begun("a"))]);
      const run = await cases().find("a");
      expect(run).toMatchObject({ state: "failed", error: oops });
      expect(run).not.toHaveProperty("result");
    });

    it("schedules a retry, and keeps the attempt that failed", async () => {
      const { runs, bench } = cases();
      const run = await cases().begun("a");
      await runs.progress(run, { current: 1 });
      expect(await runs.finish([retry(run, start + 9 * second)])).toEqual(["retrying"]);
      const waiting = await cases().find("a");
      expect(waiting).toMatchObject({
        state: "scheduled",
        availableAt: start + 9 * second,
        attempt: 1,
        retries: 1,
        startedAt: start + second,
      });
      for (const gone of ["processId", "attemptStartedAt", "progress"]) expect(waiting).not.toHaveProperty(gone);
      expect(await bench.attempts("a")).toEqual([
        {
          number: 1,
          worker: "worker-1",
          startedAt: start + second,
          endedAt: start + 3 * second,
          outcome: "retried",
          error: oops,
        },
      ]);

      await runs.sweep(start + 9 * second);
      const again = await cases().claimedAgain("a");
      expect(again).toMatchObject({ attempt: 2, retries: 1, claim: 2, startedAt: start + second, suspect: false });
      await runs.finish([succeeded(again)]);
      expect(await cases().find("a")).toMatchObject({ state: "succeeded", attempt: 2, retries: 1 });
    });

    it("uses up no retry for a run that its worker hands back", async () => {
      const run = await cases().begun("a");
      const handedBack = { ...retry(run, start), handedBack: true };
      expect(await cases().runs.finish([handedBack])).toEqual(["retrying"]);
      expect(await cases().find("a")).toMatchObject({ state: "scheduled", attempt: 1, retries: 0 });
      expect(await cases().bench.attempts("a")).toMatchObject([{ number: 1, outcome: "retried" }]);
    });

    it("charges a run with a lost attempt where what it was executed in has crashed", async () => {
      const run = await cases().begun("a");
      const crashed = { ...retry(run, start), lost: true };
      expect(await cases().runs.finish([crashed])).toEqual(["retrying"]);
      expect(await cases().find("a")).toMatchObject({ state: "scheduled", attempt: 1, retries: 0 });
      expect(await cases().bench.attempts("a")).toMatchObject([{ number: 1, outcome: "lost", error: oops }]);
      await cases().runs.sweep(start + second);
      expect(await cases().claimedAgain("a")).toMatchObject({ attempt: 2, retries: 0, lost: 1, suspect: false });
    });

    it("cancels a run that was to be tried again and is to stop", async () => {
      const run = await cases().begun("a");
      await cases().runs.cancel({ ids: ["a"], by: "ops", now: start + second });
      expect(await cases().runs.finish([retry(run)])).toEqual(["done"]);
      expect(await cases().find("a")).toMatchObject({ state: "cancelled", error: oops, endedAt: start + 3 * second });
    });

    it("lets a run succeed that was to stop and came to its end all the same", async () => {
      const run = await cases().begun("a");
      await cases().runs.cancel({ ids: ["a"], by: "ops", now: start + second });
      await cases().runs.finish([succeeded(run, 1)]);
      expect(await cases().find("a")).toMatchObject({ state: "succeeded", result: 1 });
    });

    it("is fenced once the run has another holder, and keeps what came too late as an attempt", async () => {
      const { runs, bench } = cases();
      const late = await cases().claimed("a");
      await runs.giveBack([late]);
      const holder = await cases().claimedAgain("a");
      expect(await runs.finish([failed(late)])).toEqual(["fenced"]);
      expect(await cases().find("a")).toMatchObject({ state: "running", claim: holder.claim });
      expect(await bench.attempts("a")).toMatchObject([{ number: 1, outcome: "late", error: oops }]);
      expect(await runs.finish([succeeded(holder, "mine")])).toEqual(["done"]);
      expect(await cases().find("a")).toMatchObject({ state: "succeeded", result: "mine" });
    });

    it("is fenced for a run that waits again, that is over, or that never was", async () => {
      const { runs } = cases();
      const given = await cases().claimed("a");
      await runs.giveBack([given]);
      const over = await cases().claimed("b", { priority: 9 });
      await runs.finish([succeeded(over, 1)]);
      expect(
        await runs.finish([succeeded(given, 2), succeeded(over, 2), { ...succeeded(over), id: "nobody" }]),
      ).toEqual(["fenced", "fenced", "fenced"]);
      expect(await cases().state("a")).toBe("ready");
      expect((await cases().find("b")).result).toBe(1);
    });

    it("keeps of the lost attempt what its worker brings late", async () => {
      const { runs, bench, worker } = cases();
      const run = await cases().begun("a");
      await bench.setLease(worker, 0);
      await runs.sweep(start + 2 * second);
      expect(await bench.attempts("a")).toMatchObject([{ number: 1, outcome: "lost" }]);
      expect(await runs.finish([failed(run)])).toEqual(["fenced"]);
      expect(await bench.attempts("a")).toMatchObject([{ number: 1, outcome: "late", error: oops }]);
    });

    it("answers for each of many, in their order", async () => {
      const { runs } = cases();
      await cases().add(...Array.from({ length: 700 }, (_, n) => newRun(`run ${n}`)));
      const claims = [...(await cases().claim(500)), ...(await cases().claim(500))];
      expect(claims).toHaveLength(700);
      const answers = await runs.finish(claims.map((run, n) => (n % 7 === 0 ? retry(run) : succeeded(run))));
      expect(answers).toEqual(claims.map((_, n) => (n % 7 === 0 ? "retrying" : "done")));
      expect(await runs.finish([])).toEqual([]);
    });

    it("notes the periodic task's last outcome, where the store keeps it", async () => {
      const { runs, bench } = cases();
      if (bench.outcomeOf === undefined) return;
      const of = (id: string) => cases().begun(id, { periodicTaskId: 7 });
      await runs.finish([failed(await of("a"))]);
      expect(await bench.outcomeOf(7)).toEqual({
        runId: "a",
        state: "failed",
        durationMs: 2 * second,
        succeededAt: null,
        failedInARow: 1,
      });
      await runs.finish([failed(await of("b"))]);
      expect(await bench.outcomeOf(7)).toMatchObject({ runId: "b", failedInARow: 2 });
      await runs.finish([retry(await of("c"))]);
      expect(await bench.outcomeOf(7)).toMatchObject({ runId: "b" });
      await runs.cancel({ ids: ["c"], by: "ops", now: start });
      expect(await bench.outcomeOf(7)).toMatchObject({ state: "cancelled", failedInARow: 2 });
      await runs.finish([succeeded(await of("d"))]);
      expect(await bench.outcomeOf(7)).toMatchObject({ succeededAt: start + 3 * second, failedInARow: 0 });
      await runs.finish([failed(await of("e"))]);
      expect(await bench.outcomeOf(7)).toMatchObject({
        state: "failed",
        succeededAt: start + 3 * second,
        failedInARow: 1,
      });
    });
  });

  describe("giveBack", () => {
    it("makes a run ready again in its old place, charged with nothing", async () => {
      await cases().add(newRun("a"), newRun("b"));
      const [a] = await cases().claim(1);
      await cases().runs.giveBack(a === undefined ? [] : [a]);
      expect(await cases().find("a")).toMatchObject({ state: "ready", attempt: 0, retries: 0 });
      expect(await cases().claim(1)).toMatchObject([{ id: "a", claim: 2, attempt: 1, suspect: false }]);
    });

    it("lets it wait until an instant, where one is given", async () => {
      const run = await cases().claimed("a");
      await cases().runs.giveBack([run], start + 5 * second);
      expect(await cases().find("a")).toMatchObject({
        state: "scheduled",
        availableAt: start + 5 * second,
        attempt: 0,
      });
      await cases().runs.sweep(start + 5 * second);
      expect(await cases().state("a")).toBe("ready");
    });

    it("does nothing for what has begun, ended, or is held by others", async () => {
      const { runs } = cases();
      const first = await cases().claimed("a");
      await runs.giveBack([first]);
      await cases().claimedAgain("a");
      const begun = await cases().begun("b");
      await runs.cancel({ ids: ["b"], by: "ops", now: start });
      const over = await cases().claimed("c");
      await runs.finish([succeeded(over)]);
      await runs.giveBack([first, begun, over]);
      expect(await Promise.all(["a", "b", "c"].map((id) => cases().state(id)))).toEqual([
        "running",
        "running",
        "succeeded",
      ]);
    });
  });
}
