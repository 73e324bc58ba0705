import { describe, expect, it } from "vitest";
import { type Cases, lockOf, newRun, second, start, succeeded } from "./run-bench.ts";

export function sendingAndClaiming(cases: () => Cases): void {
  describe("add", () => {
    it("keeps everything that was said about a run", async () => {
      const run = newRun("a", {
        payload: { args: [1, "二"], kwargs: { b: null } },
        queue: "mail",
        priority: 9,
        options: { timeLimitMs: 5, onLost: "fail", headers: { trace: "x" } },
        origin: { kind: "rerun", by: "ops", rerunOf: "z" },
        expiresAt: start + 60 * second,
        periodicTaskId: 3,
        scheduleId: 4,
        scheduleVersion: 2,
        nominalAt: start - second,
        parentId: "p",
        rootId: "r",
      });
      expect(await cases().runs.add([run])).toEqual(["added"]);
      expect(await cases().find("a")).toEqual({ ...run, state: "ready", claim: 0, attempt: 0, retries: 0 });
    });

    it("lets a run that is not yet available wait as scheduled", async () => {
      await cases().add(newRun("a", { availableAt: start + 1 }));
      expect(await cases().state("a")).toBe("scheduled");
      expect(await cases().claim()).toEqual([]);
    });

    it("answers that an id exists, whether its run waits, is executed or is over", async () => {
      const { runs } = cases();
      const again = newRun("a", { task: "tapp_a.other" });
      expect(await runs.add([newRun("a"), again])).toEqual(["added", "exists"]);
      const run = await cases().claimedAgain("a");
      expect(await runs.add([again])).toEqual(["exists"]);
      await runs.finish([succeeded(run)]);
      expect(await runs.add([again])).toEqual(["exists"]);
      expect((await cases().find("a")).task).toBe("tapp_a.hello");
    });

    it("refuses a second unfinished run of a lock key, and takes one when the first is over", async () => {
      const { runs } = cases();
      const locked = (id: string) => newRun(id, { lock: lockOf("periodic 1") });
      expect(await runs.add([locked("a"), locked("b")])).toEqual(["added", "locked"]);
      expect(await runs.find("b")).toBeUndefined();
      const run = await cases().claimedAgain("a");
      expect(await runs.add([locked("b")])).toEqual(["locked"]);
      await runs.finish([succeeded(run)]);
      expect(await runs.add([locked("b")])).toEqual(["added"]);
    });

    it("answers for each of more runs than one write holds", async () => {
      const answers = await cases().runs.add(Array.from({ length: 1_201 }, (_, n) => newRun(`run ${n % 1_200}`)));
      expect(answers.filter((answer) => answer === "added")).toHaveLength(1_200);
      expect(answers.at(-1)).toBe("exists");
    });

    it("makes nothing of none", async () => {
      expect(await cases().runs.add([])).toEqual([]);
    });
  });

  describe("claim", () => {
    it("takes the higher priority first, over all queues, and the earlier sent one of equals", async () => {
      await cases().add(
        newRun("low", { priority: 1 }),
        newRun("first"),
        newRun("other queue", { queue: "mail" }),
        newRun("last"),
        newRun("high", { queue: "mail", priority: 9 }),
      );
      const claims = await cases().claim(100, { queues: ["default", "mail"] });
      expect(claims.map(({ id }) => id)).toEqual(["high", "first", "other queue", "last", "low"]);
    });

    it("takes no more than asked, and goes on from there", async () => {
      await cases().add(...["a", "b", "c"].map((id) => newRun(id)));
      expect((await cases().claim(2)).map(({ id }) => id)).toEqual(["a", "b"]);
      expect((await cases().claim(2)).map(({ id }) => id)).toEqual(["c"]);
      expect(await cases().claim(2)).toEqual([]);
      expect(await cases().claim(0)).toEqual([]);
    });

    it("takes from the queues that were asked for, and from no other", async () => {
      await cases().add(newRun("a"), newRun("b", { queue: "mail" }));
      expect((await cases().claim(10, { queues: ["mail", "nobody's"] })).map(({ id }) => id)).toEqual(["b"]);
      expect(await cases().claim(10, { queues: [] })).toEqual([]);
      expect(await cases().state("a")).toBe("ready");
    });

    it("hands over what was sent, with who holds it and the number of the attempt", async () => {
      const sent = newRun("a", { periodicTaskId: 7 });
      await cases().add({ ...sent, lock: lockOf("k") });
      const [run] = await cases().claim();
      expect(run).toEqual({
        ...sent,
        processId: cases().worker,
        claim: 1,
        attempt: 1,
        retries: 0,
        lost: 0,
        suspect: false,
      });
      expect(await cases().find("a")).toMatchObject({
        state: "running",
        claim: 1,
        attempt: 0,
        processId: cases().worker,
        worker: "worker-1",
      });
    });

    it("passes over what has expired", async () => {
      await cases().add(newRun("a", { expiresAt: start + second }), newRun("b"));
      expect((await cases().claim(1, { now: start + second })).map(({ id }) => id)).toEqual(["b"]);
    });

    it("gives no run to two of several claimers at once", async () => {
      const { bench, worker } = cases();
      const second = await bench.addProcess("worker-2", start + 10_000);
      await cases().add(...Array.from({ length: 300 }, (_, n) => newRun(`run ${n}`)));
      const claimers = Array.from({ length: 12 }, (_, n) =>
        cases().claim(40, n % 2 === 0 ? { processId: worker } : { processId: second, runs: bench.other }),
      );
      const ids = (await Promise.all(claimers)).flatMap((claims) => claims.map(({ id }) => id));
      expect(ids).toHaveLength(300);
      expect(new Set(ids).size).toBe(300);
    });
  });

  describe("nextScheduledAt", () => {
    it("is the earliest instant of what waits for one", async () => {
      const { runs } = cases();
      expect(await runs.nextScheduledAt()).toBeUndefined();
      const at = (ms: number) => ({ availableAt: start + ms });
      await cases().add(newRun("a"), newRun("b", at(9)), newRun("c", at(5)), newRun("d", { ...at(7), queue: "mail" }));
      expect(await runs.nextScheduledAt()).toBe(start + 5);
      await runs.sweep(start + 5);
      expect(await runs.nextScheduledAt()).toBe(start + 7);
    });
  });

  describe("find", () => {
    it("answers nothing for an id that never was", async () => {
      expect(await cases().runs.find("nobody")).toBeUndefined();
    });

    it("answers the same in every process", async () => {
      const run = await cases().begun("a");
      await cases().runs.progress(run, { current: 1, total: 2, text: "half" });
      expect(await cases().bench.other.find("a")).toEqual(await cases().find("a"));
    });
  });
}
