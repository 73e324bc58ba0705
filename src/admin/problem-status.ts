/**
 * The HTTP status of every error that a caller can cause or can do something about. A code that is not here is answered as 500:
 * it is a fault of ours, and is logged with its details.
 */
export const problemStatus: Readonly<Record<string, number>> = {
  // The request itself.
  bad_request: 400,
  malformed_json: 400,
  nested_too_deep: 400,
  invalid_cursor: 400,
  invalid_document: 400,
  invalid_query: 400,
  unauthenticated: 401,
  wrong_credentials: 401,
  forbidden: 403,
  csrf_failed: 403,
  cross_site_request: 403,
  session_needed: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  host_not_allowed: 421,
  too_many_attempts: 429,
  too_many_requests: 429,

  // What it asks for.
  stale_version: 409,
  name_taken: 409,
  not_from_code: 409,
  overlap: 409,
  calendar_in_use: 409,
  backfill_too_large: 409,
  run_finished: 409,
  no_periodic_task: 409,
  last_superuser: 409,
  user_inactive: 409,
  record_conflict: 409,
  invalid: 422,
  invalid_crontab: 422,
  crontab_never_matches: 422,
  clocked_in_past: 422,
  invalid_clocked: 422,
  invalid_interval: 422,
  invalid_schedule: 422,
  invalid_solar: 422,
  unknown_time_zone: 422,
  unknown_calendar: 422,
  cannot_compute: 422,
  unknown_holidays: 422,

  // The database: what was asked may succeed later.
  database_busy: 503,
  database_full: 507,
  database_read_only: 503,
  database_refused: 503,
  database_unavailable: 503,
  model_table_missing: 503,
};
