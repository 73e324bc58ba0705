import { inspect } from "node:util";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";

/** Deeper values are refused: readers of JSON elsewhere give up at about this depth. */
export const MAX_JSON_DEPTH = 500;
/** Larger values are refused, counted in characters of text and 8 for anything else. */
export const MAX_JSON_SIZE = 16 * 1024 * 1024;

export interface JsonIssue {
  /** A JSON Pointer; empty for the value itself. */
  readonly path: string;
  readonly message: string;
  /** It would be JSON if there were less of it. */
  readonly isTooLarge?: true;
}

/** A value as JSON, or why it is none. Hand it to {@link jsonError} where that is an error. */
export type ToJson =
  | { readonly value: Json; readonly issue?: undefined }
  | { readonly value?: undefined; readonly issue: JsonIssue };

class NotJson extends Error {
  readonly issue: JsonIssue;

  constructor(path: readonly string[], message: string, isTooLarge = false) {
    super(message);
    this.issue = { path: jsonPointer(path), message, ...(isTooLarge && { isTooLarge }) };
  }
}

/**
 * The value as it will be read again. As with JSON.stringify, `undefined` in an object is left out, and `toJSON` is
 * called, so that a Date is its text; but what JSON.stringify would silently lose or turn into something else (functions,
 * symbols, bigints, NaN, `undefined` in a list, Maps, Sets, class instances, circles) is an issue that names the place.
 * `undefined` itself is null.
 */
export function toJson(value: unknown): ToJson {
  if (value === undefined || value === null) return { value: null };
  try {
    return { value: convert(value, { path: [], open: new Set(), size: 0 }) };
  } catch (error) {
    if (error instanceof NotJson) return { issue: error.issue };
    throw error;
  }
}

/** How much of a value stands in its place that was too large. */
const SHOWN_OF_CUT = 2_000;

/** What is kept of a value that is too large: that it was cut, and how it began. */
export function cutValue(value: unknown): Json {
  const bounds = { depth: 3, maxArrayLength: 20, maxStringLength: SHOWN_OF_CUT, breakLength: Number.POSITIVE_INFINITY };
  const begins = (typeof value === "string" ? value : inspect(value, bounds)).slice(0, SHOWN_OF_CUT);
  return { "hyoshi:cut": `it was larger than ${MAX_JSON_SIZE} characters, and only its beginning is kept`, begins };
}

/** The error of a value that is not JSON. `what` begins its text: `the result of task 'x'`. */
export function jsonError(code: string, what: string, issue: JsonIssue): HyoshiError {
  const where = issue.path === "" ? "" : ` at ${issue.path}`;
  return new HyoshiError(code, `${what} is not JSON: ${issue.message}${where}`, { fields: { path: issue.path } });
}

interface Walk {
  readonly path: string[];
  readonly open: Set<object>;
  size: number;
}

function convert(value: unknown, walk: Walk): Json {
  switch (typeof value) {
    case "string":
      grow(walk, value.length);
      return value;
    case "boolean":
      grow(walk, 8);
      return value;
    case "number":
      grow(walk, 8);
      if (!Number.isFinite(value)) throw new NotJson(walk.path, `the number ${value}`);
      // JSON has no -0.
      return value === 0 ? 0 : value;
    case "object":
      return value === null ? null : convertObject(value, walk);
    case "bigint":
      throw new NotJson(walk.path, `the bigint ${value}n (make it a number or a text)`);
    case "undefined":
      throw new NotJson(walk.path, "undefined in a list (use null)");
    default:
      throw new NotJson(walk.path, `a ${typeof value}`);
  }
}

function convertObject(value: object, walk: Walk): Json {
  grow(walk, 8);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const shown: unknown = value.toJSON(walk.path.at(-1) ?? "");
    if (shown === value) throw new NotJson(walk.path, "an object whose toJSON answers itself");
    return shown === undefined ? null : convert(shown, walk);
  }
  if (walk.open.has(value)) throw new NotJson(walk.path, "a value that contains itself");
  if (walk.path.length >= MAX_JSON_DEPTH) throw new NotJson(walk.path, `nested deeper than ${MAX_JSON_DEPTH} levels`);
  walk.open.add(value);
  const json = Array.isArray(value) ? convertList(value, walk) : convertRecord(value, walk);
  walk.open.delete(value);
  return json;
}

function convertList(list: readonly unknown[], walk: Walk): Json {
  // Not `map`, which passes over the holes of a list.
  return Array.from(list, (item, index) => within(walk, String(index), item));
}

function convertRecord(record: object, walk: Walk): Json {
  const prototype: unknown = Object.getPrototypeOf(record);
  // An object of another realm (a vm, jiti's sandbox) has another Object.prototype, whose own prototype is null as well.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new NotJson(walk.path, `an instance of ${record.constructor?.name || "a class"}`);
  }
  const json: { [key: string]: Json } = {};
  for (const [key, part] of Object.entries(record)) {
    if (part === undefined) continue;
    grow(walk, key.length);
    const converted = within(walk, key, part);
    if (key === "__proto__") Object.defineProperty(json, key, { value: converted, enumerable: true });
    else json[key] = converted;
  }
  return json;
}

function within(walk: Walk, key: string, part: unknown): Json {
  walk.path.push(key);
  const json = convert(part, walk);
  walk.path.pop();
  return json;
}

function grow(walk: Walk, by: number): void {
  walk.size += by;
  if (walk.size > MAX_JSON_SIZE) throw new NotJson(walk.path, `larger than ${MAX_JSON_SIZE} characters`, true);
}

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
