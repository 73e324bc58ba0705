import type { DefinitionWords } from "../dialect.ts";

/**
 * Times are integer milliseconds since the epoch, flags 0 or 1. Texts named `*_json` hold JSON, and so do the columns
 * of the type `json`; on PostgreSQL the driver hands them over as text, so that both databases read alike.
 */
export function createTables(w: DefinitionWords): readonly string[] {
  return [...periodicTasks(w), ...schedules(w), ...runs(w), ...processes(w), ...people(w)];
}

const periodicTasks = (w: DefinitionWords) => [
  `create table periodic_task (
    id ${w.id},
    uid ${w.text} not null unique,
    name ${w.text} not null,
    task ${w.text} not null,
    input ${w.json} not null,
    queue ${w.text},
    priority ${w.integer},
    options ${w.json} not null,
    tags ${w.json} not null,
    owner_id ${w.integer},
    description ${w.text} not null,
    enabled ${w.integer} not null,
    code_base ${w.json},
    created_at ${w.integer} not null,
    updated_at ${w.integer} not null,
    archived_at ${w.integer},
    version ${w.integer} not null
  ) ${w.table}`,
  // A name is free again once its periodic task is archived.
  `create unique index periodic_task_name on periodic_task (name) where archived_at is null`,
  // Lists that filter walk these two: they hold all that a filter asks of a row, so that the wide rows stay unread. Without
  // archived_at, which is always null here, SQLite does not see that (counting 10,000 of 100,000: 313 ms, with it 6 ms).
  `create index periodic_task_listed on periodic_task (name, task, enabled, queue, archived_at, id) where archived_at is null`,
  `create index periodic_task_task on periodic_task (task, name, enabled, queue, archived_at, id) where archived_at is null`,
  `create index periodic_task_queue on periodic_task (queue, name) where archived_at is null and queue is not null`,
  `create index periodic_task_disabled on periodic_task (name) where archived_at is null and enabled = 0`,
  `create index periodic_task_archived on periodic_task (archived_at) where archived_at is not null`,
  `create table periodic_task_tag (
    tag ${w.text} not null,
    periodic_task_id ${w.integer} not null,
    primary key (tag, periodic_task_id)
  ) ${w.clustered}`,
  `create index periodic_task_tag_owner on periodic_task_tag (periodic_task_id)`,
  // What the list shows and filters by; written in the transaction that ends a run.
  `create table periodic_task_outcome (
    periodic_task_id ${w.integer} not null primary key,
    run_id ${w.text} not null,
    state ${w.text} not null,
    ended_at ${w.integer} not null,
    duration_ms ${w.integer},
    succeeded_at ${w.integer},
    failed_in_a_row ${w.integer} not null
  ) ${w.rewrittenClustered}`,
  `create index periodic_task_outcome_state on periodic_task_outcome (state, periodic_task_id)`,
  `create table pause (
    id ${w.id},
    scope ${w.text} not null,
    scope_id ${w.text} not null,
    from_at ${w.integer} not null,
    until_at ${w.integer},
    ended_at ${w.integer},
    by_name ${w.text} not null,
    reason ${w.text} not null
  ) ${w.table}`,
  `create index pause_open on pause (scope, scope_id) where ended_at is null`,
];

const schedules = (w: DefinitionWords) => [
  `create table schedule (
    id ${w.id},
    uid ${w.text} not null unique,
    periodic_task_id ${w.integer} not null,
    name ${w.text} not null,
    definition ${w.json} not null,
    zone ${w.text} not null,
    input ${w.json},
    misfire ${w.text} not null,
    enabled ${w.integer} not null,
    removed_at ${w.integer},
    version ${w.integer} not null
  ) ${w.table}`,
  `create index schedule_periodic_task on schedule (periodic_task_id)`,
  `create table schedule_revision (
    schedule_id ${w.integer} not null,
    version ${w.integer} not null,
    definition ${w.json} not null,
    zone ${w.text} not null,
    from_at ${w.integer} not null,
    tz_version ${w.text} not null,
    primary key (schedule_id, version)
  ) ${w.clustered}`,
  // Apart from the schedule, so that a firing rewrites a narrow row and never collides with an edit of the text.
  // next_at is null where there is nothing to wait for; every nominal time in (accounted_from, accounted_to] lies in
  // exactly one row of the ledger.
  `create table schedule_cursor (
    schedule_id ${w.integer} not null primary key,
    version ${w.integer} not null,
    next_at ${w.integer},
    accounted_from ${w.integer} not null,
    accounted_to ${w.integer} not null,
    error ${w.text}
  ) ${w.rewrittenClustered}`,
  // With the id, because thousands of schedules share one minute and a list sorted by it pages within the tie.
  `create index schedule_cursor_next on schedule_cursor (next_at, schedule_id) where next_at is not null`,
  `create index schedule_cursor_error on schedule_cursor (schedule_id) where error is not null`,
  `create table firing (
    schedule_id ${w.integer} not null,
    nominal_at ${w.integer} not null,
    through_at ${w.integer} not null,
    version ${w.integer} not null,
    verdict ${w.text} not null,
    reason ${w.text} not null,
    detail ${w.json},
    run_id ${w.text},
    decided_at ${w.integer} not null,
    primary key (schedule_id, nominal_at)
  ) ${w.clustered}`,
  `create index firing_decided on firing (decided_at)`,
  // What did not run is rare and is what people look for; a firing that was sent costs nothing here.
  `create index firing_not_sent on firing (verdict, decided_at) where verdict <> 'sent'`,
];

const runs = (w: DefinitionWords) => [
  // Everything about a run that is not finished: the message, the claim and who holds it.
  `create table run_live (
    seq ${w.id},
    id ${w.text} not null unique,
    task ${w.text} not null,
    queue ${w.text} not null,
    priority ${w.integer} not null,
    state ${w.text} not null,
    input ${w.json} not null,
    options ${w.json} not null,
    origin ${w.json} not null,
    periodic_task_id ${w.integer},
    schedule_id ${w.integer},
    schedule_version ${w.integer},
    nominal_at ${w.integer},
    parent_id ${w.text},
    root_id ${w.text},
    lock_key ${w.text},
    available_at ${w.integer} not null,
    expires_at ${w.integer},
    queued_at ${w.integer} not null,
    process_id ${w.integer},
    claim ${w.integer} not null default 0,
    attempt ${w.integer} not null default 0,
    retries ${w.integer} not null default 0,
    lost ${w.integer} not null default 0,
    suspect ${w.integer} not null default 0,
    started_at ${w.integer},
    attempt_started_at ${w.integer},
    progress ${w.json},
    cancel_requested_at ${w.integer},
    cancel_requested_by ${w.text}
  ) ${w.rewritten}`,
  `create index run_live_ready on run_live (queue, priority desc, seq) where state = 'ready'`,
  `create index run_live_scheduled on run_live (available_at) where state = 'scheduled'`,
  `create index run_live_running on run_live (process_id) where state = 'running'`,
  `create index run_live_cancelling on run_live (process_id) where cancel_requested_at is not null`,
  // The overlap rule is decided here, at insertion, and not by a look before it.
  `create unique index run_live_lock on run_live (lock_key) where lock_key is not null and state <> 'held'`,
  `create index run_live_held on run_live (lock_key, seq) where state = 'held'`,
  `create index run_live_expires on run_live (expires_at) where expires_at is not null and state <> 'running'`,
  `create index run_live_periodic_task on run_live (periodic_task_id, queued_at) where periodic_task_id is not null`,
  `create index run_live_queued on run_live (queued_at, id)`,
  `create index run_live_task on run_live (task, queued_at)`,
  `create index run_live_parent on run_live (parent_id) where parent_id is not null`,
  // Written once, when the run ends.
  `create table run_done (
    id ${w.text} not null primary key,
    task ${w.text} not null,
    queue ${w.text} not null,
    priority ${w.integer} not null,
    state ${w.text} not null,
    input ${w.json} not null,
    options ${w.json} not null,
    origin ${w.json} not null,
    periodic_task_id ${w.integer},
    schedule_id ${w.integer},
    schedule_version ${w.integer},
    nominal_at ${w.integer},
    parent_id ${w.text},
    root_id ${w.text},
    available_at ${w.integer} not null,
    expires_at ${w.integer},
    queued_at ${w.integer} not null,
    process ${w.text},
    attempt ${w.integer} not null,
    retries ${w.integer} not null,
    started_at ${w.integer},
    attempt_started_at ${w.integer},
    ended_at ${w.integer} not null,
    progress ${w.json},
    result ${w.json},
    error ${w.json}
  ) ${w.table}`,
  `create index run_done_queued on run_done (queued_at, id)`,
  `create index run_done_periodic_task on run_done (periodic_task_id, queued_at) where periodic_task_id is not null`,
  // With the id, because all runs of one minute may be of one task.
  `create index run_done_task on run_done (task, queued_at, id)`,
  // A query must contain `state <> 'succeeded'` word for word: SQLite does not infer it from `state = 'failed'`.
  `create index run_done_unsuccessful on run_done (state, queued_at, id) where state <> 'succeeded'`,
  `create index run_done_periodic_task_unsuccessful on run_done (periodic_task_id, state, queued_at)
    where state <> 'succeeded' and periodic_task_id is not null`,
  `create index run_done_parent on run_done (parent_id) where parent_id is not null`,
  // Only the attempts that did not end their run, and those that came too late.
  `create table attempt (
    run_id ${w.text} not null,
    number ${w.integer} not null,
    claim ${w.integer} not null,
    process ${w.text},
    started_at ${w.integer},
    ended_at ${w.integer} not null,
    outcome ${w.text} not null,
    error ${w.json},
    result ${w.json},
    primary key (run_id, number, claim)
  ) ${w.clustered}`,
  `create table run_log (
    run_id ${w.text} not null,
    chunk ${w.integer} not null,
    attempt ${w.integer} not null,
    first_line ${w.integer} not null,
    at ${w.integer} not null,
    text ${w.text} not null,
    primary key (run_id, chunk)
  ) ${w.clustered}`,
];

const processes = (w: DefinitionWords) => [
  `create table process (
    id ${w.id},
    kind ${w.text} not null,
    name ${w.text} not null,
    host ${w.text} not null,
    pid ${w.integer} not null,
    started_at ${w.integer} not null,
    lease_until ${w.integer} not null,
    loop_lag ${w.integer} not null,
    info ${w.json} not null
  ) ${w.table}`,
  `create index process_lease on process (lease_until)`,
  `create table announced_task (
    task ${w.text} not null,
    schema_hash ${w.text} not null,
    process_id ${w.integer} not null,
    announcement ${w.json} not null,
    announced_at ${w.integer} not null,
    primary key (task, schema_hash, process_id)
  ) ${w.clustered}`,
  `create table change (
    id ${w.id},
    at ${w.integer} not null,
    by_name ${w.text} not null,
    resource ${w.text} not null,
    resource_id ${w.text} not null,
    label ${w.text} not null,
    action ${w.text} not null,
    before ${w.json},
    after ${w.json}
  ) ${w.table}`,
  `create index change_resource on change (resource, resource_id, id)`,
];

const people = (w: DefinitionWords) => [
  `create table "user" (
    id ${w.id},
    username ${w.text} not null,
    username_key ${w.text} not null unique,
    display_name ${w.text} not null,
    email ${w.text} not null,
    password_hash ${w.text},
    active ${w.integer} not null,
    superuser ${w.integer} not null,
    created_at ${w.integer} not null,
    last_sign_in_at ${w.integer},
    version ${w.integer} not null
  ) ${w.table}`,
  `create table "group" (
    id ${w.id},
    name ${w.text} not null unique,
    version ${w.integer} not null
  ) ${w.table}`,
  `create table user_group (
    user_id ${w.integer} not null,
    group_id ${w.integer} not null,
    primary key (user_id, group_id)
  ) ${w.clustered}`,
  `create index user_group_group on user_group (group_id)`,
  `create table user_permission (
    user_id ${w.integer} not null,
    permission ${w.text} not null,
    primary key (user_id, permission)
  ) ${w.clustered}`,
  `create table group_permission (
    group_id ${w.integer} not null,
    permission ${w.text} not null,
    primary key (group_id, permission)
  ) ${w.clustered}`,
  // Sessions and tokens are kept as SHA-256: whoever reads the table cannot use them.
  `create table login_session (
    token_hash ${w.text} not null primary key,
    user_id ${w.integer} not null,
    csrf_token ${w.text} not null,
    created_at ${w.integer} not null,
    seen_at ${w.integer} not null,
    expires_at ${w.integer} not null
  ) ${w.clustered}`,
  `create index login_session_user on login_session (user_id)`,
  `create index login_session_expires on login_session (expires_at)`,
  `create table api_token (
    id ${w.id},
    user_id ${w.integer} not null,
    name ${w.text} not null,
    token_hash ${w.text} not null unique,
    created_at ${w.integer} not null,
    last_used_at ${w.integer},
    expires_at ${w.integer}
  ) ${w.table}`,
  `create index api_token_user on api_token (user_id)`,
  `create table sign_in_failure (
    subject ${w.text} not null primary key,
    failures ${w.integer} not null,
    since_at ${w.integer} not null
  ) ${w.clustered}`,
];
