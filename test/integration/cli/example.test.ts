import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { createTestProject, type Running, type TestProject } from "../../support/project.ts";
import { runHere } from "./projects.ts";

const config = fileURLToPath(new URL("../../../examples/taskmanager/hyoshi.config.ts", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "hyoshi-example-"));
// Its own files are not used: it lends its way to run commands.
let project: TestProject;
let services: Running[] = [];
const run = (...words: string[]) => runHere(data, [...words, "--config", config], { DATA_DIR: data });
let db: Sqlite.Database;

beforeAll(async () => {
  project = createTestProject({});
  expect(await run("check")).toMatchObject({ code: 0 });
  expect((await run("migrate")).stdout).toBe(
    "applied 0001-create-tables\napplied tapp_a/0001-create-counter\napplied tapp_b/0001-create-counter\nseeded the new database\n",
  );
  db = new Sqlite(join(data, "hyoshi.sqlite"), { readonly: true });
  services = ["worker", "beat"].map((role) => project.start([role, "--config", config], { DATA_DIR: data }));
});
afterAll(async () => {
  db.close();
  await project.close();
  rmSync(data, { recursive: true, force: true });
});

const send = async (task: string, input: object) =>
  JSON.parse((await run("send", task, "--input", JSON.stringify(input), "--wait", "--timeout", "60", "--json")).stdout);
const counter = (app: string) => db.prepare(`select count from ${app}_counter where id = 1`).pluck().get() as number;

it("is seeded once, with periodic tasks that fire", async () => {
  expect((await run("migrate")).stdout).toBe("nothing to migrate\n");
  const names = db.prepare("select name from periodic_task order by name").pluck().all();
  expect(names).toContain("Say hello");
  expect(names.length).toBe(6);
  await eventually(
    () => (db.prepare("select count(*) from firing where verdict = 'sent'").pluck().get() as number) > 0,
    {
      within: 90_000,
      what: () => services.map((service) => service.output()).join("\n"),
    },
  );
});

it("lets each app's tasks send the other's, and use its model", async () => {
  const { passedOn } = (await send("tapp_a.hello_from_a", { message: "hi", passOn: true })).result;
  await eventually(() => db.prepare("select state from run_done where id = ?").pluck().get(passedOn) === "succeeded");
  expect((await run("logs", passedOn)).stdout).toMatch(/hello from B .*message: 'hi'/);

  await run("disable", "Raise A's counter from B");
  await run("disable", "Count in B, and in A as well");
  const before = counter("tapp_a");
  const { id } = (await send("tapp_b.counter_upper_task_a_from_b", { counterId: 1 })).result;
  expect(id).toBe(1);
  await send("tapp_b.counter_upper", { by: 5, alsoInA: true });
  await eventually(() => counter("tapp_a") === before + 6);
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
