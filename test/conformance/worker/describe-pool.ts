import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClaimedRun, Outcome } from "../../../src/run/run-store.ts";
import type { RegisteredTask } from "../../../src/task/registry.ts";
import type { Pool } from "../../../src/worker/pool/pool.ts";
import { eventually } from "../../support/eventually.ts";

export interface PoolBench {
  readonly pool: Pool;
  /** Another one of the same kind, whose children are replaced as it says. */
  readonly another: (options: { readonly size?: number; readonly maxRuns?: number }) => Pool;
  readonly task: (name: string) => RegisteredTask;
  readonly run: (task: string, input?: object, options?: ClaimedRun["options"]) => ClaimedRun;
  readonly linesOf: (run: ClaimedRun) => readonly string[];
  readonly progressOf: (run: ClaimedRun) => unknown;
  close(): Promise<void>;
}

/** What every pool promises. `isolated`: its children end by force, and alone; `ownMemory`: also where their memory is full. */
export function describePool(
  name: string,
  open: () => Promise<PoolBench>,
  { isolated, ownMemory }: { readonly isolated: boolean; readonly ownMemory: boolean },
): void {
  describe(`the pool of ${name}`, () => {
    let bench: PoolBench;
    beforeAll(async () => {
      bench = await open();
    });
    afterAll(async () => bench?.close());

    const begin = async (run: ClaimedRun, pool = bench.pool) => {
      pool.prepare(1);
      await eventually(() => pool.free > 0, { within: 60_000, what: () => "a free place" });
      const attempt = pool.attempt(run, bench.task(run.task));
      return { attempt, outcome: attempt.outcome() };
    };
    const outcomeOf = async (run: ClaimedRun, pool = bench.pool) => (await begin(run, pool)).outcome;
    const says = (run: ClaimedRun, line: string) =>
      eventually(() => bench.linesOf(run).some((one) => one.endsWith(line)), { what: () => `'${line}'` });

    it("answers what the task returns", async () => {
      const run = bench.run("app.greet", { name: "Aiko" });
      const outcome = await outcomeOf(run);
      expect(outcome).toMatchObject({
        id: run.id,
        claim: 1,
        attempt: 1,
        kind: "final",
        state: "succeeded",
        result: "Hello, Aiko",
      });
      expect(outcome.endedAt).toBeGreaterThanOrEqual(outcome.startedAt);
    });

    it("keeps what the task writes and how far it is", async () => {
      const run = bench.run("app.writes");
      expect(await outcomeOf(run)).toMatchObject({ state: "succeeded" });
      const lines = bench.linesOf(run).map((line) => line.slice(13));
      expect(lines).toEqual(
        expect.arrayContaining(["INFO by the log 100%", "WARN by the console", "INFO two", "INFO lines"]),
      );
      expect(bench.progressOf(run)).toEqual({ current: 1, total: 2, text: "half" });
    });

    it("gives the task its database and its client", async () => {
      const run = bench.run("app.sends");
      const { attempt, outcome } = await begin(run);
      expect(await outcome).toMatchObject({ state: "succeeded", result: { tables: true } });
      expect(attempt.children).toHaveLength(1);
    });

    it("refuses an input that does not fit", async () => {
      const outcome = await outcomeOf(bench.run("app.greet", { name: 5 }));
      expect(outcome).toMatchObject({ state: "failed", error: { code: "invalid_input" } });
    });

    it("fails with what the task throws", async () => {
      const outcome = await outcomeOf(bench.run("app.fails"));
      expect(outcome).toMatchObject({ state: "failed", error: { name: "RangeError", message: "too far" } });
      expect(outcome.error?.stack).toContain("tasks.ts");
    });

    it("asks for another attempt where the task's policy does", async () => {
      const outcome = await outcomeOf(bench.run("app.fails_again"));
      expect(outcome).toMatchObject({ kind: "retry", error: { message: "not yet" } });
    });

    it("aborts the signal of what is cancelled", async () => {
      const run = bench.run("app.waits");
      const { attempt, outcome } = await begin(run);
      await says(run, "waiting");
      attempt.stop("cancelled");
      expect(attempt.stopReason).toBe("cancelled");
      expect(await outcome).toMatchObject({ kind: "final", state: "cancelled", error: { code: "run_cancelled" } });
      expect(bench.linesOf(run).at(-1)).toContain("aborted run_cancelled");
    });

    it("hands back what its worker has no time for", async () => {
      const run = bench.run("app.waits");
      const { attempt, outcome } = await begin(run);
      await says(run, "waiting");
      attempt.stop("worker_stopped");
      expect(await outcome).toMatchObject({ kind: "retry", handedBack: true, error: { code: "worker_stopped" } });
    });

    it("aborts the signal at the soft limit, and lets the task end by itself", async () => {
      const outcome = await outcomeOf(bench.run("app.waits", undefined, { softTimeLimitMs: 100 }));
      expect(outcome).toMatchObject({ state: "failed", error: { code: "soft_time_limit" } });
    });

    it("fails what takes longer than its limit", async () => {
      const outcome = await outcomeOf(bench.run("app.waits", undefined, { timeLimitMs: 200 }));
      expect(outcome).toMatchObject({ state: "failed", error: { code: "time_limit" } });
    });

    if (!isolated) return;
    describe("where each attempt has a child to itself", () => {
      const alone = async (run: ClaimedRun, size = 1) => {
        const pool = bench.another({ size });
        try {
          const outcome = await outcomeOf(run, pool);
          return { outcome, next: await outcomeOf(bench.run("app.greet", { name: "you" }), pool) };
        } finally {
          await pool.close();
        }
      };
      const goesOn = (next: Outcome) => expect(next).toMatchObject({ state: "succeeded", result: "Hello, you" });

      it("tells what the task left to nobody", async () => {
        const run = bench.run("app.strays");
        expect(await outcomeOf(run)).toMatchObject({ state: "succeeded" });
        expect(bench.linesOf(run).join("\n")).toContain("a promise that nothing waits for was rejected");
      });

      it("ends an endless loop at its limit by force, and goes on with a new child", async () => {
        const run = bench.run("app.loops", undefined, { timeLimitMs: 500 });
        const { outcome, next } = await alone(run);
        expect(outcome).toMatchObject({ state: "failed", error: { code: "time_limit" } });
        expect(bench.linesOf(run).join("\n")).toMatch(/looping[\s\S]*ended by force/);
        goesOn(next);
      });

      it("ends what does not heed its signal when its grace time is over", async () => {
        const pool = bench.another({});
        const run = bench.run("app.loops");
        const { attempt, outcome } = await begin(run, pool);
        await says(run, "looping");
        attempt.stop("cancelled", 100);
        expect(await outcome).toMatchObject({ state: "cancelled", error: { code: "run_cancelled" } });
        await pool.close();
      });

      it("charges a process.exit() with a lost attempt, and nothing else", async () => {
        const { outcome, next } = await alone(bench.run("app.exits"));
        expect(outcome).toMatchObject({ kind: "retry", lost: true, error: { code: "attempt_crashed" } });
        expect(outcome.error?.message).toContain("it ended with code 3");
        goesOn(next);
      });

      it("gives up what has crashed as often as its worker may die, or must not be begun again", async () => {
        const pool = bench.another({});
        const lost = { kind: "final", state: "lost", error: { code: "attempt_crashed" } };
        expect(await outcomeOf({ ...bench.run("app.exits"), lost: 2 }, pool)).toMatchObject(lost);
        expect(await outcomeOf(bench.run("app.exits", undefined, { onLost: "fail" }), pool)).toMatchObject(lost);
        await pool.close();
      });

      if (ownMemory) {
        it("charges a full memory with a lost attempt, and nothing else", async () => {
          const { outcome, next } = await alone(bench.run("app.fills"));
          expect(outcome).toMatchObject({ kind: "retry", lost: true, error: { code: "attempt_crashed" } });
          goesOn(next);
        });
      }

      it("leaves other attempts alone when one crashes", async () => {
        const pool = bench.another({ size: 2 });
        pool.prepare(2);
        await eventually(() => pool.free === 2, { within: 60_000 });
        const run = bench.run("app.waits");
        const other = await begin(run, pool);
        await says(run, "waiting");
        expect(await outcomeOf(bench.run("app.exits"), pool)).toMatchObject({ lost: true });
        other.attempt.stop("cancelled");
        expect(await other.outcome).toMatchObject({ state: "cancelled" });
        await pool.close();
      });

      it("fails with an error that was thrown where nothing could catch it, and replaces the child", async () => {
        const pool = bench.another({});
        const first = await outcomeOf(bench.run("app.throws_late"), pool);
        expect(first).toMatchObject({ state: "failed", error: { message: "out of reach" } });
        const before = await childOf(pool);
        expect(before?.executed ?? 0).toBe(0);
        goesOn(await outcomeOf(bench.run("app.greet", { name: "you" }), pool));
        await pool.close();
      });

      it("replaces a child after so many attempts", async () => {
        const pool = bench.another({ maxRuns: 2 });
        for (let n = 1; n <= 3; n += 1) await outcomeOf(bench.run("app.greet", { name: "you" }), pool);
        expect((await childOf(pool))?.executed).toBe(1);
        await pool.close();
      });

      it("has as many children as it is told to, and none when it is closed", async () => {
        const pool = bench.another({ size: 2 });
        pool.prepare(5);
        await eventually(() => pool.free === 2, { within: 60_000 });
        pool.resize(1);
        await eventually(() => pool.children().length === 1);
        const run = bench.run("app.loops");
        const { outcome } = await begin(run, pool);
        await says(run, "looping");
        await pool.close();
        expect(pool.children()).toEqual([]);
        expect(await outcome).toMatchObject({ kind: "retry" });
      });

      const childOf = (pool: Pool) =>
        eventually(() => pool.free > 0, { within: 60_000 }).then(() => pool.children()[0]);
    });
  });
}
