import { afterAll, beforeAll } from "vitest";
import { openTestDatabase } from "../../support/database.ts";
import { openPostgresTestDatabase } from "../../support/postgres-database.ts";
import { type RedisServer, startRedisServer } from "../../support/redis-server.ts";
import { describeCanvas } from "./describe-canvas.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedisServer({ forgetful: true });
});
afterAll(() => redis?.stop());

const onSqlite = async (settings = {}) => {
  const database = await openTestDatabase();
  return { database, folder: database.folder, settings, close: () => database.close() };
};

describeCanvas("whose broker is SQLite", () => onSqlite());

describeCanvas("whose broker is PostgreSQL", async () => {
  const database = await openPostgresTestDatabase();
  return { database, folder: process.cwd(), settings: {}, close: () => database.close() };
});

describeCanvas("over Redis, which counts", () => onSqlite({ broker: redis.url }));

describeCanvas("over Redis, without a result backend", () => onSqlite({ broker: redis.url, results: "none" }));
