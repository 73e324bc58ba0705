import { describe, expect, it } from "vitest";
import { DOUBT_MS } from "../../../src/run/run-store.ts";
import { type Cases, leaseUntil, newRun, retry, second, start, succeeded } from "./run-bench.ts";

const hours = 3_600 * second;

export function sweeping(cases: () => Cases): void {
  /** When the first worker's lease has ended and it has been doubted for long enough. */
  const dead = leaseUntil + 1 + DOUBT_MS;
  const sweep = (now: number) => cases().runs.sweep(now);

  /** Lets a worker die, as far as anybody can see. */
  async function die(): Promise<void> {
    await sweep(leaseUntil + 1);
    await sweep(dead);
  }

  describe("sweep", () => {
    it("makes what was scheduled ready when its time has come", async () => {
      await cases().add(newRun("a", { availableAt: start + second }), newRun("b", { availableAt: start + second + 1 }));
      expect(await sweep(start + second)).toEqual({ released: 0, becameReady: 1, expired: 0, lost: 0 });
      expect(await cases().state("a")).toBe("ready");
      expect(await cases().state("b")).toBe("scheduled");
    });

    it("makes more ready than one write holds", async () => {
      await cases().add(...Array.from({ length: 1_100 }, (_, n) => newRun(`${n}`, { availableAt: start + 1 })));
      expect(await sweep(start + 1)).toMatchObject({ becameReady: 1_100 });
    });

    it("expires what had not begun in time", async () => {
      await cases().add(
        newRun("ready", { expiresAt: start + second }),
        newRun("scheduled", { availableAt: start + 60 * second, expiresAt: start + second }),
        newRun("later", { expiresAt: start + second + 1 }),
      );
      expect(await sweep(start + second)).toMatchObject({ expired: 2 });
      expect(await cases().find("ready")).toMatchObject({
        state: "expired",
        attempt: 0,
        endedAt: start + second,
        error: { name: "Expired" },
      });
      expect(await cases().state("later")).toBe("ready");
    });

    it("does not expire what is executed, nor what is tried again", async () => {
      const expiring = { expiresAt: start + 2 * second };
      const busy = await cases().begun("busy", expiring);
      const tried = await cases().begun("tried", expiring);
      await cases().runs.finish([retry(tried, start + 3 * second)]);
      expect(await sweep(start + 3 * second)).toMatchObject({ expired: 0, becameReady: 1 });
      expect(await cases().claim(1, { now: start + 3 * second })).toMatchObject([{ id: "tried" }]);
      expect(await cases().runs.finish([succeeded(busy)])).toEqual(["done"]);
    });

    it("finds nothing to do twice", async () => {
      await cases().add(newRun("a", { availableAt: start + 1 }));
      const reports = await Promise.all([cases().runs, cases().bench.other].map((runs) => runs.sweep(start + 1)));
      expect(reports.reduce((sum, { becameReady }) => sum + becameReady, 0)).toBe(1);
    });
  });

  describe("a worker whose lease has ended", () => {
    it("keeps its runs for as long as it may only have been hindered", async () => {
      const run = await cases().begun("a");
      await sweep(leaseUntil);
      await sweep(dead - 2);
      expect(await sweep(dead - 1)).toMatchObject({ released: 0 });
      await cases().bench.setLease(cases().worker, dead + 10 * second);
      expect(await sweep(dead + 10 * second)).toMatchObject({ released: 0 });
      expect(await cases().runs.finish([succeeded(run)])).toEqual(["done"]);
    });

    it("that renews it in doubt is doubted anew the next time", async () => {
      await cases().begun("a");
      await sweep(leaseUntil + 1);
      const renewed = leaseUntil + 5 * second;
      await cases().bench.setLease(cases().worker, renewed);
      await sweep(renewed);
      expect(await sweep(renewed + 1)).toMatchObject({ released: 0 });
      expect(await sweep(renewed + 1 + DOUBT_MS)).toMatchObject({ released: 1 });
    });

    it("by a clock that was far ahead is doubted as well, and may be put right", async () => {
      const day = 24 * hours;
      await cases().begun("a");
      await cases().bench.setLease(cases().worker, start + day);
      await sweep(start);
      await cases().bench.setLease(cases().worker, leaseUntil);
      expect(await sweep(start + DOUBT_MS)).toMatchObject({ released: 0 });
      await cases().bench.setLease(cases().worker, start + 2 * day);
      await sweep(start + DOUBT_MS);
      expect(await sweep(start + 2 * DOUBT_MS)).toMatchObject({ released: 1 });
    });

    it("that died is not waited for where a clock that was ahead wrote its lease", async () => {
      await cases().begun("a");
      await cases().bench.setLease(cases().worker, start + hours);
      await sweep(start);
      expect(await sweep(start + DOUBT_MS)).toMatchObject({ released: 1 });
    });

    it("loses what it had begun, charged with an attempt", async () => {
      const { bench, runs } = cases();
      const run = await cases().begun("a");
      await runs.progress(run, { current: 1 });
      await die();
      const found = await cases().find("a");
      expect(found).toMatchObject({ state: "ready", attempt: 1, retries: 0, startedAt: start + second });
      for (const gone of ["processId", "worker", "attemptStartedAt", "progress"])
        expect(found).not.toHaveProperty(gone);
      expect(await bench.attempts("a")).toMatchObject([
        { number: 1, worker: "worker-1", startedAt: start + second, endedAt: dead, outcome: "lost" },
      ]);
      expect(await cases().claimedAgain("a")).toMatchObject({ attempt: 2, claim: 2, suspect: false });
      expect(await runs.begin([run], dead)).toEqual([false]);
    });

    it("loses what it had only reserved as suspects, charged with nothing", async () => {
      await cases().claimed("a");
      await die();
      expect(await cases().bench.attempts("a")).toEqual([]);
      const again = await cases().claimedAgain("a");
      expect(again).toMatchObject({ attempt: 1, lost: 0, suspect: true });
      await cases().runs.giveBack([again]);
      expect(await cases().claimedAgain("a")).toMatchObject({ suspect: true });
    });

    it("clears a suspect that died begun, and one that was tried again", async () => {
      const { bench, runs } = cases();
      await cases().claimed("a");
      await die();
      const next = await bench.addProcess("worker-2", leaseUntil);
      const suspect = await cases().claimedAgain("a", start, next);
      await runs.begin([suspect], start);
      await bench.setLease(next, 0);
      await sweep(dead + 1);
      const again = await cases().claimedAgain("a");
      expect(again).toMatchObject({ suspect: false, attempt: 2, lost: 1 });

      const tried = { ...retry(again, start), startedAt: start };
      await runs.finish([tried]);
      await sweep(dead + 2);
      expect(await cases().claimedAgain("a")).toMatchObject({ suspect: false, attempt: 3 });
    });

    it("loses all at once when it left, or is not there any more", async () => {
      const { bench, runs } = cases();
      await cases().begun("a");
      await bench.setLease(cases().worker, 0);
      expect(await sweep(start + second)).toMatchObject({ released: 1 });
      await cases().claimedAgain("a", start, 999);
      expect(await runs.sweep(start + second)).toMatchObject({ released: 1 });
      expect(await cases().claimedAgain("a")).toMatchObject({ suspect: true, attempt: 2, lost: 1 });
    });

    it("ends what was to be cancelled", async () => {
      await cases().begun("begun");
      await cases().claimed("reserved");
      await cases().runs.cancel({ ids: ["begun", "reserved"], by: "ops", now: start + 2 * second });
      await die();
      for (const id of ["begun", "reserved"]) {
        expect(await cases().find(id)).toMatchObject({ state: "cancelled", error: { message: "cancelled by ops" } });
      }
      expect(await cases().bench.attempts("begun")).toMatchObject([{ outcome: "lost" }]);
    });

    it("loses for good a run whose task must not be begun again, and only if it had begun", async () => {
      await cases().begun("begun", { options: { onLost: "fail" } });
      await cases().claimed("reserved", { options: { onLost: "fail" } });
      await sweep(leaseUntil + 1);
      expect(await sweep(dead)).toMatchObject({ lost: 1, released: 1 });
      expect(await cases().find("begun")).toMatchObject({
        state: "lost",
        attempt: 1,
        endedAt: dead,
        worker: "worker-1",
        error: { name: "WorkerLost" },
      });
      expect(await cases().state("reserved")).toBe("ready");
    });

    it("loses for good a run under which three workers died", async () => {
      const { bench, runs } = cases();
      await cases().add(newRun("a"));
      for (const [n, state] of ["ready", "ready", "lost"].entries()) {
        const worker = await bench.addProcess(`victim-${n}`, leaseUntil);
        const run = await cases().claimedAgain("a", start, worker);
        expect(run.attempt).toBe(n + 1);
        await runs.begin([run], start + n * second);
        await bench.setLease(worker, 0);
        await sweep(start + n * second);
        expect(await cases().state("a")).toBe(state);
      }
      expect(await bench.attempts("a")).toMatchObject([1, 2, 3].map((number) => ({ number, outcome: "lost" })));
      expect(await cases().find("a")).toMatchObject({ attempt: 3, worker: "victim-2" });
    });

    it("takes along more runs than one write holds", async () => {
      await cases().add(...Array.from({ length: 1_100 }, (_, n) => newRun(`${n}`)));
      for (let n = 0; n < 3; n += 1) await cases().claim(500);
      await sweep(leaseUntil + 1);
      expect(await sweep(dead)).toMatchObject({ released: 1_100 });
    });
  });

  it("gives a run up that has been executed for 24 hours, although its worker lives", async () => {
    const run = await cases().begun("a");
    await cases().bench.setLease(cases().worker, start + 48 * hours);
    await sweep(start + second + 24 * hours);
    expect(await cases().state("a")).toBe("running");
    expect(await sweep(start + second + 24 * hours + 1)).toMatchObject({ lost: 1 });
    expect(await cases().find("a")).toMatchObject({ state: "lost", error: { name: "Abandoned" } });
    expect(await cases().runs.finish([succeeded(run)])).toEqual(["fenced"]);
  });
}
