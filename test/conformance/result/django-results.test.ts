import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { createDjangoResults } from "../../../src/result/django/django-results.ts";
import { openTestDatabase } from "../../support/database.ts";
import { createDjangoResultTables, type DjangoResultsVersion } from "../../support/django-result-tables.ts";
import { openPostgresTestDatabase } from "../../support/postgres-database.ts";
import { describeResultBackend } from "./describe-result-backend.ts";
import { recordOf, valueError } from "./result-records.ts";

const databases = [
  ["SQLite", openTestDatabase],
  ["PostgreSQL", openPostgresTestDatabase],
] as const;

for (const [name, openDatabase] of databases) {
  const open = async (version: DjangoResultsVersion, extended?: boolean) => {
    const database = await openDatabase();
    await createDjangoResultTables(database, version);
    const make = () =>
      createDjangoResults({ database, clock: systemClock, ...(extended === undefined ? {} : { extended }) });
    return { database, results: make(), other: make(), close: () => database.close() };
  };

  for (const version of ["2.0", "2.4", "2.6"] as const) {
    describeResultBackend(`django-celery-results ${version} on ${name}`, () => open(version));
  }

  describe(`the tables of django-celery-results on ${name}`, () => {
    it("hold what Django's admin shows", async () => {
      const { database, results, close } = await open("2.6");
      const [done, failed] = [
        recordOf({ args: [2, 3], kwargs: {}, result: 5, periodicTaskName: "nightly" }),
        recordOf({ args: ["boom"], state: "FAILURE", result: valueError, traceback: "ValueError: boom" }),
      ];
      await results.store([{ ...done, state: "STARTED", result: { pid: 1, hostname: "w" } }]);
      await results.store([done, failed]);
      const { rows } = await sql<Record<string, unknown>>`
        select * from django_celery_results_taskresult order by id`.execute(database.db);
      expect(rows).toMatchObject([
        {
          task_id: done.id,
          status: "SUCCESS",
          content_type: "application/json",
          content_encoding: "utf-8",
          result: "5",
          traceback: null,
          meta: '{"children": []}',
          task_args: '"(2, 3)"',
          task_kwargs: '"{}"',
          task_name: "app.add",
          worker: "worker@host",
          periodic_task_name: "nightly",
        },
        {
          task_id: failed.id,
          status: "FAILURE",
          result: '{"exc_type": "ValueError", "exc_message": ["boom", 42], "exc_module": "builtins"}',
          traceback: "ValueError: boom",
          task_args: "\"('boom',)\"",
        },
      ]);
      expect(rows[0]?.date_started).not.toBeNull();
      expect(rows[1]?.date_started).toBeNull();
      const [read] = await results.read([done.id]);
      expect(Math.abs((read?.dateDone ?? 0) - Date.now())).toBeLessThan(60_000);
      await close();
    });

    it("hold no more than the result where that is what is asked for", async () => {
      const { database, results, close } = await open("2.6", false);
      await results.store([recordOf()]);
      const { rows } = await sql<Record<string, unknown>>`select * from django_celery_results_taskresult`.execute(
        database.db,
      );
      expect(rows[0]).toMatchObject({ task_name: null, task_args: null, task_kwargs: null, worker: null });
      await close();
    });

    it("are told to be missing, with what makes them", async () => {
      const database = await openDatabase();
      const results = createDjangoResults({ database, clock: systemClock });
      await expect(results.store([recordOf()])).rejects.toMatchObject({
        code: "result_tables_missing",
        message: expect.stringContaining("python manage.py migrate django_celery_results"),
      });
      await database.close();
    });

    it("take what does not fit their columns as far as it does", async () => {
      const { results, close } = await open("2.4");
      const record = recordOf({ worker: "w".repeat(300), name: "n".repeat(300), traceback: "a\0b" });
      await results.store([record]);
      expect((await results.read([record.id]))[0]).toMatchObject({
        worker: "w".repeat(100),
        name: "n".repeat(255),
        traceback: "ab",
      });
      await close();
    });

    it("are read where Python pickled a result", async () => {
      const { database, results, close } = await open("2.4");
      const at = "2026-11-22 15:12:29.118528";
      await sql`insert into django_celery_results_taskresult
        (task_id, status, content_type, content_encoding, result, date_done, date_created)
        values ('pickled', 'FAILURE', 'application/x-python-serialize', 'binary', 'gASVBQAAAAAAAABLBS4=', ${at}, ${at})`.execute(
        database.db,
      );
      expect((await results.read(["pickled"]))[0]).toMatchObject({
        state: "FAILURE",
        result: { exc_type: "Exception", exc_message: ["the result is kept as application/x-python-serialize"] },
        dateDone: Date.UTC(2026, 10, 22, 15, 12, 29, 118),
      });
      await close();
    });
  });
}
