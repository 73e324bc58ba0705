import type { Json, JsonObject } from "../base/json.ts";

/**
 * The headers of Celery's task message, protocol 2 ("Task Messages" in Celery's internals reference). Everything else beside them is the caller's, but for
 * what transports add on the way.
 */
const STANDARD_HEADERS: ReadonlySet<string> = new Set([
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

/**
 * The caller's own headers. None takes the place of one that says what the message is, and what belongs to one journey of a message is left out, so that it never lies in one
 * that is sent again.
 */
export function ownHeaders(headers: JsonObject): JsonObject {
  const own: Record<string, Json> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || STANDARD_HEADERS.has(name) || isDefault(name, value) || JOURNEY.test(name)) continue;
    // Not by assignment: a header may have any name.
    Object.defineProperty(own, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return own;
}

const JOURNEY =
  /^(?:compression|redelivered|x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-acquired-count)$/;

function isDefault(name: string, value: Json): boolean {
  if (!(name in DEFAULT_HEADERS)) return false;
  if (name === "replaced_task_nesting") return value === 0;
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
