import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/run/run-store.ts";
import { type Cases, lockOf, newRun, second, start, succeeded } from "./run-bench.ts";

export function cancelling(cases: () => Cases): void {
  const cancel = (ids: readonly string[], force = false) =>
    cases().runs.cancel({ ids, by: "ops", now: start + 2 * second, force });

  describe("cancel", () => {
    it("ends what waits at once, and says by whom", async () => {
      await cases().add(newRun("a"), newRun("b", { availableAt: start + second }));
      expect(await cancel(["a", "b"])).toEqual(["cancelled", "cancelled"]);
      expect(await cases().find("a")).toMatchObject({
        state: "cancelled",
        endedAt: start + 2 * second,
        attempt: 0,
        error: { name: "Cancelled", message: "cancelled by ops" },
      });
      expect(await cases().claim()).toEqual([]);
    });

    it("asks what is executed to stop, and leaves it to its worker", async () => {
      const run = await cases().begun("a");
      expect(await cancel(["a"])).toEqual(["running"]);
      expect(await cases().find("a")).toMatchObject({ state: "running", cancelRequestedAt: start + 2 * second });
      expect(await cases().runs.cancelled(cases().worker, [run])).toMatchObject([{ id: "a", claim: run.claim }]);
    });

    it("keeps the first request when it is repeated", async () => {
      await cases().begun("a");
      await cancel(["a"]);
      await cases().runs.cancel({ ids: ["a"], by: "another", now: start + 9 * second });
      expect((await cases().find("a")).cancelRequestedAt).toBe(start + 2 * second);
    });

    it("by force ends what is executed, and fences its worker", async () => {
      const run = await cases().begun("a");
      expect(await cancel(["a"], true)).toEqual(["cancelled"]);
      expect(await cases().find("a")).toMatchObject({
        state: "cancelled",
        attempt: 1,
        worker: "worker-1",
        endedAt: start + 2 * second,
        error: { name: "Terminated", message: expect.stringContaining("ended by force by ops") },
      });
      expect(await cases().runs.cancelled(cases().worker, [run])).toMatchObject([{ id: "a" }]);
      expect(await cases().runs.finish([succeeded(run)])).toEqual(["fenced"]);
      expect(await cases().state("a")).toBe("cancelled");
      expect(await cases().bench.attempts("a")).toMatchObject([{ outcome: "late" }]);
    });

    it("by force ends also what was asked to stop before", async () => {
      await cases().begun("a");
      await cancel(["a"]);
      expect(await cancel(["a"], true)).toEqual(["cancelled"]);
    });

    it("cancels the children and their children, waiting or executed", async () => {
      const parent = await cases().begun("parent");
      await cases().begun("busy child", { parentId: "parent", rootId: "parent" });
      await cases().add(
        newRun("child", { parentId: "parent", rootId: "parent" }),
        newRun("grandchild", { parentId: "busy child", rootId: "parent" }),
        newRun("stranger"),
      );
      await cancel(["parent"]);
      expect(await cases().state("child")).toBe("cancelled");
      expect(await cases().state("grandchild")).toBe("cancelled");
      expect(await cases().find("busy child")).toMatchObject({ cancelRequestedAt: start + 2 * second });
      expect(await cases().state("stranger")).toBe("ready");
      expect(parent.id).toBe("parent");
    });

    it("cancels the children of a run that is over", async () => {
      await cases().runs.finish([succeeded(await cases().claimed("parent"))]);
      await cases().add(newRun("child", { parentId: "parent" }));
      expect(await cancel(["parent"])).toEqual(["succeeded"]);
      expect(await cases().state("child")).toBe("cancelled");
    });

    it("leaves detached children, and what these have sent", async () => {
      await cases().begun("parent");
      await cases().add(
        newRun("detached", { parentId: "parent", options: { detached: true } }),
        newRun("its child", { parentId: "detached" }),
        newRun("child", { parentId: "parent" }),
      );
      await cancel(["parent"]);
      expect(await cases().state("detached")).toBe("ready");
      expect(await cases().state("its child")).toBe("ready");
      expect(await cases().state("child")).toBe("cancelled");
    });

    it("cancels at its end what the run has sent after it was asked to stop", async () => {
      const parent = await cases().begun("parent");
      await cancel(["parent"]);
      await cases().add(newRun("late", { parentId: "parent" }));
      await cases().add(newRun("detached", { parentId: "parent", options: { detached: true } }));
      const { result: _result, ...ended } = succeeded(parent) as Extract<Outcome, { kind: "final" }>;
      expect(await cases().runs.finish([{ ...ended, state: "cancelled" }])).toEqual(["done"]);
      expect(await cases().find("late")).toMatchObject({
        state: "cancelled",
        error: { message: "cancelled by the run that sent it" },
      });
      expect(await cases().state("detached")).toBe("ready");
    });

    it("leaves what is over as it is, and knows what it does not know", async () => {
      await cases().runs.finish([succeeded(await cases().claimed("a"), 1)]);
      expect(await cancel(["a", "nobody"], true)).toEqual(["succeeded", "unknown"]);
      expect(await cases().find("a")).toMatchObject({ state: "succeeded", result: 1 });
    });

    it("frees the lock key", async () => {
      await cases().add(newRun("a", { lock: lockOf("k") }));
      await cancel(["a"]);
      expect(await cases().runs.add([newRun("b", { lock: lockOf("k") })])).toEqual(["added"]);
    });

    it("ends a reserved run when it is given back", async () => {
      const run = await cases().claimed("a");
      expect(await cancel(["a"])).toEqual(["running"]);
      await cases().runs.giveBack([run]);
      expect(await cases().find("a")).toMatchObject({ state: "cancelled", error: { message: "cancelled by ops" } });
    });
  });

  describe("cancelled", () => {
    it("names what is to stop and what is no longer held, and nothing else", async () => {
      const { runs, bench, worker } = cases();
      const other = await bench.addProcess("worker-2", start + 10 * second);
      const mine = await cases().begun("mine");
      const asked = await cases().begun("asked");
      await cancel(["asked"]);
      const over = await cases().claimed("over");
      await runs.finish([succeeded(over)]);
      const taken = await cases().claimed("taken");
      await runs.giveBack([taken]);
      await cases().claimedAgain("taken", start, other);
      const answers = await runs.cancelled(worker, [mine, asked, over, taken]);
      expect(answers.map(({ id }) => id)).toEqual(["asked", "over", "taken"]);
      expect(await runs.cancelled(worker, [])).toEqual([]);
    });
  });
}
