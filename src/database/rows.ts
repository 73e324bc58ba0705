import type { Generated } from "kysely";

/** The columns of each table as the drivers hand them over. JSON columns are text on both databases. */
export interface PeriodicTaskRow {
  id: Generated<number>;
  uid: string;
  name: string;
  task: string;
  input: string;
  queue: string | null;
  priority: number | null;
  options: string;
  tags: string;
  owner_id: number | null;
  description: string;
  enabled: number;
  code_base: string | null;
  /** The app that defines it in code; null for one that was made in the admin. */
  code_app: string | null;
  /** Why it fires no more until a person releases it. */
  held_reason: string | null;
  created_at: number;
  updated_at: number;
  archived_at: number | null;
  version: number;
}

export interface PeriodicTaskTagRow {
  tag: string;
  periodic_task_id: number;
}

export interface PeriodicTaskOutcomeRow {
  periodic_task_id: number;
  run_id: string;
  state: string;
  ended_at: number;
  duration_ms: number | null;
  succeeded_at: number | null;
  failed_in_a_row: number;
}

export interface PauseRow {
  id: Generated<number>;
  scope: string;
  scope_id: string;
  from_at: number;
  until_at: number | null;
  ended_at: number | null;
  by_name: string;
  reason: string;
}

export interface ScheduleRow {
  id: Generated<number>;
  uid: string;
  periodic_task_id: number;
  name: string;
  definition: string;
  zone: string;
  input: string | null;
  misfire: string;
  gap: Generated<string>;
  fold: Generated<string>;
  calendar_id: number | null;
  calendar_rule: string | null;
  catch_up_window_ms: number | null;
  catch_up_cap: number | null;
  jitter_ms: number | null;
  starts_at: number | null;
  ends_at: number | null;
  /** The tz database that it was last planned with; null in a database that was filled by hand. */
  tz_version: string | null;
  enabled: number;
  removed_at: number | null;
  version: number;
}

export interface ScheduleRevisionRow {
  schedule_id: number;
  version: number;
  definition: string;
  zone: string;
  gap: Generated<string>;
  fold: Generated<string>;
  calendar_id: number | null;
  calendar_version: number | null;
  calendar_rule: string | null;
  starts_at: number | null;
  ends_at: number | null;
  from_at: number;
  tz_version: string;
}

export interface CalendarRow {
  id: Generated<number>;
  uid: string;
  name: string;
  sources: string;
  days: string;
  /** The version of its days that every schedule which follows it is planned with. */
  planned_version: number;
  created_at: number;
  updated_at: number;
  archived_at: number | null;
  version: number;
}

export interface CalendarRevisionRow {
  calendar_id: number;
  version: number;
  days: string;
  from_at: number;
}

/** How many runs were sent, where a periodic task ends after a number of them. */
export interface PeriodicTaskSentRow {
  periodic_task_id: number;
  sent: number;
}

export interface ScheduleCursorRow {
  schedule_id: number;
  version: number;
  next_at: number | null;
  accounted_from: number;
  accounted_to: number;
  error: string | null;
}

export interface FiringRow {
  schedule_id: number;
  nominal_at: number;
  through_at: number;
  version: number;
  verdict: string;
  reason: string;
  detail: string | null;
  run_id: string | null;
  decided_at: number;
}

export interface RunLiveRow {
  seq: Generated<number>;
  id: string;
  task: string;
  queue: string;
  priority: number;
  state: string;
  input: string;
  options: string;
  origin: string;
  periodic_task_id: number | null;
  schedule_id: number | null;
  schedule_version: number | null;
  nominal_at: number | null;
  parent_id: string | null;
  root_id: string | null;
  lock_key: string | null;
  available_at: number;
  expires_at: number | null;
  /** When it stops counting as unfinished, where others wait for its end. */
  abandon_at: number | null;
  queued_at: number;
  process_id: number | null;
  claim: Generated<number>;
  attempt: Generated<number>;
  retries: Generated<number>;
  lost: Generated<number>;
  suspect: Generated<number>;
  started_at: number | null;
  attempt_started_at: number | null;
  progress: string | null;
  cancel_requested_at: number | null;
  cancel_requested_by: string | null;
  /** What a Celery message says beyond the run. */
  wire: string | null;
  /** When the broker took its message; null while nobody has handed it over. */
  published_at: number | null;
  /** The limit that it waits for; it is held meanwhile. */
  waits_for: string | null;
  /** The limit under which it counts as being executed. */
  slot_key: string | null;
  slot_limit: number | null;
  slot_at: number | null;
  /** Its turn under a rate. */
  turn_at: number | null;
}

export interface RunDoneRow {
  id: string;
  task: string;
  queue: string;
  priority: number;
  state: string;
  input: string;
  options: string;
  origin: string;
  periodic_task_id: number | null;
  schedule_id: number | null;
  schedule_version: number | null;
  nominal_at: number | null;
  parent_id: string | null;
  root_id: string | null;
  available_at: number;
  expires_at: number | null;
  queued_at: number;
  process: string | null;
  attempt: number;
  retries: number;
  started_at: number | null;
  attempt_started_at: number | null;
  ended_at: number;
  progress: string | null;
  result: string | null;
  error: string | null;
  wire: string | null;
}

/** An ended run whose result the result backend has not confirmed. */
export interface UnreportedResultRow {
  run_id: string;
  ended_at: number;
}

/** A message that was taken from a queue and refused. */
export interface DeadLetterRow {
  id: Generated<number>;
  at: number;
  queue: string;
  run_id: string | null;
  task: string | null;
  code: string;
  why: string;
  headers: string;
  properties: string;
  /** Base64, its first 64 KiB. */
  body: string;
  body_bytes: number;
}

export interface AttemptRow {
  run_id: string;
  number: number;
  claim: number;
  process: string | null;
  started_at: number | null;
  ended_at: number;
  outcome: string;
  error: string | null;
  result: string | null;
}

export interface RunLogRow {
  run_id: string;
  chunk: number;
  attempt: number;
  first_line: number;
  at: number;
  text: string;
}

export interface ProcessRow {
  id: Generated<number>;
  kind: string;
  name: string;
  host: string;
  pid: number;
  started_at: number;
  lease_until: number;
  loop_lag: number;
  info: string;
}

export interface AnnouncedTaskRow {
  task: string;
  schema_hash: string;
  process_id: number;
  announcement: string;
  announced_at: number;
}

export interface ChangeRow {
  id: Generated<number>;
  at: number;
  by_name: string;
  resource: string;
  resource_id: string;
  label: string;
  action: string;
  before: string | null;
  after: string | null;
}

export interface UserRow {
  id: Generated<number>;
  username: string;
  username_key: string;
  display_name: string;
  email: string;
  password_hash: string | null;
  active: number;
  superuser: number;
  created_at: number;
  last_sign_in_at: number | null;
  version: number;
}

export interface GroupRow {
  id: Generated<number>;
  name: string;
  version: number;
}

export interface UserGroupRow {
  user_id: number;
  group_id: number;
}

export interface UserPermissionRow {
  user_id: number;
  permission: string;
}

export interface GroupPermissionRow {
  group_id: number;
  permission: string;
}

export interface LoginSessionRow {
  token_hash: string;
  user_id: number;
  csrf_token: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
}

export interface ApiTokenRow {
  id: Generated<number>;
  user_id: number;
  name: string;
  token_hash: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
}

export interface SignInFailureRow {
  subject: string;
  failures: number;
  since_at: number;
}

/** What the project's processes sign messages with. */
export interface ProjectKeyRow {
  name: string;
  value: string;
}

/** What Kysely knows of the database. */
export interface LimiterRow {
  key: string;
  interval_us: number;
  burst: number;
  next_at_us: number;
}

/** A chord that the database counts. */
export interface ChordRow {
  group_id: string;
  size: number;
  /** JSON. */
  members: string;
  started_at: number;
}

export interface ChordPartRow {
  group_id: string;
  run_id: string;
  state: string;
  /** JSON. */
  result: string;
}

/** A run without success that nobody has to look after any more. */
export interface HandledRunRow {
  run_id: string;
  at: number;
  handled_by: string;
}

export interface UniqueRunRow {
  key: string;
  run_id: string;
  /** Null: while the run is unfinished. */
  until_at: number | null;
}

export interface Tables {
  limiter: LimiterRow;
  unique_run: UniqueRunRow;
  chord: ChordRow;
  handled_run: HandledRunRow;
  chord_part: ChordPartRow;
  periodic_task: PeriodicTaskRow;
  periodic_task_tag: PeriodicTaskTagRow;
  periodic_task_outcome: PeriodicTaskOutcomeRow;
  periodic_task_sent: PeriodicTaskSentRow;
  pause: PauseRow;
  schedule: ScheduleRow;
  schedule_revision: ScheduleRevisionRow;
  schedule_cursor: ScheduleCursorRow;
  calendar: CalendarRow;
  calendar_revision: CalendarRevisionRow;
  firing: FiringRow;
  run_live: RunLiveRow;
  run_done: RunDoneRow;
  attempt: AttemptRow;
  unreported_result: UnreportedResultRow;
  dead_letter: DeadLetterRow;
  project_key: ProjectKeyRow;
  run_log: RunLogRow;
  process: ProcessRow;
  announced_task: AnnouncedTaskRow;
  change: ChangeRow;
  user: UserRow;
  group: GroupRow;
  user_group: UserGroupRow;
  user_permission: UserPermissionRow;
  group_permission: GroupPermissionRow;
  login_session: LoginSessionRow;
  api_token: ApiTokenRow;
  sign_in_failure: SignInFailureRow;
}
