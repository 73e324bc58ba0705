import type { Carriage } from "../../../src/run/arrival.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTwoOnSqlite, twoOnPostgres } from "../../support/two-connections.ts";
import { describeRelayedRuns } from "./describe-relayed-runs.ts";

const carriage: Carriage = { arrival: "unpublished", reports: true };
const quiet = () => {};

describeRelayedRuns("SQLite", async () => {
  const two = await openTwoOnSqlite();
  const { hot, second } = two;
  return {
    ...two,
    runs: new SqliteRunStore(hot, quiet, { carriage }),
    other: new SqliteRunStore(second, quiet, { carriage }),
    shared: new SqliteRunStore(second),
    async announce(task, processId, options = {}) {
      hot
        .prepare(
          "insert into announced_task (task, schema_hash, process_id, announcement, announced_at) values (?, '', ?, ?, 0)",
        )
        .run(task, processId, JSON.stringify(options));
    },
  };
});

const openTwo = twoOnPostgres();

describeRelayedRuns("PostgreSQL", async () => {
  const two = await openTwo();
  const { hot, second } = two;
  return {
    ...two,
    runs: new PostgresRunStore(hot, quiet, { carriage }),
    other: new PostgresRunStore(second, quiet, { carriage }),
    shared: new PostgresRunStore(second),
    async announce(task, processId, options = {}) {
      await hot.query({
        text: "insert into announced_task (task, schema_hash, process_id, announcement, announced_at) values ($1, '', $2, $3, 0)",
        values: [task, processId, JSON.stringify(options)],
      });
    },
  };
});
