import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LimitedClaim, RunLimits } from "../../../src/run/run-limits.ts";
import type { ClaimedRun } from "../../../src/run/run-store.ts";
import { Cases, lockOf, newRun, type RunBench, second, start } from "./run-bench.ts";

/** A run store with the limits of its database. */
export interface LimitsBench extends RunBench {
  readonly limits: RunLimits;
  /** As another process has them. */
  readonly otherLimits: RunLimits;
}

const slotKey = "slot tapp_a.hello a";
const rateKey = "rate tapp_a.hello";

function ofSlot({ id, claim }: ClaimedRun, limit = 1, key = slotKey): LimitedClaim {
  return { id, claim, slot: { key, limit } };
}

/** One each 100 ms. */
function ofRate({ id, claim }: ClaimedRun, limit = 10, burst = 1): LimitedClaim {
  return { id, claim, rate: { key: rateKey, rate: { limit, perMs: 1_000, burst } } };
}

/** What the limits must do for all workers together, on whatever database. */
export function describeRunLimits(name: string, open: () => Promise<LimitsBench>): void {
  describe(`the limits on ${name}`, () => {
    let bench: LimitsBench;
    let cases: Cases;
    beforeEach(async () => {
      cases = await Cases.open(async () => {
        bench = await open();
        return bench;
      });
    });
    afterEach(() => bench.close());

    const stateOf = async (id: string) => (await cases.runs.find(id))?.state;
    const finish = (run: ClaimedRun, at = start) => {
      const { id, claim, attempt } = run;
      const times = { startedAt: at, endedAt: at };
      return cases.runs.finish([{ id, claim, attempt, ...times, kind: "final", state: "succeeded", result: null }]);
    };
    const sent = async (...ids: readonly string[]) => {
      await cases.add(...ids.map((id) => newRun(id)));
      return cases.claim();
    };

    it("lets as many of a key begin as may be executed at once, and holds the others", async () => {
      const runs = await sent("r1", "r2", "r3");
      const answers = await bench.limits.admit(
        runs.map((run) => ofSlot(run, 2)),
        start,
      );
      expect(answers).toEqual(["begin", "begin", "waits"]);
      expect(await stateOf("r3")).toBe("held");
      expect(await cases.claim()).toEqual([]);
      expect(await bench.otherLimits.release([slotKey], start)).toMatchObject({ released: 0 });
    });

    it("gives a slot that has become free to the first by priority, then to the first sent", async () => {
      await cases.add(
        newRun("r1"),
        newRun("late"),
        newRun("early", { priority: 3 }),
        newRun("urgent", { priority: 9 }),
      );
      const runs = new Map((await cases.claim()).map((run) => [run.id, run]));
      const first = runs.get("r1") as ClaimedRun;
      await bench.limits.admit([ofSlot(first)], start);
      const others = ["late", "early", "urgent"].map((id) => ofSlot(runs.get(id) as ClaimedRun));
      expect(await bench.limits.admit(others, start)).toEqual(["waits", "waits", "waits"]);
      await finish(first);
      const order: string[] = [];
      for (let n = 1; n <= 3; n += 1) {
        expect(await bench.otherLimits.release([slotKey], start)).toMatchObject({ released: 1 });
        const [run] = await cases.claim();
        expect(await bench.limits.admit([ofSlot(run as ClaimedRun)], start)).toEqual(["begin"]);
        order.push(run?.id ?? "");
        await finish(run as ClaimedRun);
      }
      expect(order).toEqual(["urgent", "late", "early"]);
    });

    it("lets nobody overtake who waits", async () => {
      const [first, second_] = await sent("r1", "r2");
      await bench.limits.admit([ofSlot(first as ClaimedRun), ofSlot(second_ as ClaimedRun)], start);
      await finish(first as ClaimedRun);
      const [third] = await sent("r3");
      expect(await bench.limits.admit([ofSlot(third as ClaimedRun)], start)).toEqual(["waits"]);
      await bench.limits.release([slotKey], start);
      expect((await cases.claim()).map(({ id }) => id)).toEqual(["r2"]);
    });

    it("keeps keys apart", async () => {
      const [a, b] = await sent("r1", "r2");
      const claims = [ofSlot(a as ClaimedRun), ofSlot(b as ClaimedRun, 1, "slot tapp_a.hello b")];
      expect(await bench.limits.admit(claims, start)).toEqual(["begin", "begin"]);
    });

    it("answers the same when it is asked again, because an answer was lost", async () => {
      const runs = await sent("r1", "r2");
      const claims = runs.map((run) => ofSlot(run));
      await bench.limits.admit(claims, start);
      expect(await bench.limits.admit(claims, start + 5)).toEqual(["begin", "gone"]);
    });

    it("frees the slot of a worker that died with its lease", async () => {
      const doomed = await bench.addProcess("doomed", start + second);
      await cases.add(newRun("r1"), newRun("r2"));
      const [taken] = await cases.claim(1, { processId: doomed });
      await bench.limits.admit([ofSlot(taken as ClaimedRun)], start);
      await cases.runs.begin([taken as ClaimedRun], start);
      const [waiting] = await cases.claim();
      expect(await bench.limits.admit([ofSlot(waiting as ClaimedRun)], start)).toEqual(["waits"]);
      expect(await bench.limits.sweep(start + second)).toMatchObject({ released: 0 });

      await bench.setLease(doomed, 0);
      await cases.runs.sweep(start + 20 * second);
      await cases.runs.sweep(start + 24 * second);
      expect(await bench.limits.sweep(start + 24 * second)).toMatchObject({ released: 1 });
      expect((await cases.claim(100, { now: start + 24 * second })).map(({ id }) => id).sort()).toEqual(["r1", "r2"]);
    });

    it("frees the slot of what is tried again, given back or cancelled", async () => {
      for (const leave of [
        async (run: ClaimedRun) => {
          const { id, claim, attempt } = run;
          const times = { startedAt: start, endedAt: start };
          const error = { name: "Error", message: "again" };
          await cases.runs.finish([
            { id, claim, attempt, ...times, kind: "retry", availableAt: start + second, error },
          ]);
        },
        (run: ClaimedRun) => cases.runs.giveBack([run], start + second),
        async (run: ClaimedRun) => {
          await cases.runs.cancel({ ids: [run.id], by: "ann", now: start, force: true });
        },
      ]) {
        const id = `of-${leave.toString().length}`;
        const [run] = await sent(id);
        await bench.limits.admit([ofSlot(run as ClaimedRun)], start);
        await leave(run as ClaimedRun);
        const [next] = await sent(`${id}-next`);
        expect(await bench.limits.admit([ofSlot(next as ClaimedRun)], start)).toEqual(["begin"]);
        await finish(next as ClaimedRun);
      }
    });

    it("cancels and expires what waits", async () => {
      await cases.add(newRun("r1"), newRun("r2"), newRun("r3", { expiresAt: start + second }));
      const runs = await cases.claim();
      await bench.limits.admit(
        runs.map((run) => ofSlot(run)),
        start,
      );
      await cases.runs.cancel({ ids: ["r2"], by: "ann", now: start });
      await cases.runs.sweep(start + 2 * second);
      expect([await stateOf("r2"), await stateOf("r3")]).toEqual(["cancelled", "expired"]);
    });

    it("lets a run that was asked to stop begin, and be stopped", async () => {
      const [first, other] = await sent("r1", "r2");
      await bench.limits.admit([ofSlot(first as ClaimedRun)], start);
      await cases.runs.cancel({ ids: ["r2"], by: "ann", now: start });
      expect(await bench.limits.admit([ofSlot(other as ClaimedRun)], start)).toEqual(["begin"]);
    });

    it("keeps the place of a waiting run among the runs of its periodic task", async () => {
      const lock = lockOf("periodic-task:1");
      await cases.add(newRun("r0"), newRun("r1", { lock }));
      const runs = await cases.claim();
      await bench.limits.admit(
        runs.map((run) => ofSlot(run)),
        start,
      );
      expect(await stateOf("r1")).toBe("held");
      expect(await cases.runs.add([newRun("r2", { lock })])).toEqual(["locked"]);
      expect((await cases.runs.lockState(lock.key)).holders.map(({ id }) => id)).toEqual(["r1"]);
      await cases.runs.sweep(start + 20 * second);
      expect(await stateOf("r1")).toBe("held");
      await cases.runs.cancel({ ids: ["r1"], by: "ann", now: start });
      expect(await cases.runs.add([newRun("r3", { lock })])).toEqual(["added"]);
    });

    it("spreads the runs of a rate evenly, whoever takes them", async () => {
      const runs = await sent("r1", "r2", "r3", "r4");
      const [a, b, c, d] = runs as [ClaimedRun, ClaimedRun, ClaimedRun, ClaimedRun];
      expect(await bench.limits.admit([ofRate(a), ofRate(b)], start)).toEqual(["begin", "waits"]);
      expect(await bench.otherLimits.admit([ofRate(c), ofRate(d)], start)).toEqual(["waits", "waits"]);
      const { released } = await bench.limits.release([rateKey], start);
      expect(released).toBe(3);
      const begun: string[] = [];
      for (const at of [99, 100, 199, 200, 300]) {
        await cases.runs.sweep(start + at);
        for (const run of await cases.claim(10, { now: start + at })) {
          expect(await bench.limits.admit([ofRate(run)], start + at)).toEqual(["begin"]);
          begun.push(`${run.id} at ${at}`);
        }
      }
      expect(begun).toEqual(["r2 at 100", "r3 at 200", "r4 at 300"]);
    });

    it("gives turns a little ahead and no further, the first to the highest priority", async () => {
      await cases.add(...Array.from({ length: 20 }, (_, n) => newRun(`r${n}`)), newRun("urgent", { priority: 9 }));
      const runs = new Map((await cases.claim()).map((run) => [run.id, run]));
      await bench.limits.admit([ofRate(runs.get("r0") as ClaimedRun)], start);
      runs.delete("r0");
      await bench.limits.admit(
        [...runs.values()].map((run) => ofRate(run)),
        start,
      );
      const { released, again } = await bench.limits.release([rateKey], start);
      expect(released).toBe(5);
      expect(again.get(rateKey)).toBeGreaterThan(start);
      expect(again.get(rateKey)).toBeLessThan(start + 600);
      await cases.runs.sweep(start + 100);
      expect((await cases.claim(10, { now: start + 100 })).map(({ id }) => id)).toEqual(["urgent"]);
    });

    it("does not save up turns that nobody used, beyond the burst", async () => {
      const [first] = await sent("r1");
      await bench.limits.admit([ofRate(first as ClaimedRun, 10, 3)], start);
      const later = await sent("r2", "r3", "r4", "r5");
      const now = start + 60 * second;
      const answers = await bench.limits.admit(
        later.map((run) => ofRate(run, 10, 3)),
        now,
      );
      expect(answers).toEqual(["begin", "begin", "begin", "waits"]);
    });

    it("goes by a rate that was raised", async () => {
      const runs = await sent("r1", "r2");
      const [first, other] = runs as [ClaimedRun, ClaimedRun];
      const slow = (run: ClaimedRun): LimitedClaim => {
        const { id, claim } = run;
        return { id, claim, rate: { key: rateKey, rate: { limit: 1, perMs: 3_600_000, burst: 1 } } };
      };
      await bench.limits.admit([slow(first), slow(other)], start);
      const [third] = await sent("r3");
      await bench.limits.admit([ofRate(third as ClaimedRun)], start + second);
      const { released } = await bench.limits.release([rateKey], start + second + 200);
      expect(released).toBe(2);
    });

    it("keeps the slot of a run that waits for its turn", async () => {
      const [a, b, c] = (await sent("r1", "r2", "r3")) as [ClaimedRun, ClaimedRun, ClaimedRun];
      const both = (run: ClaimedRun, key: string): LimitedClaim => ({ ...ofSlot(run, 1, key), ...ofRate(run) });
      const answers = await bench.limits.admit([both(a, "slot x 1"), both(b, "slot x 2"), both(c, "slot x 2")], start);
      expect(answers).toEqual(["begin", "waits", "waits"]);
      expect((await bench.limits.release([rateKey, "slot x 2"], start)).released).toBe(1);
      await cases.runs.sweep(start + 100);
      const [next] = await cases.claim(10, { now: start + 100 });
      expect(next?.id).toBe("r2");
      expect(await bench.limits.admit([both(next as ClaimedRun, "slot x 2")], start + 100)).toEqual(["begin"]);
      expect((await bench.limits.release(["slot x 2"], start + 100)).released).toBe(0);
    });

    it("takes a released run that nobody claimed out of its slot after a while", async () => {
      const [a, b, c] = (await sent("r1", "r2", "r3")) as [ClaimedRun, ClaimedRun, ClaimedRun];
      await bench.limits.admit([ofSlot(a), ofSlot(b), ofSlot(c)], start);
      await finish(a);
      expect((await bench.limits.release([slotKey], start)).released).toBe(1);
      expect((await bench.limits.release([slotKey], start + second)).released).toBe(0);
      expect((await bench.limits.sweep(start + 11 * second)).released).toBe(1);
      const runs = await cases.claim(10, { now: start + 11 * second });
      const answers = await bench.limits.admit(
        runs.map((run) => ofSlot(run)),
        start + 11 * second,
      );
      expect(answers.filter((answer) => answer === "begin")).toHaveLength(1);
    });

    it("looks at a part of many keys in one sweep, and at the next in the next", async () => {
      const count = 250;
      const runs = await sent(...Array.from({ length: count * 2 }, (_, n) => `r${n}`), "x");
      expect(runs.length).toBe(100);
      const all = [...runs];
      while (all.length < count * 2) all.push(...(await cases.claim(100)));
      const claims = all.slice(0, count * 2).map((run, n) => ofSlot(run, 1, `slot x ${n % count}`));
      const answers = await bench.limits.admit(claims, start);
      expect(answers.filter((answer) => answer === "waits")).toHaveLength(count);
      for (const [n, run] of all.slice(0, count).entries()) if (n % 5 === 0) await finish(run);
      const first = await bench.limits.sweep(start);
      const next = await bench.limits.sweep(start);
      expect([first.released + next.released, next.released > 0]).toEqual([count / 5, true]);
    });
  });
}
