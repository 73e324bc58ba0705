import type { Instant } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { ForeignRow, ForeignTables } from "../../foreign/foreign-tables.ts";
import { flagOf, instantOf, numberOf, textOf } from "./foreign-value.ts";

const PREFIX = "django_celery_beat_";
export const PERIODIC_TASKS = `${PREFIX}periodictask`;
/** One row, which their beat looks at for changes. */
export const CHANGES = `${PREFIX}periodictasks`;
const AT_ONCE = 500;

/** A schedule of theirs, as its row holds it. */
export type BeatSchedule =
  | { readonly kind: "interval"; readonly every: number | null; readonly period: string | null }
  | {
      readonly kind: "crontab";
      /** Minute, hour, day of month, month, day of week. */
      readonly fields: readonly string[];
      /** Null in versions before 1.2, which had none. */
      readonly zone: string | null;
    }
  | {
      readonly kind: "solar";
      readonly event: string | null;
      readonly latitude: number | null;
      readonly longitude: number | null;
    }
  | {
      readonly kind: "clocked";
      readonly at: Instant | null;
      /** 1.5 to 2.0 had a switch for it, which went off once it had fired. */
      readonly enabled: boolean;
    };

/** A periodic task of theirs. What its version does not have is null. */
export interface BeatRow {
  readonly id: number;
  readonly name: string;
  readonly task: string;
  readonly schedules: readonly BeatSchedule[];
  /** Kinds that it names a row of which is not there. */
  readonly missing: readonly string[];
  readonly args: string | null;
  readonly kwargs: string | null;
  readonly queue: string | null;
  readonly exchange: string | null;
  readonly routingKey: string | null;
  readonly headers: string | null;
  readonly priority: number | null;
  readonly expires: Instant | null;
  readonly expireSeconds: number | null;
  readonly oneOff: boolean;
  readonly startTime: Instant | null;
  readonly enabled: boolean;
  readonly lastRunAt: Instant | null;
  readonly totalRunCount: number;
  readonly dateChanged: Instant | null;
  readonly description: string;
  /** As it is stored, to see later whether it moved. */
  readonly storedLastRunAt: ForeignRow[string];
}

/**
 * Every periodic task of a django-celery-beat from 1.0 on, in the order of their ids. Which columns there are decides, not a version's number.
 *
 * @param zone of times that are stored without one
 * @throws HyoshiError `unknown_source` where the database holds no such tables
 */
export async function readBeatRows(
  tables: ForeignTables,
  zone: string,
): Promise<{ readonly rows: readonly BeatRow[]; readonly hasZones: boolean }> {
  if ((await tables.columns(PERIODIC_TASKS)).length === 0) {
    throw new HyoshiError(
      "unknown_source",
      `the database has no table ${PERIODIC_TASKS}: expected the one that django-celery-beat uses`,
    );
  }
  const crontabColumns = await tables.columns(`${PREFIX}crontabschedule`);
  const read = async (name: string, schedule: (row: ForeignRow) => BeatSchedule) =>
    new Map((await everyRow(tables, `${PREFIX}${name}`)).map((row) => [Number(row.id), schedule(row)]));
  const known = {
    interval: await read("intervalschedule", intervalOf),
    crontab: await read("crontabschedule", crontabOf),
    solar: await read("solarschedule", solarOf),
    clocked: await read("clockedschedule", (row) => clockedOf(row, zone)),
  };
  const rows = (await everyRow(tables, PERIODIC_TASKS)).map((row) => beatRow(row, known, zone));
  return { rows, hasZones: crontabColumns.includes("timezone") };
}

async function everyRow(tables: ForeignTables, table: string): Promise<readonly ForeignRow[]> {
  if ((await tables.columns(table)).length === 0) return [];
  const rows: ForeignRow[] = [];
  for (let after: number | undefined; ; ) {
    const page = await tables.rows(table, { key: "id", limit: AT_ONCE, ...(after !== undefined && { after }) });
    rows.push(...page);
    if (page.length < AT_ONCE) return rows;
    after = Number(page.at(-1)?.id);
  }
}

const intervalOf = (row: ForeignRow): BeatSchedule => ({
  kind: "interval",
  every: numberOf(row.every),
  period: textOf(row.period),
});

const crontabOf = (row: ForeignRow): BeatSchedule => ({
  kind: "crontab",
  fields: ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"].map((field) => textOf(row[field]) ?? "*"),
  zone: textOf(row.timezone),
});

const solarOf = (row: ForeignRow): BeatSchedule => ({
  kind: "solar",
  event: textOf(row.event),
  latitude: numberOf(row.latitude),
  longitude: numberOf(row.longitude),
});

const clockedOf = (row: ForeignRow, zone: string): BeatSchedule => ({
  kind: "clocked",
  at: instantOf(row.clocked_time, zone),
  enabled: flagOf(row.enabled, true),
});

/** In the order in which their beat looks for one. */
const kinds = ["interval", "crontab", "solar", "clocked"] as const;

function beatRow(
  row: ForeignRow,
  known: Readonly<Record<(typeof kinds)[number], Map<number, BeatSchedule>>>,
  zone: string,
): BeatRow {
  const named = kinds.flatMap((kind) => {
    const id = numberOf(row[`${kind}_id`]);
    return id === null ? [] : [{ kind, schedule: known[kind].get(id) }];
  });
  return {
    id: Number(row.id),
    name: textOf(row.name) ?? "",
    task: textOf(row.task) ?? "",
    schedules: named.flatMap(({ schedule }) => schedule ?? []),
    missing: named.filter(({ schedule }) => schedule === undefined).map(({ kind }) => kind),
    args: textOf(row.args),
    kwargs: textOf(row.kwargs),
    queue: textOf(row.queue),
    exchange: textOf(row.exchange),
    routingKey: textOf(row.routing_key),
    headers: textOf(row.headers),
    priority: numberOf(row.priority),
    expires: instantOf(row.expires, zone),
    expireSeconds: numberOf(row.expire_seconds),
    oneOff: flagOf(row.one_off, false),
    startTime: instantOf(row.start_time, zone),
    enabled: flagOf(row.enabled, true),
    lastRunAt: instantOf(row.last_run_at, zone),
    totalRunCount: numberOf(row.total_run_count) ?? 0,
    dateChanged: instantOf(row.date_changed, zone),
    description: textOf(row.description) ?? "",
    storedLastRunAt: row.last_run_at ?? null,
  };
}
