import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import { type FromLeaseThread, type LeaseThreadData, type ToLeaseThread, TURN_EVERY_MS } from "./lease-message.ts";
import type { Registration } from "./process-registry.ts";

/** How long `leave` waits for the thread before the lease is left to end by itself. */
const LEAVE_WITHIN_MS = 5_000;

/** Several times what a thread with a driver and one connection needs: an idle process would else keep what the thread's start left behind. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/**
 * Has the lease of the process `id` renewed by a thread, which runs the adapter's module `thread` with `data`. Notes the event loop's
 * turns for it, so that the lag of a blocked loop is seen while it lasts.
 */
export function renewedLease(id: number, thread: URL, data: object, clock: Clock): Registration {
  const turn = new SharedArrayBuffer(8);
  const lastTurn = new Float64Array(turn);
  let stopTurning = () => {};
  const noteTurn = () => {
    lastTurn[0] = clock.now();
    stopTurning = clock.after(TURN_EVERY_MS, noteTurn);
  };
  noteTurn();

  const workerData: LeaseThreadData = { ...data, processId: id, turn };
  const worker = new Worker(thread, { workerData, resourceLimits });
  worker.unref();
  const tell = (message: ToLeaseThread) => worker.postMessage(message);

  let left = () => {};
  const hasLeft = new Promise<void>((resolve) => {
    left = resolve;
  });
  const lost = new Promise<void>((resolve) => {
    worker.on("message", (message: FromLeaseThread) => {
      if (message.kind === "lost") resolve();
      else left();
    });
    // Without its thread nothing renews the lease any more.
    worker.on("error", () => resolve());
    worker.on("exit", () => left());
  });

  return {
    id,
    lost,
    update: (info) => tell({ kind: "info", info: JSON.stringify(info) }),
    leave: async () => {
      stopTurning();
      worker.ref();
      tell({ kind: "leave" });
      const giveUp = clock.after(LEAVE_WITHIN_MS, left);
      await hasLeft;
      giveUp();
      await worker.terminate();
    },
  };
}
