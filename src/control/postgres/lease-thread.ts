/** Renews one process's lease on a connection of its own in a thread of its own. */
import { workerData } from "node:worker_threads";
import { loadPostgresDriver } from "../../database/postgres/load-driver.ts";
import { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { hotUse, type PostgresSettings } from "../../database/postgres/postgres-settings.ts";
import { SERVER_NOW } from "../../database/postgres/server-clock.ts";
import { keepLease } from "../lease-loop.ts";
import type { LeaseThreadData } from "../lease-message.ts";
import { LEASE_MS } from "../process-registry.ts";

const { settings, processId } = workerData as LeaseThreadData & { settings: PostgresSettings };
/** A renewal that takes longer is given up and tried again, before the lease has ended. */
const session = { ...hotUse.session, statement_timeout: LEASE_MS / 4, lock_timeout: LEASE_MS / 4 };
const pool = new PostgresPool(await loadPostgresDriver(), settings, { most: 1, session });

const renew = `update process set lease_until = ${SERVER_NOW} + ${LEASE_MS}, loop_lag = $1, info = coalesce($2::json, info) where id = $3`;
const remove = `delete from process where id = $1
  and not exists (select 1 from run_live where state = 'running' and process_id = process.id)`;

keepLease({
  async renew(lagMs, info) {
    const { rowCount } = await pool.query({ name: "renew", text: renew, values: [lagMs, info, processId] });
    return rowCount > 0;
  },
  async end() {
    const { rowCount } = await pool.query({ text: remove, values: [processId] });
    if (rowCount === 0)
      await pool.query({ text: "update process set lease_until = 0 where id = $1", values: [processId] });
  },
  close: () => void pool.close(),
});
