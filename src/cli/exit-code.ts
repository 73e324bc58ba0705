import { isHyoshiError } from "../base/error.ts";

/** What the command's exit code says. Scripts may rely on these numbers. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** Of `plan`: something is to be done. */
  changes: 7,
  configuration: 3,
  notFound: 4,
  timedOut: 5,
  database: 6,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For the help and the reference. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: "done; a service was stopped and has handed back its work",
  1: "what was asked for failed: the run did not succeed, the operation was refused",
  2: "the command's own words are wrong: an unknown option, JSON that is none, input that does not fit",
  3: "the configuration is missing, cannot be read or has errors",
  4: "there is no such task, run, periodic task or user",
  5: "the time given with --timeout was over",
  6: "the database cannot be used: away, refusing, not migrated, newer than this program, locked, read-only or full",
  7: "of `plan`: something is to be done",
};

const byCode: Readonly<Record<string, ExitCode>> = {
  usage: exitCodes.usage,
  invalid: exitCodes.usage,
  invalid_input: exitCodes.usage,
  invalid_document: exitCodes.usage,
  invalid_query: exitCodes.usage,
  unknown_calendar: exitCodes.usage,
  unknown_source: exitCodes.usage,
  invalid_schedule: exitCodes.usage,
  invalid_interval: exitCodes.usage,
  invalid_crontab: exitCodes.usage,
  crontab_never_matches: exitCodes.usage,
  invalid_solar: exitCodes.usage,
  invalid_clocked: exitCodes.usage,
  clocked_in_past: exitCodes.usage,
  unknown_time_zone: exitCodes.usage,
  unknown_holidays: exitCodes.usage,
  invalid_cursor: exitCodes.usage,
  invalid_send_option: exitCodes.usage,
  no_config: exitCodes.configuration,
  config_unreadable: exitCodes.configuration,
  config_invalid: exitCodes.configuration,
  driver_missing: exitCodes.configuration,
  no_remote_control: exitCodes.configuration,
  not_found: exitCodes.notFound,
  unknown_task: exitCodes.notFound,
  unknown_migration: exitCodes.notFound,
  run_not_found: exitCodes.notFound,
  result_timeout: exitCodes.timedOut,
};

/** The exit code for whatever was thrown; where that says nothing special, for what caused it. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (!isHyoshiError(thrown)) return exitCodes.failed;
  if (thrown.code.startsWith("database_") || thrown.code === "second_host") return exitCodes.database;
  return byCode[thrown.code] ?? exitCodeOf(thrown.cause);
}
