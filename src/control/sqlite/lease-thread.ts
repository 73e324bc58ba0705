/**
 * Renews one process's lease and checkpoints the log, on a connection of its own in a thread of its own: a task that blocks the event loop
 * blocks neither. `turn[0]` is when the main thread's event loop last turned, so that the lag of a blocked loop is seen while it lasts.
 */
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../base/clock.ts";
import { retryWhileBusy } from "../../database/sqlite/busy.ts";
import { openSqliteWriter } from "../../database/sqlite/open-sqlite.ts";
import { LEASE_MS, RENEW_EVERY_MS } from "../process-registry.ts";
import { type FromLeaseThread, type LeaseThreadData, type ToLeaseThread, TURN_EVERY_MS } from "./lease-message.ts";

const CHECKPOINT_EVERY_MS = 1_000;
/** After a renewal that failed: when the disk is back, this process must be known to live before it is taken for dead. */
const RENEW_AGAIN_AFTER_MS = 250;

const { file, processId, turn } = workerData as LeaseThreadData;
const lastTurn = new Float64Array(turn);
const connection = openSqliteWriter({ file, durability: "process" });
const renew = connection.prepare<[number, number, string | null, number]>(
  "update process set lease_until = ?, loop_lag = ?, info = coalesce(?, info) where id = ?",
);
const remove = connection.prepare<[number]>(
  "delete from process where id = ? and not exists (select 1 from run_live where state = 'running' and process_id = process.id)",
);
let info: string | null = null;
let leaving = false;
let renewingAgain: NodeJS.Timeout | undefined;

async function renewOnce(): Promise<void> {
  if (leaving) return;
  const now = systemClock.now();
  const lag = Math.max(0, Math.round(now - (lastTurn[0] ?? now) - TURN_EVERY_MS));
  const sent = info;
  info = null;
  try {
    const { changes } = await retryWhileBusy(() => renew.run(now + LEASE_MS, lag, sent, processId));
    // Others have taken what this process held and removed its row.
    if (changes === 0 && !leaving) parentPort?.postMessage({ kind: "lost" } satisfies FromLeaseThread);
  } catch {
    // A disk that is full or away: tried again soon, and the lease ends by itself if nothing helps.
    info ??= sent;
    renewingAgain ??= setTimeout(() => {
      renewingAgain = undefined;
      void renewOnce();
    }, RENEW_AGAIN_AFTER_MS);
  }
}

function checkpoint(): void {
  try {
    connection.pragma("wal_checkpoint(passive)");
  } catch {
    // Another process is at it.
  }
}

const renewing = setInterval(() => void renewOnce(), RENEW_EVERY_MS);
const checkpointing = setInterval(checkpoint, CHECKPOINT_EVERY_MS);

async function leave(): Promise<void> {
  leaving = true;
  clearInterval(renewing);
  clearTimeout(renewingAgain);
  clearInterval(checkpointing);
  try {
    // What it still holds is left to the sweep, which finds the lease ended.
    await retryWhileBusy(() => {
      if (remove.run(processId).changes === 0) renew.run(0, 0, null, processId);
    });
  } catch {
    // The lease ends by itself.
  }
  connection.close();
  parentPort?.postMessage({ kind: "left" } satisfies FromLeaseThread);
  parentPort?.close();
}

parentPort?.on("message", (message: ToLeaseThread) => {
  if (message.kind === "leave") void leave();
  else {
    info = message.info;
    void renewOnce();
  }
});
