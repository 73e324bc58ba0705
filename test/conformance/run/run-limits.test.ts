import { PostgresRunLimits } from "../../../src/run/postgres/postgres-run-limits.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { SqliteRunLimits } from "../../../src/run/sqlite/sqlite-run-limits.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTwoOnSqlite, twoOnPostgres } from "../../support/two-connections.ts";
import { describeRunLimits } from "./describe-run-limits.ts";

describeRunLimits("SQLite", async () => {
  const two = await openTwoOnSqlite();
  const { hot, second } = two;
  return {
    ...two,
    runs: new SqliteRunStore(hot),
    other: new SqliteRunStore(second),
    limits: new SqliteRunLimits(hot),
    otherLimits: new SqliteRunLimits(second),
    attempts: async () => [],
  };
});

const openTwo = twoOnPostgres();

describeRunLimits("PostgreSQL", async () => {
  const two = await openTwo();
  const { hot, second } = two;
  const runs = new PostgresRunStore(hot);
  return {
    ...two,
    runs,
    other: new PostgresRunStore(second),
    limits: new PostgresRunLimits(hot, undefined, { parked: (claims) => runs.forget(claims) }),
    otherLimits: new PostgresRunLimits(second),
    attempts: async () => [],
  };
});
