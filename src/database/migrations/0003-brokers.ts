import type { DefinitionWords } from "../dialect.ts";

/** Runs whose message lies with a broker of its own, what Celery's clients wait for, and messages that nobody could read. */
export function addBrokers({
  id,
  integer,
  text,
  json,
  table,
  clustered,
  rewrittenClustered,
}: DefinitionWords): string[] {
  return [
    // What a Celery message says beyond the run: who waits for the result, and what follows.
    `alter table run_live add column wire ${json}`,
    // When the broker took the message; null while nobody has handed it over.
    `alter table run_live add column published_at ${integer}`,
    `alter table run_done add column wire ${json}`,
    "create index run_live_unpublished on run_live (seq) where state = 'unpublished'",
    "create index run_live_published on run_live (published_at) where state = 'ready' and published_at is not null",
    // Ended runs whose result a Celery client may wait for and the result backend has not confirmed.
    `create table unreported_result (
      run_id ${text} not null primary key,
      ended_at ${integer} not null
    ) ${rewrittenClustered}`,
    "create index unreported_result_ended on unreported_result (ended_at)",
    // Messages that were taken from a queue and refused.
    `create table dead_letter (
      id ${id},
      at ${integer} not null,
      queue ${text} not null,
      run_id ${text},
      task ${text},
      code ${text} not null,
      why ${text} not null,
      headers ${json} not null,
      properties ${json} not null,
      body ${text} not null,
      body_bytes ${integer} not null
    ) ${table}`,
    "create index dead_letter_at on dead_letter (at, id)",
    // What the project's processes sign messages with, where the settings give no key.
    `create table project_key (
      name ${text} not null primary key,
      value ${text} not null
    ) ${clustered}`,
  ];
}
