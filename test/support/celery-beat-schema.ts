import Sqlite, { type Database } from "better-sqlite3";

/** Versions of django-celery-beat whose tables differ. */
export type CeleryBeatVersion = "1.1" | "1.6" | "2.0" | "2.9";

const since = ["1.1", "1.2", "1.3", "1.5", "1.6", "2.0", "2.9"];
const isFrom = (version: CeleryBeatVersion, first: string) => since.indexOf(version) >= since.indexOf(first);

/**
 * An SQLite file with the tables that a version of django-celery-beat has: each column came with the release that is named beside it. For
 * versions that no distribution has any more; the others are made by their own migrations.
 */
export function makeCeleryBeatTables(file: string, version: CeleryBeatVersion): Database {
  const db = new Sqlite(file);
  const columns = (...parts: readonly (string | false)[]) => parts.filter((part) => part !== false).join(", ");
  const crontab = columns(
    "id integer primary key autoincrement, minute varchar(64) not null, hour varchar(64) not null",
    "day_of_week varchar(64) not null, day_of_month varchar(64) not null, month_of_year varchar(64) not null",
    isFrom(version, "1.2") && "timezone varchar(63) not null",
  );
  const task = columns(
    "id integer primary key autoincrement, name varchar(200) not null unique, task varchar(200) not null",
    "args text not null, kwargs text not null, queue varchar(200), exchange varchar(200), routing_key varchar(200)",
    "expires datetime, enabled bool not null, last_run_at datetime, total_run_count integer not null",
    "date_changed datetime not null, description text not null",
    "crontab_id integer, interval_id integer, solar_id integer",
    isFrom(version, "1.2") && "one_off bool not null default 0, start_time datetime",
    isFrom(version, "1.3") && "priority integer",
    isFrom(version, "1.5") && "headers text not null default '{}', clocked_id integer",
    isFrom(version, "2.0") && "expire_seconds integer",
  );
  db.exec(`
    create table django_celery_beat_crontabschedule (${crontab});
    create table django_celery_beat_intervalschedule
      (id integer primary key autoincrement, every integer not null, period varchar(24) not null);
    create table django_celery_beat_solarschedule
      (id integer primary key autoincrement, event varchar(24) not null, latitude decimal not null, longitude decimal not null);
    create table django_celery_beat_periodictask (${task});
    create table django_celery_beat_periodictasks (ident smallint not null primary key, last_update datetime not null);
    insert into django_celery_beat_periodictasks values (1, '2026-01-01 00:00:00');
  `);
  if (isFrom(version, "1.5")) {
    const enabled = isFrom(version, "2.9") ? "" : ", enabled bool not null default 1";
    db.exec(
      `create table django_celery_beat_clockedschedule (id integer primary key autoincrement, clocked_time datetime not null${enabled})`,
    );
  }
  return db;
}

/** Adds a row; answers its id. */
export function addRow(db: Database, table: string, row: Readonly<Record<string, string | number | null>>): number {
  const names = Object.keys(row);
  const values = names.map(() => "?").join(", ");
  const { lastInsertRowid } = db
    .prepare(`insert into django_celery_beat_${table} (${names.join(", ")}) values (${values})`)
    .run(...Object.values(row));
  return Number(lastInsertRowid);
}
