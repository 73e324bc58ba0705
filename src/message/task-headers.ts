/**
 * The headers of Celery's task message, protocol 2 ("Task Messages" in Celery's internals reference). Everything else beside them is the caller's, but for
 * what transports add on the way.
 */
export const STANDARD_HEADERS: ReadonlySet<string> = new Set([
  "lang",
  "task",
  "id",
  "shadow",
  "eta",
  "expires",
  "group",
  "group_index",
  "retries",
  "timelimit",
  "root_id",
  "parent_id",
  "argsrepr",
  "kwargsrepr",
  "origin",
  "ignore_result",
]);

/** Since Celery 5.3. They are kept among the caller's own headers, where these defaults are left out. */
export const DEFAULT_HEADERS = { replaced_task_nesting: 0, stamped_headers: null, stamps: {} } as const;

/** What belongs to one journey of a message: it is not kept, so that it never lies in a message that is sent again. */
export function isJourneyHeader(name: string): boolean {
  return (
    name === "compression" ||
    name === "redelivered" ||
    /^x-(?:death|first-death-|last-death-|delivery-count|acquired-count)/.test(name)
  );
}
