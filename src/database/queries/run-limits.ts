import { RESERVED_MS } from "../../run/run-limits.ts";

/** Whether the run `r` counts under the key that it has: it is executed, waits for its turn, or was released a moment ago. */
export const hasLimitSlot = (now: string) =>
  `(r.state = 'running' or r.waits_for is not null or r.slot_at > ${now} - ${RESERVED_MS})`;

/** Keys that runs wait for, after another, in their order: one step of the index for each, however many wait. */
export const waitedLimitsSql = (after: string, limit: string) => `
  with recursive k (key) as (
    select min(waits_for) from run_live where waits_for is not null and waits_for > ${after}
    union all
    select (select min(waits_for) from run_live where waits_for is not null and waits_for > k.key) from k where k.key is not null
  )
  select key from k where key is not null limit ${limit}`;
