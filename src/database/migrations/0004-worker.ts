import type { DefinitionWords } from "../dialect.ts";

/** What limits runs, what is kept of them, and what they are part of. */
export function addWorker({ integer, text, json, clustered, rewrittenClustered }: DefinitionWords): string[] {
  return [
    // What a run waits for that has been claimed and may not begin yet: a limit's key. It is held meanwhile.
    `alter table run_live add column waits_for ${text}`,
    // The key under which it counts as being executed; the limit that its worker knew; since when.
    `alter table run_live add column slot_key ${text}`,
    `alter table run_live add column slot_limit ${integer}`,
    `alter table run_live add column slot_at ${integer}`,
    // Its turn under a rate.
    `alter table run_live add column turn_at ${integer}`,
    "create index run_live_waits on run_live (waits_for, priority desc, seq) where waits_for is not null",
    "create index run_live_slot on run_live (slot_key) where slot_key is not null",
    // What waits for a limit keeps its place among the runs of its periodic task.
    "drop index run_live_lock",
    "create unique index run_live_lock on run_live (lock_key) where lock_key is not null and (state <> 'held' or waits_for is not null)",
    // When the next run of a rate may begin.
    `create table limiter (
      key ${text} not null primary key,
      interval_us ${integer} not null,
      burst ${integer} not null,
      next_at_us ${integer} not null
    ) ${rewrittenClustered}`,
    // The run that stands for all sends that are the same.
    `create table unique_run (
      key ${text} not null primary key,
      run_id ${text} not null,
      until_at ${integer}
    ) ${rewrittenClustered}`,
    // Chords that the database counts: how many ends make one, and the result tuples of its members, in which order the body is given their results.
    `create table chord (
      group_id ${text} not null primary key,
      size ${integer} not null,
      members ${json} not null,
      started_at ${integer} not null
    ) ${rewrittenClustered}`,
    "create index chord_started on chord (started_at)",
    // The ends of their members, each counted once.
    `create table chord_part (
      group_id ${text} not null,
      run_id ${text} not null,
      state ${text} not null,
      result ${json} not null,
      primary key (group_id, run_id)
    ) ${clustered}`,
    // A family of runs, from its first one.
    "create index run_live_root on run_live (root_id) where root_id is not null",
    "create index run_done_root on run_done (root_id) where root_id is not null",
    // Failed and lost runs that nobody has to look after any more: they were run again, or set aside.
    `create table handled_run (
      run_id ${text} not null primary key,
      at ${integer} not null,
      handled_by ${text} not null
    ) ${clustered}`,
    "create index handled_run_at on handled_run (at)",
  ];
}
