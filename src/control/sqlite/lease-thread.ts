/** Renews one process's lease and checkpoints the log, on a connection of its own in a thread of its own. */
import { workerData } from "node:worker_threads";
import { systemClock } from "../../base/clock.ts";
import { retryWhileBusy } from "../../database/sqlite/busy.ts";
import { openSqliteWriter } from "../../database/sqlite/open-sqlite.ts";
import { keepLease } from "../lease-loop.ts";
import type { LeaseThreadData } from "../lease-message.ts";
import { LEASE_MS } from "../process-registry.ts";

const CHECKPOINT_EVERY_MS = 1_000;

const { file, processId } = workerData as LeaseThreadData & { file: string };
const connection = openSqliteWriter({ file, durability: "process" });
const renew = connection.prepare<[number, number, string | null, number]>(
  "update process set lease_until = ?, loop_lag = ?, info = coalesce(?, info) where id = ?",
);
const remove = connection.prepare<[number]>(
  "delete from process where id = ? and not exists (select 1 from run_live where state = 'running' and process_id = process.id)",
);

function checkpoint(): void {
  try {
    connection.pragma("wal_checkpoint(passive)");
  } catch {
    // Another process is at it.
  }
}
const checkpointing = setInterval(checkpoint, CHECKPOINT_EVERY_MS);

keepLease({
  async renew(lagMs, info) {
    const until = systemClock.now() + LEASE_MS;
    const { changes } = await retryWhileBusy(() => renew.run(until, lagMs, info, processId));
    return changes > 0;
  },
  end() {
    clearInterval(checkpointing);
    return retryWhileBusy(() => {
      if (remove.run(processId).changes === 0) renew.run(0, 0, null, processId);
    });
  },
  close: () => connection.close(),
});
