create table periodic_task (
  id integer primary key autoincrement,
  uid text not null unique,
  name text not null,
  task text not null,
  input text not null,
  queue text,
  priority integer,
  options text not null,
  tags text not null,
  owner_id integer,
  description text not null,
  enabled integer not null,
  code_base text,
  created_at integer not null,
  updated_at integer not null,
  archived_at integer,
  version integer not null
) strict;

create unique index periodic_task_name on periodic_task (name) where archived_at is null;

create index periodic_task_listed on periodic_task (name, task, enabled, queue, archived_at, id) where archived_at is null;

create index periodic_task_task on periodic_task (task, name, enabled, queue, archived_at, id) where archived_at is null;

create index periodic_task_queue on periodic_task (queue, name) where archived_at is null and queue is not null;

create index periodic_task_disabled on periodic_task (name) where archived_at is null and enabled = 0;

create index periodic_task_archived on periodic_task (archived_at) where archived_at is not null;

create table periodic_task_tag (
  tag text not null,
  periodic_task_id integer not null,
  primary key (tag, periodic_task_id)
) strict, without rowid;

create index periodic_task_tag_owner on periodic_task_tag (periodic_task_id);

create table periodic_task_outcome (
  periodic_task_id integer not null primary key,
  run_id text not null,
  state text not null,
  ended_at integer not null,
  duration_ms integer,
  succeeded_at integer,
  failed_in_a_row integer not null
) strict, without rowid;

create index periodic_task_outcome_state on periodic_task_outcome (state, periodic_task_id);

create table pause (
  id integer primary key autoincrement,
  scope text not null,
  scope_id text not null,
  from_at integer not null,
  until_at integer,
  ended_at integer,
  by_name text not null,
  reason text not null
) strict;

create index pause_open on pause (scope, scope_id) where ended_at is null;

create table schedule (
  id integer primary key autoincrement,
  uid text not null unique,
  periodic_task_id integer not null,
  name text not null,
  definition text not null,
  zone text not null,
  input text,
  misfire text not null,
  enabled integer not null,
  removed_at integer,
  version integer not null
) strict;

create index schedule_periodic_task on schedule (periodic_task_id);

create table schedule_revision (
  schedule_id integer not null,
  version integer not null,
  definition text not null,
  zone text not null,
  from_at integer not null,
  tz_version text not null,
  primary key (schedule_id, version)
) strict, without rowid;

create table schedule_cursor (
  schedule_id integer not null primary key,
  version integer not null,
  next_at integer,
  accounted_from integer not null,
  accounted_to integer not null,
  error text
) strict, without rowid;

create index schedule_cursor_next on schedule_cursor (next_at, schedule_id) where next_at is not null;

create index schedule_cursor_error on schedule_cursor (schedule_id) where error is not null;

create table firing (
  schedule_id integer not null,
  nominal_at integer not null,
  through_at integer not null,
  version integer not null,
  verdict text not null,
  reason text not null,
  detail text,
  run_id text,
  decided_at integer not null,
  primary key (schedule_id, nominal_at)
) strict, without rowid;

create index firing_decided on firing (decided_at);

create index firing_not_sent on firing (verdict, decided_at) where verdict <> 'sent';

create table run_live (
  seq integer primary key autoincrement,
  id text not null unique,
  task text not null,
  queue text not null,
  priority integer not null,
  state text not null,
  input text not null,
  options text not null,
  origin text not null,
  periodic_task_id integer,
  schedule_id integer,
  schedule_version integer,
  nominal_at integer,
  parent_id text,
  root_id text,
  lock_key text,
  available_at integer not null,
  expires_at integer,
  queued_at integer not null,
  process_id integer,
  claim integer not null default 0,
  attempt integer not null default 0,
  retries integer not null default 0,
  lost integer not null default 0,
  suspect integer not null default 0,
  started_at integer,
  attempt_started_at integer,
  progress text,
  cancel_requested_at integer,
  cancel_requested_by text
) strict;

create index run_live_ready on run_live (queue, priority desc, seq) where state = 'ready';

create index run_live_scheduled on run_live (available_at) where state = 'scheduled';

create index run_live_running on run_live (process_id) where state = 'running';

create index run_live_cancelling on run_live (process_id) where cancel_requested_at is not null;

create unique index run_live_lock on run_live (lock_key) where lock_key is not null and state <> 'held';

create index run_live_held on run_live (lock_key, seq) where state = 'held';

create index run_live_expires on run_live (expires_at) where expires_at is not null and state <> 'running';

create index run_live_periodic_task on run_live (periodic_task_id, queued_at) where periodic_task_id is not null;

create index run_live_queued on run_live (queued_at, id);

create index run_live_task on run_live (task, queued_at);

create index run_live_parent on run_live (parent_id) where parent_id is not null;

create table run_done (
  id text not null primary key,
  task text not null,
  queue text not null,
  priority integer not null,
  state text not null,
  input text not null,
  options text not null,
  origin text not null,
  periodic_task_id integer,
  schedule_id integer,
  schedule_version integer,
  nominal_at integer,
  parent_id text,
  root_id text,
  available_at integer not null,
  expires_at integer,
  queued_at integer not null,
  process text,
  attempt integer not null,
  retries integer not null,
  started_at integer,
  attempt_started_at integer,
  ended_at integer not null,
  progress text,
  result text,
  error text
) strict;

create index run_done_queued on run_done (queued_at, id);

create index run_done_periodic_task on run_done (periodic_task_id, queued_at) where periodic_task_id is not null;

create index run_done_task on run_done (task, queued_at, id);

create index run_done_unsuccessful on run_done (state, queued_at, id) where state <> 'succeeded';

create index run_done_periodic_task_unsuccessful on run_done (periodic_task_id, state, queued_at)
  where state <> 'succeeded' and periodic_task_id is not null;

create index run_done_parent on run_done (parent_id) where parent_id is not null;

create table attempt (
  run_id text not null,
  number integer not null,
  claim integer not null,
  process text,
  started_at integer,
  ended_at integer not null,
  outcome text not null,
  error text,
  result text,
  primary key (run_id, number, claim)
) strict, without rowid;

create table run_log (
  run_id text not null,
  chunk integer not null,
  attempt integer not null,
  first_line integer not null,
  at integer not null,
  text text not null,
  primary key (run_id, chunk)
) strict, without rowid;

create table process (
  id integer primary key autoincrement,
  kind text not null,
  name text not null,
  host text not null,
  pid integer not null,
  started_at integer not null,
  lease_until integer not null,
  loop_lag integer not null,
  info text not null
) strict;

create index process_lease on process (lease_until);

create table announced_task (
  task text not null,
  schema_hash text not null,
  process_id integer not null,
  announcement text not null,
  announced_at integer not null,
  primary key (task, schema_hash, process_id)
) strict, without rowid;

create table change (
  id integer primary key autoincrement,
  at integer not null,
  by_name text not null,
  resource text not null,
  resource_id text not null,
  label text not null,
  action text not null,
  before text,
  after text
) strict;

create index change_resource on change (resource, resource_id, id);

create table "user" (
  id integer primary key autoincrement,
  username text not null,
  username_key text not null unique,
  display_name text not null,
  email text not null,
  password_hash text,
  active integer not null,
  superuser integer not null,
  created_at integer not null,
  last_sign_in_at integer,
  version integer not null
) strict;

create table "group" (
  id integer primary key autoincrement,
  name text not null unique,
  version integer not null
) strict;

create table user_group (
  user_id integer not null,
  group_id integer not null,
  primary key (user_id, group_id)
) strict, without rowid;

create index user_group_group on user_group (group_id);

create table user_permission (
  user_id integer not null,
  permission text not null,
  primary key (user_id, permission)
) strict, without rowid;

create table group_permission (
  group_id integer not null,
  permission text not null,
  primary key (group_id, permission)
) strict, without rowid;

create table login_session (
  token_hash text not null primary key,
  user_id integer not null,
  csrf_token text not null,
  created_at integer not null,
  seen_at integer not null,
  expires_at integer not null
) strict, without rowid;

create index login_session_user on login_session (user_id);

create index login_session_expires on login_session (expires_at);

create table api_token (
  id integer primary key autoincrement,
  user_id integer not null,
  name text not null,
  token_hash text not null unique,
  created_at integer not null,
  last_used_at integer,
  expires_at integer
) strict;

create index api_token_user on api_token (user_id);

create table sign_in_failure (
  subject text not null primary key,
  failures integer not null,
  since_at integer not null
) strict, without rowid;

alter table schedule add column gap text not null default 'default';

alter table schedule add column fold text not null default 'default';

alter table schedule add column calendar_id integer;

alter table schedule add column calendar_rule text;

alter table schedule add column catch_up_window_ms integer;

alter table schedule add column catch_up_cap integer;

alter table schedule add column jitter_ms integer;

alter table schedule add column starts_at integer;

alter table schedule add column ends_at integer;

alter table schedule add column tz_version text;

create index schedule_tz on schedule (tz_version, id) where removed_at is null;

create index schedule_calendar on schedule (calendar_id) where calendar_id is not null and removed_at is null;

alter table schedule_revision add column gap text not null default 'default';

alter table schedule_revision add column fold text not null default 'default';

alter table schedule_revision add column calendar_id integer;

alter table schedule_revision add column calendar_version integer;

alter table schedule_revision add column calendar_rule text;

alter table schedule_revision add column starts_at integer;

alter table schedule_revision add column ends_at integer;

alter table periodic_task add column held_reason text;

alter table periodic_task add column code_app text;

create index periodic_task_held on periodic_task (name) where archived_at is null and held_reason is not null;

create index periodic_task_code on periodic_task (code_app, name) where archived_at is null and code_app is not null;

create table periodic_task_sent (
    periodic_task_id integer not null primary key,
    sent integer not null
) strict, without rowid;

create table calendar (
    id integer primary key autoincrement,
    uid text not null unique,
    name text not null,
    sources text not null,
    days text not null,
    planned_version integer not null,
    created_at integer not null,
    updated_at integer not null,
    archived_at integer,
    version integer not null
) strict;

create unique index calendar_name on calendar (name) where archived_at is null;

create table calendar_revision (
    calendar_id integer not null,
    version integer not null,
    days text not null,
    from_at integer not null,
    primary key (calendar_id, version)
) strict, without rowid;

create index pause_scope on pause (scope, scope_id, ended_at);

create index pause_ended on pause (ended_at);

alter table run_live add column abandon_at integer;

create index run_live_abandon on run_live (abandon_at) where abandon_at is not null;

alter table run_live add column wire text;

alter table run_live add column published_at integer;

alter table run_done add column wire text;

create index run_live_unpublished on run_live (seq) where state = 'unpublished';

create index run_live_published on run_live (published_at) where state = 'ready' and published_at is not null;

create table unreported_result (
    run_id text not null primary key,
    ended_at integer not null
) strict, without rowid;

create index unreported_result_ended on unreported_result (ended_at);

create table dead_letter (
    id integer primary key autoincrement,
    at integer not null,
    queue text not null,
    run_id text,
    task text,
    code text not null,
    why text not null,
    headers text not null,
    properties text not null,
    body text not null,
    body_bytes integer not null
) strict;

create index dead_letter_at on dead_letter (at, id);

create table project_key (
    name text not null primary key,
    value text not null
) strict, without rowid;

alter table run_live add column waits_for text;

alter table run_live add column slot_key text;

alter table run_live add column slot_limit integer;

alter table run_live add column slot_at integer;

alter table run_live add column turn_at integer;

create index run_live_waits on run_live (waits_for, priority desc, seq) where waits_for is not null;

create index run_live_slot on run_live (slot_key) where slot_key is not null;

drop index run_live_lock;

create unique index run_live_lock on run_live (lock_key) where lock_key is not null and (state <> 'held' or waits_for is not null);

create table limiter (
    key text not null primary key,
    interval_us integer not null,
    burst integer not null,
    next_at_us integer not null
) strict, without rowid;

create table unique_run (
    key text not null primary key,
    run_id text not null,
    until_at integer
) strict, without rowid;

create table chord (
    group_id text not null primary key,
    size integer not null,
    members text not null,
    started_at integer not null
) strict, without rowid;

create index chord_started on chord (started_at);

create table chord_part (
    group_id text not null,
    run_id text not null,
    state text not null,
    result text not null,
    primary key (group_id, run_id)
) strict, without rowid;

create index run_live_root on run_live (root_id) where root_id is not null;

create index run_done_root on run_done (root_id) where root_id is not null;

create table handled_run (
    run_id text not null primary key,
    at integer not null,
    handled_by text not null
) strict, without rowid;

create index handled_run_at on handled_run (at);
