import type { DefinitionWords } from "../dialect.ts";

/** Schedules with policies of their own, calendars, pauses beyond one periodic task, and runs that wait for another's end. */
export function addPolicies({
  id,
  integer,
  text,
  json,
  table,
  clustered,
  rewrittenClustered,
}: DefinitionWords): string[] {
  return [
    ...columns("schedule", [
      `gap ${text} not null default 'default'`,
      `fold ${text} not null default 'default'`,
      `calendar_id ${integer}`,
      `calendar_rule ${text}`,
      `catch_up_window_ms ${integer}`,
      `catch_up_cap ${integer}`,
      `jitter_ms ${integer}`,
      `starts_at ${integer}`,
      `ends_at ${integer}`,
    ]),
    // The tz database that a schedule was last planned with: after an update those with another are found by it.
    ...columns("schedule", [`tz_version ${text}`]),
    "create index schedule_tz on schedule (tz_version, id) where removed_at is null",
    "create index schedule_calendar on schedule (calendar_id) where calendar_id is not null and removed_at is null",
    ...columns("schedule_revision", [
      `gap ${text} not null default 'default'`,
      `fold ${text} not null default 'default'`,
      `calendar_id ${integer}`,
      `calendar_version ${integer}`,
      `calendar_rule ${text}`,
      `starts_at ${integer}`,
      `ends_at ${integer}`,
    ]),
    ...columns("periodic_task", [`held_reason ${json}`, `code_app ${text}`]),
    "create index periodic_task_held on periodic_task (name) where archived_at is null and held_reason is not null",
    "create index periodic_task_code on periodic_task (code_app, name) where archived_at is null and code_app is not null",
    `create table periodic_task_sent (
      periodic_task_id ${integer} not null primary key,
      sent ${integer} not null
    ) ${rewrittenClustered}`,
    `create table calendar (
      id ${id},
      uid ${text} not null unique,
      name ${text} not null,
      sources ${json} not null,
      days ${json} not null,
      planned_version ${integer} not null,
      created_at ${integer} not null,
      updated_at ${integer} not null,
      archived_at ${integer},
      version ${integer} not null
    ) ${table}`,
    "create unique index calendar_name on calendar (name) where archived_at is null",
    `create table calendar_revision (
      calendar_id ${integer} not null,
      version ${integer} not null,
      days ${json} not null,
      from_at ${integer} not null,
      primary key (calendar_id, version)
    ) ${clustered}`,
    // Beat asks for those of the schedules that are due, open ones and such as ended since they were accounted for.
    "create index pause_scope on pause (scope, scope_id, ended_at)",
    "create index pause_ended on pause (ended_at)",
    ...columns("run_live", [`abandon_at ${integer}`]),
    "create index run_live_abandon on run_live (abandon_at) where abandon_at is not null",
  ];
}

function columns(table: string, definitions: readonly string[]): string[] {
  return definitions.map((definition) => `alter table ${table} add column ${definition}`);
}
