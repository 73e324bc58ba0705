import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase, type ProjectDatabase } from "../../../src/app/open-database.ts";
import { eventually } from "../../support/eventually.ts";
import { createPostgresTestDatabase } from "../../support/postgres-database.ts";
import { createTestProject, type Running, type TestProject } from "../../support/project.ts";
import { runHere } from "./projects.ts";

const config = fileURLToPath(new URL("../../../examples/taskmanager/hyoshi.config.ts", import.meta.url));

/** The same project, unchanged, with the services that each database is for. */
const databases = [
  { name: "SQLite", roles: ["worker", "beat"], make: async () => undefined },
  {
    name: "PostgreSQL",
    roles: ["worker", "worker", "beat", "beat"],
    make: () => createPostgresTestDatabase({ empty: true }),
  },
];

describe.each(databases)("the example on $name", ({ roles, make }) => {
  const data = mkdtempSync(join(tmpdir(), "hyoshi-example-"));
  let env: Record<string, string> = { DATA_DIR: data };
  let drop = async () => {};
  // Its own files are not used: it lends its way to run commands.
  let project: TestProject;
  let services: Running[] = [];
  let database: ProjectDatabase;
  const run = (...words: string[]) => runHere(data, [...words, "--config", config], env);

  beforeAll(async () => {
    const postgres = await make();
    if (postgres !== undefined) {
      env = { ...env, DATABASE_URL: postgres.url, BROKER_URL: postgres.url };
      drop = postgres.drop;
    }
    project = createTestProject({});
    expect(await run("check")).toMatchObject({ code: 0 });
    expect((await run("migrate")).stdout).toMatch(
      /^(applied \d{4}-.*\n)+applied tapp_a\/0001-create-counter\napplied tapp_b\/0001-create-counter\nseeded the new database\n$/,
    );
    const address = postgres
      ? ({ kind: "postgres", url: postgres.url } as const)
      : ({ kind: "sqlite", file: join(data, "hyoshi.sqlite") } as const);
    database = await openDatabase({ database: address, durability: "process" });
    services = roles.map((role) => project.start([role, "--config", config], env));
  });
  afterAll(async () => {
    await database.close();
    await project.close();
    await drop();
    rmSync(data, { recursive: true, force: true });
  });

  const one = async (query: RawBuilder<{ value: unknown }>) => (await query.execute(database.reader)).rows[0]?.value;
  const send = async (task: string, input: object) =>
    JSON.parse(
      (await run("send", task, "--input", JSON.stringify(input), "--wait", "--timeout", "60", "--json")).stdout,
    );
  const counter = (app: string) =>
    one(sql`select count as value from ${sql.table(`${app}_counter`)} where id = 1`) as Promise<number>;

  it("is seeded once, with periodic tasks that fire", async () => {
    expect((await run("migrate")).stdout).toBe("nothing to migrate\n");
    const names = await database.db.selectFrom("periodic_task").select("name").execute();
    expect(names).toContainEqual({ name: "Say hello" });
    expect(names.length).toBe(6);
    await eventually(
      async () => Number(await one(sql`select count(*) as value from firing where verdict = 'sent'`)) > 0,
      {
        within: 90_000,
        what: () => services.map((service) => service.output()).join("\n"),
      },
    );
  });

  it("lets each app's tasks send the other's, and use its model", async () => {
    const { passedOn } = (await send("tapp_a.hello_from_a", { message: "hi", passOn: true })).result;
    await eventually(
      async () => (await one(sql`select state as value from run_done where id = ${passedOn}`)) === "succeeded",
    );
    expect((await run("logs", passedOn)).stdout).toMatch(/hello from B .*message: 'hi'/);

    await run("disable", "Raise A's counter from B");
    await run("disable", "Count in B, and in A as well");
    const before = await counter("tapp_a");
    const { id } = (await send("tapp_b.counter_upper_task_a_from_b", { counterId: 1 })).result;
    expect(id).toBe(1);
    await send("tapp_b.counter_upper", { by: 5, alsoInA: true });
    await eventually(async () => (await counter("tapp_a")) === before + 6);
    expect(await send("tapp_a.counter_upper", { counterId: 99 })).toMatchObject({ state: "failed" });
  });

  it("takes the rich input and refuses what does not fit", async () => {
    const input = {
      title: "Q1",
      kind: "weekly",
      period: { from: "2026-01-01", to: "2026-03-31" },
      recipients: [{ name: "営業", email: "sales@example.com", language: "ja" }],
    };
    expect((await send("tapp_b.sales_report", input)).result).toEqual({ rows: 26, recipients: 1 });
    const { code, stderr } = await run(
      "send",
      "tapp_b.sales_report",
      "--input",
      JSON.stringify({ ...input, kind: "yearly" }),
    );
    expect(code).toBe(2);
    expect(stderr).toContain("/kind");
  });

  it("fires each nominal time once, however many beats there are", async () => {
    expect(await one(sql`select count(*) as value from process where kind = 'beat'`)).toBe(
      roles.filter((role) => role === "beat").length,
    );
    const firings = await database.db.selectFrom("firing").select(["run_id", "verdict"]).execute();
    const runs = firings.filter(({ verdict }) => verdict === "sent").map(({ run_id }) => run_id);
    expect(new Set(runs).size).toBe(runs.length);
  });
});
