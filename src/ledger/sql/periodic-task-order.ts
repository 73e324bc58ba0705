import { decodeCursor, encodeCursor } from "../../base/page.ts";
import type { PeriodicTaskSort } from "../periodic-task-reader.ts";

/** Where a periodic task stands in the list. */
export interface Place {
  readonly id: number;
  readonly name: string;
  readonly task: string;
  /** The earliest next time of its schedules, and whose it is; null where the list is not in that order. */
  readonly nextAt: number | null;
  readonly scheduleId: number | null;
}

type Field = "name" | "task" | "nextAt";

export function orderOf(sort: PeriodicTaskSort): { field: Field; descending: boolean } {
  const descending = sort.startsWith("-");
  return { field: (descending ? sort.slice(1) : sort) as Field, descending };
}

export function cursorOf(sort: PeriodicTaskSort, { id, name, task, nextAt, scheduleId }: Place): string {
  return encodeCursor(`periodic-tasks ${sort}`, [id, name, task, nextAt, scheduleId]);
}

export function placeOf(sort: PeriodicTaskSort, cursor: string): Place {
  const shape = ["number", "text", "text", "number?", "number?"] as const;
  const [id, name, task, nextAt, scheduleId] = decodeCursor(cursor, `periodic-tasks ${sort}`, shape);
  return { id, name, task, nextAt, scheduleId };
}

/** Below 0 where `a` comes before `b`. Those that wait for no time come last in either direction. */
export function compare(sort: PeriodicTaskSort, a: Place, b: Place): number {
  const { field, descending } = orderOf(sort);
  const sign = descending ? -1 : 1;
  if (field === "name") return sign * (byText(a.name, b.name) || a.id - b.id);
  if (field === "task") return sign * (byText(a.task, b.task) || byText(a.name, b.name) || a.id - b.id);
  if (a.nextAt === null || b.nextAt === null) {
    if (a.nextAt !== b.nextAt) return a.nextAt === null ? 1 : -1;
    return byText(a.name, b.name) || a.id - b.id;
  }
  return sign * (a.nextAt - b.nextAt || (a.scheduleId ?? 0) - (b.scheduleId ?? 0));
}

/** As the databases compare: by the bytes of UTF-8. */
function byText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
