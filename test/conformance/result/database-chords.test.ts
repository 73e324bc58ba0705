import { afterAll, beforeAll, describe } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { DatabaseChords } from "../../../src/result/database/database-chords.ts";
import { openTestDatabase } from "../../support/database.ts";
import { openPostgresTestDatabase } from "../../support/postgres-database.ts";
import { describeChords } from "./describe-chords.ts";

const databases = [
  ["SQLite", openTestDatabase],
  ["PostgreSQL", openPostgresTestDatabase],
] as const;

describe.each(databases)("chords that are counted in %s", (_, openDatabase) => {
  let database: Awaited<ReturnType<typeof openDatabase>>;
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(() => database?.close());

  const make = () => new DatabaseChords({ database, clock: systemClock });
  describeChords(() => ({ results: make(), other: make(), store: async () => {} }));
});
