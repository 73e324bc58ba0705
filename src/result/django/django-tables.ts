import { type Kysely, sql } from "kysely";
import { HyoshiError } from "../../base/error.ts";

/** A time as the drivers hand it over: SQLite's text in UTC, PostgreSQL's own value. */
type DjangoTime = string | Date;

export interface TaskResultRow {
  task_id: string;
  status: string;
  content_type: string;
  content_encoding: string;
  result: string | null;
  date_done: DjangoTime;
  traceback: string | null;
  meta: string | null;
  task_args: string | null;
  task_kwargs: string | null;
  task_name: string | null;
  worker: string | null;
  date_created: DjangoTime;
  /** From 2.4 on. */
  periodic_task_name: string | null;
  /** From 2.6 on. */
  date_started: DjangoTime | null;
}

export interface ChordCounterRow {
  group_id: string;
  sub_tasks: string;
  count: number;
}

/** The tables of django-celery-results, as far as they are read and written here. Django's own migrations make and change them. */
export interface DjangoTables {
  django_celery_results_taskresult: TaskResultRow;
  django_celery_results_chordcounter: ChordCounterRow;
}

export const RESULTS = "django_celery_results_taskresult";
export const COUNTERS = "django_celery_results_chordcounter";

/** The names of a table's columns, which differ between versions. Fails with `result_tables_missing`. */
export async function columnsOf(db: Kysely<DjangoTables>, kind: "sqlite" | "postgres", table: string) {
  const asked =
    kind === "sqlite"
      ? sql<{ name: string }>`select name from pragma_table_info(${table})`
      : sql<{ name: string }>`select attname as name from pg_attribute
          where attrelid = to_regclass(${table}) and attnum > 0 and not attisdropped`;
  const { rows } = await asked.execute(db);
  if (rows.length > 0) return new Set(rows.map(({ name }) => name));
  throw new HyoshiError(
    "result_tables_missing",
    `there is no table '${table}' in the database of the results: django-celery-results makes it, with 'python manage.py migrate django_celery_results'`,
    { fields: { table } },
  );
}
