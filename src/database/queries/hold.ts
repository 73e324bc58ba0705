import { isJsonObject } from "../../base/json.ts";
import type { Hold } from "../../firing/decision.ts";
import { type HoldOptions, holdAfter } from "../../firing/hold.ts";

/** What a failure means is decided from it. */
export interface HoldRow {
  readonly name: string;
  readonly options: string;
  readonly failed_in_a_row: number;
}

/** Of a periodic task that is on and not held yet, after the outcome of its run was written. */
export const holdRowSql = (id: string) => `
  select p.name, p.options, o.failed_in_a_row from periodic_task p
  join periodic_task_outcome o on o.periodic_task_id = p.id
  where p.id = ${id} and p.held_reason is null and p.enabled = 1 and p.archived_at is null`;

export const setHoldSql = (id: string, reason: string) =>
  `update periodic_task set held_reason = ${reason} where id = ${id} and held_reason is null`;

/** The record of the change. Beat writes the one for what is switched off as well, when it does so. */
export const recordHoldSql = (at: string, id: string, name: string, reason: string) => `
  insert into change (at, by_name, resource, resource_id, label, action, before, after)
  values (${at}, 'hyoshi', 'periodic-task', ${id}, ${name}, 'held', null, ${reason})`;

/** Whether a run that failed or was lost keeps its periodic task from firing on. */
export function holdOf(row: HoldRow, failure: { readonly runId: string; readonly at: number }): Hold | null {
  return holdAfter(optionsOf(row.options), { ...failure, failedInARow: row.failed_in_a_row });
}

/** What was edited by hand to nonsense must not keep a run from ending. */
function optionsOf(text: string): HoldOptions {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? (value as HoldOptions) : {};
  } catch {
    return {};
  }
}
