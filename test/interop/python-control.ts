import { describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Stage } from "./stage.ts";

const node = "ts@interop";

/** Celery's `inspect`, `control`, `status` and `events` on hyoshi's workers. */
export function describePythonControl(at: () => Stage): void {
  const py = <T = unknown>(code: string) => at().python.run<T>(code);
  /** What hyoshi's worker replies. */
  const inspect = async <T = Record<string, unknown>>(call: string): Promise<T> => {
    const replies = await py<Record<string, T> | null>(
      `app.control.inspect(destination=['${node}'], timeout=10).${call}`,
    );
    const reply = replies?.[node];
    if (reply === undefined) throw new Error(`'${node}' did not reply to ${call}: ${JSON.stringify(replies)}`);
    return reply;
  };
  const control = async (call: string): Promise<unknown> => {
    const replies = await py<Record<string, unknown>[]>(
      `app.control.${call.replace(/\)$/, `${call.endsWith("()") ? "" : ", "}destination=['${node}'], reply=True, timeout=10)`)}`,
    );
    return replies[0]?.[node];
  };
  const broadcast = (command: string, args: object = {}) =>
    control(`broadcast('${command}', arguments=${JSON.stringify(args)})`);

  describe("celery status and inspect", () => {
    it("list workers of both kinds", async () => {
      const { code, stdout } = await at().celery.command("status", "--timeout", "5");
      expect(stdout).toContain(`${node}: OK`);
      expect(stdout).toMatch(/py@\S+: OK/);
      expect(stdout).toContain("2 nodes online.");
      expect(code).toBe(0);
    });

    it("inspect prints what a worker replies", async () => {
      const { code, stdout } = await at().celery.command(
        ...["inspect", "stats", "--json", "--timeout", "5", "--destination", node],
      );
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ [node]: { pid: expect.any(Number) } });
    });

    it.each([
      "ping",
      "active",
      "registered",
      "reserved",
      "scheduled",
      "stats",
      "active_queues",
      "report",
      "conf",
      "revoked",
      "clock",
    ])("%s is answered", async (command) => {
      expect(await inspect(`${command}()`)).toBeDefined();
    });

    it("shows what a worker can do, serves and has done", async () => {
      expect(await inspect("ping()")).toEqual({ ok: "pong" });
      expect(await inspect<string[]>("registered()")).toEqual(expect.arrayContaining(["app.add", "app.nap"]));
      const queues =
        await inspect<{ name: string; routing_key: string; exchange: { name: string; type: string } }[]>(
          "active_queues()",
        );
      expect(queues.map(({ name }) => name)).toContain("hyoshi");
      expect(queues.find(({ name }) => name === "hyoshi")).toMatchObject({
        routing_key: "hyoshi",
        exchange: { type: "direct" },
      });
      const stats = await inspect<{ total: object; pid: number; clock: string; broker: { transport: string } }>(
        "stats()",
      );
      expect(stats.pid).toBeGreaterThan(0);
      expect(stats.clock).toMatch(/^\d+$/);
      expect(stats.broker.transport).toBe(at().broker === "redis" ? "redis" : "amqp");
      expect(JSON.stringify(stats)).not.toContain("secret");
    });

    it("shows what is executed, what is reserved and what is scheduled", async () => {
      await py("naps = [ts.nap.delay(30) for _ in range(12)]");
      const ids = await py<string[]>("[one.id for one in naps]");
      type Info = { id: string; name: string; args: unknown; time_start: number | null; worker_pid: number | null };
      const active = await eventually(async () => {
        const seen = await inspect<Info[]>("active()");
        return seen.length >= 10 && seen;
      });
      expect(active[0]).toMatchObject({ name: "app.nap", hostname: node, acknowledged: true });
      expect(ids).toEqual(expect.arrayContaining(active.map(({ id }) => id)));
      expect(active[0]?.time_start).toBeGreaterThan(1_600_000_000);
      const first = active[0]?.id ?? "";
      expect(await inspect(`query_task('${first}')`)).toMatchObject({ [first]: ["active", { id: first }] });

      // Terminated, they end now; what waited behind them is revoked.
      await py(`app.control.revoke(${JSON.stringify(ids)}, terminate=True, reply=True, timeout=5)`);
      for (const id of ids) {
        await eventually(async () => (await at().find(id))?.endedAt !== undefined, { what: () => `${id} to end` });
        expect(await at().run(id)).toMatchObject({ state: "cancelled" });
      }
      expect((await at().python.raised("naps[0].get(timeout=30)")).type).toBe("TaskRevokedError");
    });
  });

  describe("celery control", () => {
    it("revokes a run that waits for its time", async () => {
      await py("waits = ts.note.apply_async(('revoked, never written',), countdown=600)");
      const id = await py<string>("waits.id");
      await eventually(async () => (await at().find(id))?.state === "scheduled");
      await py("waits.revoke()");
      await eventually(async () => (await at().find(id))?.state === "cancelled");
      expect((await at().python.raised("waits.get(timeout=30)")).type).toBe("TaskRevokedError");
    });

    it("limits rates and times, for tasks that there are", async () => {
      expect(await control("rate_limit('app.note', '100/s')")).toEqual({ ok: "new rate limit set successfully" });
      expect(await control("rate_limit('app.note', 0)")).toEqual({ ok: "rate limit disabled successfully" });
      expect(await control("rate_limit('app.unheard_of', '1/s')")).toEqual({ error: "unknown task" });
      expect(await control("time_limit('app.nap', hard=1)")).toEqual({ ok: "time limits set successfully" });
      await py("short = ts.nap.delay(60)");
      expect((await at().python.raised("short.get(timeout=30)")).message).toMatch(/limit/i);
      expect(await control("time_limit('app.nap', hard=None)")).toEqual({ ok: "time limits set successfully" });
    });

    it("grows and shrinks the pool", async () => {
      type Stats = { pool: { "max-concurrency": number } };
      const before = (await inspect<Stats>("stats()")).pool["max-concurrency"];
      expect(await control("pool_grow(n=3)")).toEqual({ ok: "pool will grow" });
      expect((await inspect<Stats>("stats()")).pool["max-concurrency"]).toBe(before + 3);
      expect(await control("pool_shrink(n=3)")).toEqual({ ok: "pool will shrink" });
      expect((await inspect<Stats>("stats()")).pool["max-concurrency"]).toBe(before);
      // As with a Celery worker that was not started with it.
      expect(await control("autoscale(max=10, min=1)")).toEqual({ error: "ValueError('Autoscale not enabled')" });
    });

    it("takes up and leaves a queue", async () => {
      expect(await control("add_consumer('taken.up')")).toEqual({ ok: expect.stringContaining("taken.up") });
      expect(await py("ts.add.apply_async((1, 2), queue='taken.up').get(timeout=30)")).toBe(3);
      expect(await control("cancel_consumer('taken.up')")).toEqual({ ok: expect.stringContaining("taken.up") });
      const queues = await inspect<{ name: string }[]>("active_queues()");
      expect(queues.map(({ name }) => name)).not.toContain("taken.up");
    });

    it("refuses a method that there is not, and goes on", async () => {
      expect(await broadcast("no_such_method")).toEqual({ error: "KeyError('no_such_method')" });
      expect(await inspect("ping()")).toEqual({ ok: "pong" });
    });

    it("shuts a worker down, warm", async () => {
      const worker = await at().startWorker("--name", "doomed@interop", "--queues", "nobody");
      // It listens a moment after it is at work.
      await eventually(async () =>
        py("app.control.inspect(destination=['doomed@interop'], timeout=2).ping() or False"),
      );
      const { code } = await at().celery.command(
        "control",
        "--destination",
        "doomed@interop",
        "--timeout",
        "2",
        "shutdown",
      );
      expect(code).not.toBeNull();
      await eventually(() => worker.child.exitCode !== null, { what: () => `the worker to end:\n${worker.output()}` });
      expect(worker.child.exitCode).toBe(0);
    });
  });

  it("celery events and Flower's requests show a worker and the life of its runs", async () => {
    const monitor = at().celery.start("events", "--dump");
    try {
      await eventually(() => monitor.output().includes("worker-heartbeat") || monitor.output().includes("heartbeat"));
      await py("app.control.enable_events()");
      await py("seen = ts.add.delay(20, 22)");
      expect(await py("seen.get(timeout=30)")).toBe(42);
      const id = await py<string>("seen.id");
      await eventually(
        () =>
          ["task received", "task started", "task succeeded"].every((what) => monitor.output().includes(what)) &&
          monitor.output().includes(id),
        {
          what: () => `the events of ${id}:\n${monitor.output()}`,
        },
      );
      expect(monitor.output()).toContain(node);
      expect(monitor.output()).toContain("app.add");
    } finally {
      await monitor.end("SIGKILL");
    }
  });
}
