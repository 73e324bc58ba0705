import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Instant } from "../../../src/base/clock.ts";
import type { Announcement, ProcessInfo, ProcessRegistry } from "../../../src/control/process-registry.ts";
import { eventually } from "../../support/eventually.ts";

export interface RegistryBench {
  readonly processes: ProcessRegistry;
  /** What is kept of a process; undefined: nothing any more. */
  row(id: number): Promise<{ readonly info: unknown; readonly leaseUntil: Instant } | undefined>;
  /** The tasks that a process announced. */
  announced(id: number): Promise<readonly string[]>;
  /** Takes the process's row away, as a sweep does that finds its lease ended. */
  remove(id: number): Promise<void>;
  close(): Promise<void>;
}

export const worker: ProcessInfo = {
  kind: "worker",
  name: "worker-1",
  host: "host-1",
  pid: 1,
  info: { queues: ["default"], concurrency: 4 },
};

export function announcement(task: string): Announcement {
  return {
    task,
    app: "tapp_a",
    description: null,
    inputSchema: null,
    positional: null,
    queue: "default",
    priority: 5,
    timeLimitMs: null,
    permission: null,
    onLost: "retry",
    schemaHash: "0123456789abcdef",
  };
}

/** What every registry of processes must do. */
export function describeProcessRegistry(name: string, open: () => Promise<RegistryBench>): void {
  describe(`the process registry on ${name}`, () => {
    let bench: RegistryBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.close());

    it("registers a process with a lease and what is to be known of it", async () => {
      const now = Date.now();
      const registration = await bench.processes.register(worker, now);
      expect((await bench.row(registration.id))?.info).toEqual({ queues: ["default"], concurrency: 4 });
      expect((await bench.row(registration.id))?.leaseUntil).toBeGreaterThan(now);
      await registration.leave();
    });

    it("gives each registration an id of its own, also of one name", async () => {
      const first = await bench.processes.register(worker, Date.now());
      await first.leave();
      const second = await bench.processes.register(worker, Date.now());
      expect(second.id).toBeGreaterThan(first.id);
      await second.leave();
    });

    it("announces tasks, and may announce them again", async () => {
      const { id, leave } = await bench.processes.register(worker, Date.now());
      await bench.processes.announce(id, [announcement("tapp_a.one"), announcement("tapp_a.two")], Date.now());
      await bench.processes.announce(id, [announcement("tapp_a.one"), announcement("tapp_a.two")], Date.now());
      expect(await bench.announced(id)).toEqual(["tapp_a.one", "tapp_a.two"]);
      await leave();
    });

    it("shows what is told anew", async () => {
      const registration = await bench.processes.register(worker, Date.now());
      registration.update({ queues: ["default"], running: 3 });
      await eventually(async () => JSON.stringify((await bench.row(registration.id))?.info).includes("running"));
      await registration.leave();
    });

    it("says when others took the lease", async () => {
      const registration = await bench.processes.register(worker, Date.now());
      let isLost = false;
      void registration.lost.then(() => {
        isLost = true;
      });
      await bench.remove(registration.id);
      registration.update({ running: 1 });
      await eventually(() => isLost);
      await registration.leave();
    });

    it("gives the lease up when the process leaves, once and for all", async () => {
      const registration = await bench.processes.register(worker, Date.now());
      await registration.leave();
      expect(await bench.row(registration.id)).toBeUndefined();
      await registration.leave();
    });
  });
}
