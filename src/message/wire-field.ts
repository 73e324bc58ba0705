import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { hasOffset, parseIsoTime } from "./iso-time.ts";
import { quoted, unreadable } from "./unreadable.ts";

/**
 * Readers of a message's fields. An absent or null field is undefined, as Celery's receivers take it; one of another type fails with
 * `unreadable_message` (`protocol`).
 */
const wrong = (name: string, value: Json, accepted: string) =>
  unreadable("protocol", `its '${name}' is ${quoted(value)}; accepted is ${accepted}`);

export function readText(name: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrong(name, value, "a text or null");
  return value;
}

/** The longest id or name: as long as the columns in which Celery's own result tables keep them. */
const LONGEST_ID = 255;

/** A text that databases can hold and compare. An empty one counts as absent. */
export function readId(name: string, value: Json | undefined): string | undefined {
  const text = readText(name, value);
  if (text === undefined || text === "") return undefined;
  if (!isId(text)) throw wrong(name, text, `a text of 1 to ${LONGEST_ID} characters, none of them a control character`);
  return text;
}

export function isId(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in it.
  return text !== "" && text.length <= LONGEST_ID && text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text);
}

export function readWhole(name: string, value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw wrong(name, value, "a whole number or null");
  return value;
}

export function readFlag(name: string, value: Json | undefined): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrong(name, value, "true, false or null");
  return value;
}

/** @param needsOffset whether a time without an offset is in a zone that the message does not name */
export function readTime(name: string, value: Json | undefined, needsOffset = false): Instant | undefined {
  const text = readText(name, value);
  if (text === undefined) return undefined;
  if (needsOffset && !hasOffset(text))
    throw wrong(name, text, "a time with an offset where 'utc' is false: set enable_utc = True in Celery");
  const instant = parseIsoTime(text);
  if (instant === undefined) throw wrong(name, text, "an ISO 8601 time such as '2031-02-03T04:05:06.789000+00:00'");
  return instant;
}

export function readList(name: string, value: Json | undefined): readonly Json[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrong(name, value, "a list or null");
  return value;
}

export function readObject(name: string, value: Json | undefined): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw wrong(name, value, "an object or null");
  return value;
}

/** `[hard, soft]`, in seconds; 0 and null mean none. */
export function readTimeLimit(value: Json | undefined): { readonly hard?: number; readonly soft?: number } | undefined {
  const [hard, soft] = (readList("timelimit", value) ?? []).map((limit) => {
    if (limit === null || limit === 0) return undefined;
    if (typeof limit !== "number" || limit < 0)
      throw wrong("timelimit", value ?? null, "[hard, soft] in seconds, each a number or null");
    return limit;
  });
  if (hard === undefined && soft === undefined) return undefined;
  return { ...(hard === undefined ? {} : { hard }), ...(soft === undefined ? {} : { soft }) };
}
