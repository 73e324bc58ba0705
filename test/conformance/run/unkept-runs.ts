import { describe, expect, it } from "vitest";
import type { ClaimedRun, Outcome } from "../../../src/run/run-store.ts";
import { type Cases, failed, leaseUntil, lockOf, newRun, retry, second, start, succeeded } from "./run-bench.ts";

const none = { options: { record: "none" } } as const;
const failures = { options: { record: "failures" } } as const;
const unkept = (outcome: Outcome): Outcome => ({ ...outcome, unkept: true }) as Outcome;

export function unkeptRuns(cases: () => Cases): void {
  /** A run is there no more, and nothing of it: its id is free again. */
  async function expectNothingOf(id: string): Promise<void> {
    expect(await cases().runs.find(id)).toBeUndefined();
    expect(await cases().bench.attempts(id)).toEqual([]);
    expect(await cases().runs.add([newRun(id, { availableAt: start + 3_600 * second })])).toEqual(["added"]);
  }

  describe("a run that leaves nothing", () => {
    it("says so to whoever claims it, and waits and is executed as any other", async () => {
      expect(await cases().claimed("a", none)).toMatchObject({ leaves: "none", options: { record: "none" } });
      expect(await cases().claimed("b", failures)).toMatchObject({ leaves: "failures" });
      expect(await cases().claimed("c")).not.toHaveProperty("leaves");
      expect(await cases().state("a")).toBe("running");
    });

    it("is gone when it has succeeded, and of many that end together the others are kept", async () => {
      const runs: ClaimedRun[] = [];
      for (const [id, changes] of [
        ["a", none],
        ["b", {}],
        ["c", failures],
        ["d", none],
      ] as const) {
        runs.push(await cases().claimed(id, changes));
      }
      const outcomes = runs.map((run) => (run.leaves === undefined ? succeeded(run, 1) : unkept(succeeded(run, 1))));
      expect(await cases().runs.finish(outcomes)).toEqual(["done", "done", "done", "done"]);
      expect(await cases().find("b")).toMatchObject({ state: "succeeded", result: 1 });
      for (const id of ["a", "c", "d"]) await expectNothingOf(id);
    });

    it("goes by its row where nobody says that it leaves nothing", async () => {
      const run = await cases().begun("a", none);
      expect(await cases().runs.finish([succeeded(run)])).toEqual(["done"]);
      await expectNothingOf("a");
    });

    it("leaves nothing of a failure either, unless its task keeps failures", async () => {
      const [a, b] = [await cases().begun("a", none), await cases().begun("b", failures)];
      expect(await cases().runs.finish([unkept(failed(a)), failed(b)])).toEqual(["done", "done"]);
      await expectNothingOf("a");
      expect(await cases().find("b")).toMatchObject({ state: "failed", attempt: 1 });
    });

    it("takes its earlier attempts along", async () => {
      const run = await cases().begun("a", failures);
      expect(await cases().runs.finish([retry(run, start + 9 * second)])).toEqual(["retrying"]);
      expect(await cases().bench.attempts("a")).toHaveLength(1);
      await cases().runs.sweep(start + 9 * second);
      const again = await cases().claimedAgain("a");
      expect(again).toMatchObject({ attempt: 2, leaves: "failures" });
      expect(await cases().runs.finish([unkept(succeeded(again))])).toEqual(["done"]);
      await expectNothingOf("a");
    });

    it("is cancelled when it was asked to stop and would be tried again", async () => {
      const [a, b] = [await cases().begun("a", none), await cases().begun("b", failures)];
      await cases().runs.cancel({ ids: ["a", "b"], by: "ops", now: start + second });
      expect(await cases().runs.finish([retry(a), retry(b)])).toEqual(["done", "done"]);
      await expectNothingOf("a");
      expect(await cases().state("b")).toBe("cancelled");
    });

    it("is not gone for somebody who does not hold it any more", async () => {
      const run = await cases().begun("a", none);
      await cases().bench.setLease(cases().worker, 0);
      await cases().runs.sweep(start + 5 * second);
      expect(await cases().runs.finish([unkept(succeeded(run))])).toEqual(["fenced"]);
      const other = await cases().bench.addProcess("worker-2", leaseUntil);
      const again = await cases().claimedAgain("a", start + 6 * second, other);
      expect(again).toMatchObject({ attempt: 2, lost: 1 });
      expect(await cases().runs.finish([unkept(succeeded(again))])).toEqual(["done"]);
      expect(await cases().runs.finish([unkept(succeeded(run)), unkept(succeeded(again))])).toEqual([
        "fenced",
        "fenced",
      ]);
      await expectNothingOf("a");
    });

    it("is gone when it is cancelled, expires, or is lost, unless its task keeps what did not succeed", async () => {
      const { runs, bench } = cases();
      for (const [rule, changes] of [
        ["none", none],
        ["failures", failures],
      ] as const) {
        const id = (what: string) => `${what} ${rule}`;
        await runs.add([
          newRun(id("cancelled"), changes),
          newRun(id("expired"), { ...changes, expiresAt: start + second }),
        ]);
        expect(await runs.cancel({ ids: [id("cancelled")], by: "ops", now: start })).toEqual(["cancelled"]);
        await runs.sweep(start + 2 * second);
        const dying = await bench.addProcess(`dying ${rule}`, leaseUntil);
        await runs.add([newRun(id("lost"), { options: { ...changes.options, onLost: "fail" } })]);
        const run = await cases().claimedAgain(id("lost"), start, dying);
        await runs.begin([run], start);
        await bench.setLease(dying, 0);
        await runs.sweep(start + 2 * second);
      }
      for (const state of ["cancelled", "expired", "lost"]) {
        expect(await cases().state(`${state} failures`)).toBe(state);
        await expectNothingOf(`${state} none`);
      }
    });

    it("gives its slot on to the run that waits for it", async () => {
      await cases().add(newRun("a", { ...none, lock: lockOf("k", { rule: "queue" }) }));
      await cases().add(newRun("b", { ...none, lock: lockOf("k", { rule: "queue" }) }));
      const run = await cases().claimedAgain("a");
      expect(await cases().state("b")).toBe("held");
      expect(await cases().runs.finish([unkept(succeeded(run))])).toEqual(["done"]);
      await expectNothingOf("a");
      expect(await cases().state("b")).toBe("ready");
    });

    it("sends what follows it", async () => {
      const run = await cases().begun("a", none);
      const follow = [newRun("next")];
      expect(await cases().runs.finish([unkept({ ...succeeded(run), follow })])).toEqual(["done"]);
      expect(await cases().state("next")).toBe("ready");
      await expectNothingOf("a");
    });

    it("is kept where others look for it when it has ended, as in a canvas", async () => {
      const a = await cases().begun("a", { ...none, wire: { groupId: "g" } });
      expect(a).not.toHaveProperty("leaves");
      expect(await cases().runs.finish([succeeded(a)])).toEqual(["done"]);
      expect(await cases().state("a")).toBe("succeeded");
    });

    it("is left alone by a header that is called as the rule is", async () => {
      const a = await cases().begun("a", { options: { headers: { record: "none" } } });
      await cases().runs.finish([succeeded(a)]);
      expect(await cases().state("a")).toBe("succeeded");
    });
  });
}
