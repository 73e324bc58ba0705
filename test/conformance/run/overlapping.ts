import { describe, expect, it } from "vitest";
import type { RunLock } from "../../../src/firing/run-lock.ts";
import type { NewRun } from "../../../src/run/run.ts";
import { type Cases, failed, lockOf, newRun, retry, second, start, succeeded } from "./run-bench.ts";

const minute = 60 * second;

export function overlapping(cases: () => Cases): void {
  const run = (id: string, lock: Partial<RunLock>, changes: Partial<NewRun> = {}) =>
    newRun(id, { lock: lockOf("periodic-task:1", lock), ...changes });
  const queued = (id: string, changes: Partial<NewRun> = {}) => run(id, { rule: "queue", queue: 2 }, changes);
  const replacing = (id: string, limit = 1) => run(id, { rule: "replace", limit });
  const states = async (...ids: string[]) => Promise.all(ids.map((id) => cases().state(id)));

  describe("the overlap rule", () => {
    it("counts up to its limit, in slots that become free in any order", async () => {
      const { runs } = cases();
      const of = (id: string) => run(id, { limit: 2 });
      expect(await runs.add([of("a"), of("b"), of("c")])).toEqual(["added", "added", "locked"]);
      const { holders } = await runs.lockState("periodic-task:1");
      expect(holders.map(({ id }) => id)).toEqual(["a", "b"]);
      await runs.finish([succeeded(await cases().claimedAgain("a"))]);
      expect(await runs.add([of("c"), of("d")])).toEqual(["added", "locked"]);
    });

    it("takes no other's slots for its own", async () => {
      const keys = ["periodic-task:1", "periodic-task:10", "periodic-task:0", "periodic-task:11"];
      const answers = await cases().runs.add(
        keys.map((key, n) => newRun(`${n}`, { lock: lockOf(key, { rule: "queue" }) })),
      );
      expect(answers).toEqual(["added", "added", "added", "added"]);
      expect((await cases().runs.lockState("periodic-task:1")).holders.map(({ id }) => id)).toEqual(["0"]);
    });

    it("lets a run that needs no room pass", async () => {
      await cases().add(run("a", {}));
      expect(await cases().runs.add([newRun("b", { periodicTaskId: 1 })])).toEqual(["added"]);
    });

    it("knows a run that is there already, whatever its rule says", async () => {
      for (const rule of ["skip", "queue", "replace"] as const) {
        const lock = lockOf(rule, { rule });
        await cases().add(newRun(rule, { lock }));
        expect(await cases().runs.add([newRun(rule, { lock })])).toEqual(["exists"]);
        expect(await cases().state(rule)).toBe("ready");
      }
    });
  });

  describe("the overlap rule 'queue'", () => {
    it("lets so many wait, and nobody claims them", async () => {
      expect(await cases().runs.add(["a", "b", "c", "d"].map((id) => queued(id)))).toEqual([
        "added",
        "held",
        "held",
        "locked",
      ]);
      expect(await states("a", "b", "c")).toEqual(["ready", "held", "held"]);
      expect((await cases().claim()).map(({ id }) => id)).toEqual(["a"]);
      expect(await cases().runs.lockState("periodic-task:1")).toMatchObject({
        holders: [{ id: "a", isExecuted: true, isStopping: false }],
        waiting: ["b", "c"],
      });
    });

    it("gives the place of one that ended to the first that waits, however it ended", async () => {
      await cases().add(queued("a"), queued("b"), queued("c"));
      await cases().runs.finish([failed(await cases().claimedAgain("a"))]);
      expect(await states("b", "c")).toEqual(["ready", "held"]);
      await cases().runs.cancel({ ids: ["b"], by: "ops", now: start + second });
      expect(await states("b", "c")).toEqual(["cancelled", "ready"]);
      expect(await cases().runs.add([queued("d")])).toEqual(["held"]);
    });

    it("keeps the place of one that is tried again", async () => {
      await cases().add(queued("a"), queued("b"));
      await cases().runs.finish([retry(await cases().claimedAgain("a"))]);
      expect(await states("a", "b")).toEqual(["scheduled", "held"]);
    });

    it("lets one that is not to start yet wait for its time as well", async () => {
      await cases().add(queued("a"), queued("b", { availableAt: start + minute }));
      expect(await cases().state("b")).toBe("held");
      await cases().runs.finish([succeeded(await cases().claimedAgain("a"))]);
      expect(await cases().state("b")).toBe("scheduled");
    });

    it("passes over those that have expired, or were cancelled, while they waited", async () => {
      await cases().add(queued("a"), queued("b", { expiresAt: start + second }), queued("c"));
      await cases().runs.finish([succeeded(await cases().claimedAgain("a"))]);
      expect(await states("b", "c")).toEqual(["expired", "ready"]);
      await cases().add(queued("d"), queued("e"));
      await cases().runs.cancel({ ids: ["d"], by: "ops", now: start });
      expect(await states("d", "e")).toEqual(["cancelled", "held"]);
      await cases().runs.finish([succeeded(await cases().claimedAgain("c"))]);
      expect(await cases().state("e")).toBe("ready");
    });

    it("expires those that wait at their time", async () => {
      await cases().add(queued("a"), queued("b", { expiresAt: start + second }));
      expect(await cases().runs.sweep(start + second)).toMatchObject({ expired: 1 });
      expect(await states("a", "b")).toEqual(["ready", "expired"]);
    });

    it("lets nobody overtake what waits", async () => {
      const wide = (id: string) => run(id, { rule: "queue", queue: 5, limit: 2 });
      await cases().add(run("a", { rule: "queue" }), run("b", { rule: "queue" }));
      expect(await cases().runs.add([wide("c")])).toEqual(["held"]);
      expect((await cases().runs.lockState("periodic-task:1")).waiting).toEqual(["b", "c"]);
    });
  });

  describe("the overlap rule 'replace'", () => {
    it("takes the place of a run that nobody has begun", async () => {
      expect(await cases().runs.add([replacing("a"), replacing("b")])).toEqual(["added", "added"]);
      expect(await states("a", "b")).toEqual(["cancelled", "ready"]);
      expect((await cases().find("a")).error).toEqual({ name: "Replaced", message: "run b took its place" });
    });

    it("asks one that is executed to stop, and waits for its end", async () => {
      await cases().add(replacing("a"));
      const a = await cases().claimedAgain("a");
      expect(await cases().runs.add([replacing("b")])).toEqual(["held"]);
      expect(await cases().runs.cancelled(cases().worker, [a])).toMatchObject([{ id: "a", claim: 1 }]);
      await cases().runs.finish([succeeded(a)]);
      expect(await states("a", "b")).toEqual(["succeeded", "ready"]);
    });

    it("lets the latest of those that wait count", async () => {
      await cases().add(replacing("a"));
      const a = await cases().claimedAgain("a");
      expect(await cases().runs.add([replacing("b"), replacing("c")])).toEqual(["held", "held"]);
      expect(await states("b", "c")).toEqual(["cancelled", "held"]);
      await cases().runs.finish([succeeded(a)]);
      expect(await cases().state("c")).toBe("ready");
    });

    it("stops as many as are needed for those that wait, the oldest first", async () => {
      await cases().add(replacing("a", 2), replacing("b", 2));
      const [a, b] = await cases().claim();
      if (a === undefined || b === undefined) throw new Error("expected two claims");
      const stopping = async () => (await cases().runs.cancelled(cases().worker, [a, b])).map(({ id }) => id);
      expect(await cases().runs.add([replacing("c", 2)])).toEqual(["held"]);
      expect(await stopping()).toEqual(["a"]);
      expect(await cases().runs.add([replacing("d", 2)])).toEqual(["held"]);
      expect(await stopping()).toEqual(["a", "b"]);
      expect(await cases().runs.add([replacing("e", 2)])).toEqual(["held"]);
      expect(await states("c", "d", "e")).toEqual(["cancelled", "held", "held"]);
      await cases().runs.finish([succeeded(b)]);
      expect(await states("d", "e")).toEqual(["ready", "held"]);
      // Of what is in the way, only what has not begun gives up its place at once.
      expect(await cases().runs.add([replacing("f", 2)])).toEqual(["held"]);
      expect(await states("d", "e", "f")).toEqual(["cancelled", "ready", "held"]);
      await cases().runs.finish([succeeded(a)]);
      expect(await states("e", "f")).toEqual(["ready", "ready"]);
    });
  });

  describe("a run that is executed for longer than its options allow", () => {
    it("is lost, and what waited for it takes its place", async () => {
      const options = { abandonAfterMs: 5 * minute };
      await cases().add(queued("a", { options }), queued("b", { options }));
      const a = await cases().claimedAgain("a");
      await cases().runs.begin([a], start + second);
      // Its worker lives, and goes on with it.
      await cases().bench.setLease(cases().worker, start + 30 * minute);
      expect(await cases().runs.sweep(start + second + 5 * minute - 1)).toMatchObject({ lost: 0 });
      expect(await cases().runs.sweep(start + second + 5 * minute)).toMatchObject({ lost: 1 });
      expect(await cases().find("a")).toMatchObject({ state: "lost", error: { name: "Abandoned" } });
      expect(await cases().state("b")).toBe("ready");
      expect(await cases().runs.finish([succeeded(a)])).toEqual(["fenced"]);
    });

    it("counts each attempt for itself", async () => {
      await cases().add(newRun("a", { options: { abandonAfterMs: 5 * minute } }));
      const a = await cases().claimedAgain("a");
      await cases().runs.begin([a], start + second);
      await cases().runs.finish([retry(a, start + 4 * minute)]);
      await cases().bench.setLease(cases().worker, start + 30 * minute);
      await cases().runs.sweep(start + 8 * minute);
      expect(await cases().state("a")).toBe("ready");
    });
  });
}
