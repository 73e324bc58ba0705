import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { type FromLeaseThread, type LeaseThreadData, type ToLeaseThread, TURN_EVERY_MS } from "./lease-message.ts";
import { RENEW_EVERY_MS } from "./process-registry.ts";

/** After a renewal that failed: when the database is back, this process must be known to live before it is taken for dead. */
const RENEW_AGAIN_AFTER_MS = 250;

/** One process's row, on a connection of the thread's own. */
export interface LeaseRow {
  /** Makes the lease last anew; `info` null leaves what is known. Answers whether there was a row. */
  renew(lagMs: number, info: string | null): Promise<boolean>;
  /** Removes the row; while the process holds runs it ends the lease instead, and the sweep finds it. */
  end(): Promise<void>;
  close(): void;
}

/**
 * What a lease's thread does: renews it in time, tells when it is lost, and ends it when the process leaves. A task that blocks the
 * event loop does not stop it. `turn[0]` is when the main thread's event loop last turned.
 */
export function keepLease(row: LeaseRow): void {
  const lastTurn = new Float64Array((workerData as LeaseThreadData).turn);
  const say = (message: FromLeaseThread) => parentPort?.postMessage(message);
  let info: string | null = null;
  let leaving = false;
  let renewingAgain: NodeJS.Timeout | undefined;

  const renewOnce = async (): Promise<void> => {
    if (leaving) return;
    const now = systemClock.now();
    const lag = Math.max(0, Math.round(now - (lastTurn[0] ?? now) - TURN_EVERY_MS));
    const sent = info;
    info = null;
    try {
      // Others have taken what this process held and removed its row.
      if (!(await row.renew(lag, sent)) && !leaving) say({ kind: "lost" });
    } catch {
      // A database that is full or away: tried again soon, and the lease ends by itself if nothing helps.
      info ??= sent;
      renewingAgain ??= setTimeout(() => {
        renewingAgain = undefined;
        void renewOnce();
      }, RENEW_AGAIN_AFTER_MS);
    }
  };
  const renewing = setInterval(() => void renewOnce(), RENEW_EVERY_MS);

  const leave = async (): Promise<void> => {
    leaving = true;
    clearInterval(renewing);
    clearTimeout(renewingAgain);
    // Where it fails the lease ends by itself.
    await row.end().catch(() => {});
    row.close();
    say({ kind: "left" });
    parentPort?.close();
  };

  parentPort?.on("message", (message: ToLeaseThread) => {
    if (message.kind === "leave") void leave();
    else {
      info = message.info;
      void renewOnce();
    }
  });
}
