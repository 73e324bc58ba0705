import { expect, it } from "vitest";
import { postgresWords, sqliteWords } from "../dialect.ts";
import { createTables } from "./0001-create-tables.ts";
import { addPolicies } from "./0002-policies.ts";
import { addBrokers } from "./0003-brokers.ts";
import { addWorker } from "./0004-worker.ts";

// The committed schemas show in a review what a migration makes of each database.
it.each([
  ["sqlite", sqliteWords],
  ["postgres", postgresWords],
] as const)("makes the committed schema of %s", async (name, words) => {
  const migrations = [createTables, addPolicies, addBrokers, addWorker];
  const statements = migrations
    .flatMap((migration) => migration(words))
    .map((statement) => statement.replaceAll(/^ {4}/gm, "  ").replaceAll(/^ {2}\)/gm, ")"));
  await expect(`${statements.join(";\n\n")};\n`).toMatchFileSnapshot(`schema.${name}.sql`);
});
