import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemActor } from "../../../src/account/permission.ts";
import { openForeignTables } from "../../../src/app/open-foreign-tables.ts";
import type { CeleryResultsImport } from "../../../src/catalog/import/import-celery-results.ts";
import type { ImportReport } from "../../../src/catalog/import/import-report.ts";
import { importUid } from "../../../src/catalog/import/import-uid.ts";
import { createTestCatalog, type TestCatalog } from "../../support/catalog.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { isDjangoNeeded, makeDjangoSource } from "../../support/django-source.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { createPostgresTestDatabase } from "../../support/postgres-database.ts";

const now = Date.UTC(2026, 10, 22, 12);

let database: TestDatabase;
let test: TestCatalog;
let source: string;
beforeEach(async () => {
  database = await openTestDatabase();
  test = createTestCatalog(database, new FakeClock(now));
  source = join(database.folder, "source.sqlite3");
});
afterEach(() => database.close());

async function imported(parts: Partial<CeleryResultsImport> = {}): Promise<ImportReport> {
  const tables = await openForeignTables(source, "/", { writable: false });
  try {
    return await test.catalog.imports.celeryResults({ tables, source, prefix: "", dryRun: false, ...parts });
  } finally {
    await tables.close();
  }
}

const json = { content_type: "application/json", content_encoding: "utf-8" };
const rows = [
  {
    model: "django_celery_results.TaskResult",
    fields: {
      ...{
        task_id: "done-1",
        task_name: "shop.report",
        status: "SUCCESS",
        result: '{"rows": 3}',
        worker: "celery@a",
        ...json,
      },
      ...{ task_args: "\"(1, 'a')\"", task_kwargs: '"{}"' },
    },
    afterwards: { date_created: "2026-11-22T10:00:00Z", date_done: "2026-11-22T10:00:05Z" },
  },
  {
    model: "django_celery_results.TaskResult",
    fields: {
      ...{ task_id: "failed-1", task_name: "shop.report", status: "FAILURE", traceback: "Traceback …", ...json },
      result: '{"exc_type": "ValueError", "exc_message": ["bad"], "exc_module": "builtins"}',
    },
    afterwards: { date_created: "2026-11-21T10:00:00Z", date_done: "2026-11-21T10:00:05Z" },
  },
  {
    model: "django_celery_results.TaskResult",
    fields: { task_id: "running-1", task_name: "shop.report", status: "STARTED", ...json },
  },
  {
    model: "django_celery_results.GroupResult",
    fields: {
      group_id: "group-1",
      result: '[["group-1", null], [[["done-1", null], null], [["failed-1", null], null]]]',
      ...json,
    },
  },
];

describe.skipIf(!isDjangoNeeded).each(["SQLite", "PostgreSQL"])("a database that Django made on %s", (kind) => {
  let drop: (() => Promise<void>) | undefined;
  beforeEach(async () => {
    if (kind === "PostgreSQL") ({ url: source, drop } = await createPostgresTestDatabase({ empty: true }));
    makeDjangoSource(source, rows);
  });
  afterEach(() => drop?.());

  it("becomes runs that have ended, once", async () => {
    const dry = await imported({ dryRun: true });
    expect(dry.counts).toEqual({ imported: 2, changed: 0, unchanged: 0, skipped: 2 });
    expect(await test.parts.runs.find("done-1")).toBeUndefined();
    const report = await imported();
    expect(report.counts).toEqual({ imported: 3, changed: 0, unchanged: 0, skipped: 1 });
    expect(report.items).toEqual([
      expect.objectContaining({
        outcome: "skipped",
        place: "task result 3",
        reason: expect.stringContaining("STARTED"),
      }),
    ]);
    expect(await test.parts.runs.find("done-1")).toMatchObject({
      task: "shop.report",
      state: "succeeded",
      payload: { args: [1, "a"], kwargs: {} },
      origin: { kind: "import" },
      result: { rows: 3 },
      parentId: "group-1",
      queuedAt: Date.UTC(2026, 10, 22, 10),
      endedAt: Date.UTC(2026, 10, 22, 10, 0, 5),
    });
    expect(await test.parts.runs.find("failed-1")).toMatchObject({
      state: "failed",
      error: { name: "ValueError", message: "bad", stack: "Traceback …" },
    });
    expect(await test.parts.runs.find("group-1")).toMatchObject({ task: "celery.group", state: "failed" });
    const again = await imported();
    expect(again.counts).toEqual({ imported: 0, changed: 0, unchanged: 3, skipped: 1 });
  });
});

describe("many rows", () => {
  beforeEach(() => {
    const db = new Sqlite(source);
    db.exec(`create table django_celery_results_taskresult (
      id integer primary key autoincrement, task_id varchar(255) not null unique, status varchar(50) not null,
      content_type varchar(128) not null, content_encoding varchar(64) not null, result text, date_done datetime not null,
      traceback text, meta text, task_name varchar(255), task_args text, task_kwargs text, periodic_task_name varchar(255))`);
    const add = db.prepare(
      "insert into django_celery_results_taskresult (task_id, status, content_type, content_encoding, result, date_done, task_name, periodic_task_name) values (?, 'SUCCESS', 'application/json', 'utf-8', '1', ?, 'a.b', ?)",
    );
    db.transaction(() => {
      for (let n = 1; n <= 450; n += 1) {
        const done = n <= 10 ? "2026-01-01 00:00:00" : "2026-11-20 00:00:00";
        add.run(`r${n}`, done, n % 2 === 0 ? "Nightly" : n === 1 ? "Gone" : null);
      }
    })();
    db.close();
  });

  it("are taken over in batches, linked to their periodic task, and go on where they were interrupted", async () => {
    const by = systemActor("test");
    const input = { name: "Nightly shop", task: "a.b", schedules: [] };
    const { id } = await test.catalog.editor.save(input, undefined, by, {
      uid: importUid("django-celery-beat", "Nightly"),
    });
    const seen: number[] = [];
    const stop = new Error("the machine stops");
    const interrupted = imported({
      progress({ id: last }) {
        seen.push(last);
        if (last === 400) throw stop;
      },
    });
    await expect(interrupted).rejects.toBe(stop);
    expect(seen).toEqual([200, 400]);
    const rest = await imported({ after: 400 });
    expect(rest.counts).toMatchObject({ imported: 50, unchanged: 0 });
    const whole = await imported();
    expect(whole.counts).toMatchObject({ imported: 0, unchanged: 450 });
    expect(whole.items).toEqual([
      expect.objectContaining({ outcome: "unchanged", place: "task result 1, 2, 3, 4, 5 and 445 more" }),
    ]);
    expect(await test.parts.runs.find("r2")).toMatchObject({ periodicTaskId: id });
    const listed = await test.catalog.runs.list({ periodicTaskId: id, limit: 5 });
    expect(listed.items).toHaveLength(5);
  });

  it("say what is lost, and what retention will remove", async () => {
    const { notes } = await imported();
    expect(notes).toContainEqual(expect.stringMatching(/^226 name a periodic task that is not here/));
    expect(notes).toContainEqual(expect.stringMatching(/^10 ended longer ago than the settings keep runs/));
    expect(notes).toContainEqual(expect.stringContaining("their queue was not kept"));
  });
});
