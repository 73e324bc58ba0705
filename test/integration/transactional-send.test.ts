import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { Kysely, PostgresDialect, SqliteDialect, sql } from "kysely";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { composeApp } from "../../src/app/app.ts";
import { checkConfig } from "../../src/app/config-check.ts";
import type { ProjectDatabase } from "../../src/app/open-database.ts";
import { startWorker } from "../../src/app/run-worker.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { Broker } from "../../src/broker/broker.ts";
import { MemoryBroker, MemoryBrokerServer } from "../../src/broker/memory/memory-broker.ts";
import { createRabbitBroker } from "../../src/broker/rabbitmq/rabbit-broker.ts";
import { createRedisBroker } from "../../src/broker/redis/redis-broker.ts";
import { TaskRegistry } from "../../src/task/registry.ts";
import type { SendTransaction } from "../../src/task/send-transaction.ts";
import { task } from "../../src/task/task.ts";
import { openTestDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { openPostgresTestDatabase } from "../support/postgres-database.ts";
import { ownVirtualHost } from "../support/rabbitmq.ts";
import { startRedisServer } from "../support/redis-server.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const paid = task("shop.paid", { input: z.object({ order: z.number().int() }), run: ({ order }) => order * 2 });
const sealed = task("shop.sealed", {
  input: z.object({ token: z.string().meta({ secret: true }) }),
  run: ({ token }) => token.length,
});

function appOn(database: ProjectDatabase, broker?: Broker) {
  const { config } = checkConfig({ apps: [] }, { env: {}, workingFolder: "/nowhere", file: null });
  if (config === undefined) throw new Error("the test's settings are wrong");
  const registry = new TaskRegistry();
  for (const one of [paid, sealed]) registry.add({ task: one, app: "shop", file: null });
  const discovery = { apps: [], registry, periodicTasks: [], problems: [] };
  const app = composeApp({ config, database, discovery, ...(broker && { broker }) });
  closing.push(() => app.release());
  return app;
}

/** A connection of the project's own code, as the three libraries give one. */
interface Own {
  /** Calls `work` in a transaction that commits, or, where it throws, does not. */
  transaction<T>(work: (transaction: SendTransaction, note: () => Promise<unknown>) => Promise<T>): Promise<T>;
  /** The same objects with no transaction open. */
  readonly idle: unknown;
  /** How often `note` was committed. */
  notes(): Promise<number>;
}

async function place(kind: "sqlite" | "postgres") {
  const database = kind === "sqlite" ? await openTestDatabase() : await openPostgresTestDatabase();
  closing.push(() => database.close());
  return { database, url: "url" in database ? database.url : "" };
}

function fromKysely(db: Kysely<{ note: { id: number } }>): Own {
  return {
    idle: db,
    transaction: (work) =>
      db.transaction().execute((trx) => work(trx, () => trx.insertInto("note").values({ id: 1 }).execute())),
    notes: async () => (await db.selectFrom("note").selectAll().execute()).length,
  };
}

const owns: Record<
  string,
  { kind: "sqlite" | "postgres"; open(place: Awaited<ReturnType<typeof placed>>): Promise<Own> }
> = {
  "Kysely on SQLite": {
    kind: "sqlite",
    async open({ file }) {
      const db = new Kysely<{ note: { id: number } }>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
      closing.push(() => db.destroy());
      await db.schema.createTable("note").addColumn("id", "integer").execute();
      return fromKysely(db);
    },
  },
  "better-sqlite3": {
    kind: "sqlite",
    async open({ file }) {
      const database = new Sqlite(file);
      closing.push(() => database.close());
      database.exec("create table note (id integer)");
      return {
        idle: database,
        async transaction(work) {
          database.exec("begin immediate");
          try {
            const answer = await work(database, async () => database.exec("insert into note values (1)"));
            database.exec("commit");
            return answer;
          } catch (error) {
            database.exec("rollback");
            throw error;
          }
        },
        notes: async () => database.prepare("select count(*) from note").pluck().get() as number,
      };
    },
  },
  "Kysely on PostgreSQL": {
    kind: "postgres",
    async open({ url }) {
      const db = new Kysely<{ note: { id: number } }>({
        dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
      });
      closing.push(() => db.destroy());
      await db.schema.createTable("note").addColumn("id", "integer").execute();
      return fromKysely(db);
    },
  },
  "a client of pg": {
    kind: "postgres",
    async open({ url }) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      closing.push(() => client.end());
      await client.query("create table note (id integer)");
      return {
        idle: client,
        async transaction(work) {
          await client.query("begin");
          try {
            const answer = await work(client, () => client.query("insert into note values (1)"));
            await client.query("commit");
            return answer;
          } catch (error) {
            await client.query("rollback");
            throw error;
          }
        },
        notes: async () => (await client.query("select from note")).rows.length,
      };
    },
  },
};

async function placed(kind: "sqlite" | "postgres") {
  const { database, url } = await place(kind);
  return { database, url, file: database.kind === "sqlite" ? database.file : "" };
}

const memoryBroker = () => new MemoryBroker(new MemoryBrokerServer());
const around = { clock: systemClock, logger: silentLogger };

const carriers: readonly (readonly [string, (() => Promise<Broker>) | undefined])[] = [
  ["the database as the broker", undefined],
  ["a broker of its own", async () => memoryBroker()],
  [
    "Redis",
    async () => {
      const server = await startRedisServer({ forgetful: true });
      closing.push(() => server.stop());
      return closedAtEnd(createRedisBroker({ url: server.url, ...around }));
    },
  ],
  ["RabbitMQ", async () => closedAtEnd(createRabbitBroker({ url: await ownVirtualHost(), ...around }))],
];

function closedAtEnd(broker: Broker): Broker {
  closing.push(() => broker.close());
  return broker;
}

describe.each(Object.entries(owns))("a run that is sent in a transaction of %s", (_name, { kind, open }) => {
  test.each(carriers)("is there when it commits, and begins at once, with %s", async (_carrier, openBroker) => {
    const at = await placed(kind);
    const own = await open(at);
    const app = appOn(at.database, await openBroker?.());
    const worker = await startWorker(app);
    closing.push(() => worker.stop());
    const run = await own.transaction(async (transaction, note) => {
      const sent = await app.client.send(paid, { order: 21 }, { transaction });
      await note();
      // Nobody sees it before.
      expect(await app.runs.find(sent.id)).toBeUndefined();
      return sent;
    });
    expect(run).toMatchObject({ added: true, broker: "stored" });
    expect(await run.result({ timeoutMs: 20_000 })).toBe(42);
    expect(await own.notes()).toBe(1);
  });

  test("was never sent when the transaction is rolled back", async () => {
    const at = await placed(kind);
    const own = await open(at);
    const app = appOn(at.database);
    let id = "";
    const thought = own.transaction(async (transaction, note) => {
      id = (await app.client.send(paid, { order: 1 }, { transaction, key: "order 1" })).id;
      await note();
      throw new Error("thought better of it");
    });
    await expect(thought).rejects.toThrow("thought better of it");
    expect(await app.runs.find(id)).toBeUndefined();
    expect(await own.notes()).toBe(0);
    // Nothing is left that a second send would meet.
    const again = await own.transaction((transaction) =>
      app.client.send(paid, { order: 1 }, { transaction, key: "order 1" }),
    );
    expect(again).toMatchObject({ id, added: true });
    const twice = await own.transaction((transaction) =>
      app.client.send(paid, { order: 1 }, { transaction, key: "order 1" }),
    );
    expect(twice).toMatchObject({ id, added: false });
  });

  test("may have a delay, secrets, and others with it", async () => {
    const at = await placed(kind);
    const own = await open(at);
    const app = appOn(at.database);
    // As opening a project does.
    await app.secrets.ready();
    const sent = await own.transaction(async (transaction) => {
      const [one, two] = await app.client.sendMany([
        { task: paid, input: { order: 1 }, options: { transaction, countdown: 3_600 } },
        { task: paid, input: { order: 2 }, options: { transaction } },
      ]);
      return [one, two, await app.client.send(sealed, { token: "quite a secret" }, { transaction })];
    });
    const runs = await Promise.all(sent.map((one) => app.runs.find(one?.id ?? "")));
    expect(runs.map((run) => run?.state)).toEqual(["scheduled", "ready", "ready"]);
    expect(JSON.stringify(runs[2]?.payload)).not.toContain("quite a secret");
  });

  test("is refused where no transaction is open, and where its input does not fit", async () => {
    const at = await placed(kind);
    const own = await open(at);
    const app = appOn(at.database);
    const send = async (transaction: unknown) =>
      app.client.send(paid, { order: 1 }, { transaction: transaction as SendTransaction });
    await expect(send(own.idle)).rejects.toMatchObject({
      code: "invalid_transaction",
      message: expect.stringContaining("open"),
    });
    await expect(send("begin")).rejects.toMatchObject({ code: "invalid_transaction" });
    await expect(send({})).rejects.toMatchObject({ code: "invalid_transaction" });
    const wrong = own.transaction(async (transaction) => app.client.send(paid, { order: 1.5 }, { transaction }));
    await expect(wrong).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("is refused in a transaction on another database, which stays as it is", async () => {
    const own = await open(await placed(kind));
    for (const other of ["sqlite", "postgres"] as const) {
      const app = appOn((await placed(other)).database);
      await own.transaction(async (transaction, note) => {
        const send = async () => app.client.send(paid, { order: 1 }, { transaction });
        await expect(send()).rejects.toMatchObject({
          code: "invalid_transaction",
          message: expect.stringContaining("another database"),
        });
        await note();
      });
    }
    expect(await own.notes()).toBe(2);
  });
});

test("a function of better-sqlite3 that may not wait sends all the same, and is rolled back by what is wrong", async () => {
  const { database, file } = await placed("sqlite");
  const app = appOn(database);
  const own = new Sqlite(file);
  closing.push(() => own.close());
  let sent: ReturnType<typeof app.client.send> | undefined;
  own.transaction(() => {
    sent = app.client.send(paid, { order: 1 }, { transaction: own });
  })();
  expect(await app.runs.find((await sent)?.id ?? "")).toMatchObject({ state: "ready" });
  const order = own.transaction((given: number) => {
    void app.client.send(paid, { order: 7 }, { transaction: own });
    void app.client.send(paid, { order: given }, { transaction: own });
  });
  expect(() => order(0.5)).toThrow("order");
  expect(own.prepare("select count(*) from run_live").pluck().get()).toBe(1);
});

test("a pool of pg is refused, since nobody knows which of its connections it asks", async () => {
  const { database, url } = await placed("postgres");
  const app = appOn(database);
  const pool = new pg.Pool({ connectionString: url });
  closing.push(() => pool.end());
  const send = async () => app.client.send(paid, { order: 1 }, { transaction: pool });
  await expect(send()).rejects.toThrow("pool");
});

test("a task sends in a transaction on its own tables", async () => {
  for (const kind of ["sqlite", "postgres"] as const) {
    const { database } = await placed(kind);
    const app = appOn(database);
    await sql`create table note (id integer)`.execute(database.db);
    const note = { table: "note", "~row": {} as { id: number } } as const;
    const orders = task("shop.orders", {
      input: z.object({ fails: z.boolean() }),
      run: ({ fails }, { db, send }) =>
        db({ note })
          .transaction()
          .execute(async (transaction) => {
            await transaction.insertInto("note").values({ id: 1 }).execute();
            const { id } = await send(paid, { order: 4 }, { transaction });
            if (fails) throw new Error(id);
            return id;
          }),
    });
    app.discovery.registry.add({ task: orders, app: "shop", file: null });
    const worker = await startWorker(app);
    closing.push(() => worker.stop());
    const id = await (await app.client.send(orders, { fails: false })).result({ timeoutMs: 20_000 });
    expect(await app.client.result(id as string, 20_000)).toBe(8);
    const failed = await (await app.client.send(orders, { fails: true })).result({ timeoutMs: 20_000 }).catch(String);
    const [unsent = ""] = /[0-9a-f-]{36}$/.exec(failed as string) ?? [];
    expect(unsent).toHaveLength(36);
    expect(await app.runs.find(unsent)).toBeUndefined();
    expect((await sql`select * from note`.execute(database.db)).rows).toHaveLength(1);
  }
});

/** Sends in a transaction of its own, tells where it is, and waits to be killed. */
const program = (file: string) => `
  import Sqlite from ${JSON.stringify(import.meta.resolve("better-sqlite3"))};
  import { setTimeout as sleep } from "node:timers/promises";
  import { openApp, task } from ${JSON.stringify(fileURLToPath(new URL("../../src/index.ts", import.meta.url)))};
  const app = await openApp({ config: { apps: [], database: "sqlite:" + ${JSON.stringify(file)}, broker: "redis://127.0.0.1:1/0", results: "none" } });
  const own = new Sqlite(${JSON.stringify(file)});
  own.exec("begin immediate");
  const { id } = await app.send("shop.paid", { order: Number(process.env.ORDER) }, { transaction: own });
  if (process.env.UNTIL === "commit") own.exec("commit");
  console.log(id);
  await sleep(600_000);
`;

test("a process that is killed before the commit has sent nothing; killed after it, its run is relayed by others", async () => {
  const { database, file } = await placed("sqlite");
  const killed = async (order: number, until: "commit" | "begin") => {
    const own = join(dirname(file), "program.mjs");
    writeFileSync(own, program(file));
    const child = spawn(process.execPath, [own], {
      env: { ...process.env, ORDER: String(order), UNTIL: until },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [id] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
    child.kill("SIGKILL");
    await once(child, "exit");
    return id.trim();
  };
  const before = await killed(1, "begin");
  const after = await killed(2, "commit");
  const app = appOn(database, memoryBroker());
  expect(await app.runs.find(before)).toBeUndefined();
  expect(await app.runs.find(after)).toMatchObject({ state: "unpublished" });
  const worker = await startWorker(app);
  closing.push(() => worker.stop());
  expect(await app.client.result(after, 20_000)).toBe(4);
  await eventually(async () => (await app.runs.find(after))?.state === "succeeded");
});
