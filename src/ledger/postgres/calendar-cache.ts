import type { CalendarDays } from "../../calendar/calendar-days.ts";
import type { PostgresConnection, PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import type { CalendarDaysOf, PlanRow } from "../../database/queries/due-row.ts";

/** Versions that are kept. They never change. */
const SIZE = 1_000;

const columns = { calendar_id: "bigint", version: "bigint" } as const;

/** The days of calendars for decisions, which do not wait: they are read before the first decision that needs them. */
export class CalendarCache {
  readonly #kept = new Map<string, CalendarDays>();

  /** The days of all calendars that the rows name. */
  async daysFor(on: PostgresPool | PostgresConnection, rows: readonly PlanRow[]): Promise<CalendarDaysOf> {
    const named = new Map<string, CalendarDays | undefined>();
    const missing = new Map<string, { calendar_id: number; version: number }>();
    for (const { calendar_id, calendar_version: version } of rows) {
      if (calendar_id === null || version === null) continue;
      const key = keyOf(calendar_id, version);
      named.set(key, this.#kept.get(key));
      if (!this.#kept.has(key)) missing.set(key, { calendar_id, version });
    }
    if (missing.size > 0) {
      for (const [key, days] of await read(on, [...missing.values()])) {
        named.set(key, days);
        if (this.#kept.size >= SIZE) this.#kept.clear();
        this.#kept.set(key, days);
      }
    }
    return (id, version) => named.get(keyOf(id, version));
  }
}

async function read(
  on: PostgresPool | PostgresConnection,
  versions: readonly Record<keyof typeof columns, number>[],
): Promise<ReadonlyMap<string, CalendarDays>> {
  const { rows } = await on.query<{ calendar_id: number; version: number; days: string }>({
    text: `select r.calendar_id, r.version, r.days from ${unnest(columns, "t")}
      join calendar_revision r on r.calendar_id = t.calendar_id and r.version = t.version`,
    values: arraysOf(columns, versions),
  });
  return new Map(rows.map((row) => [keyOf(row.calendar_id, row.version), JSON.parse(row.days) as CalendarDays]));
}

function keyOf(id: number, version: number): string {
  return `${id}/${version}`;
}
