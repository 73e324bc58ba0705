import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

const INT32 = 0x8000_0000;
/** What lies deeper is null: no header of Celery's does. */
const DEEPEST = 100;

/** A number with its AMQP type spelled out, as the driver takes it. */
type Typed = { readonly "!": "int32" | "int64" | "double"; readonly value: number };
/** What the driver writes into a field table. */
export type FieldValue = null | boolean | string | Typed | FieldValue[] | { [key: string]: FieldValue };

/**
 * A message's headers as the driver writes them. Left to itself it picks an integer's type by its size, and the 16 bits that it takes for 300 are read
 * as a text by the py-amqp of most Celery installations: one such message drops a Python worker's connection for ever. So every integer is written as
 * 32 bits, larger ones as 64, as Python does.
 */
export function toFieldTable(headers: JsonObject): { [key: string]: FieldValue } {
  const fields: { [key: string]: FieldValue } = {};
  for (const key of Object.keys(headers)) {
    const value = headers[key];
    if (value === undefined) continue;
    // Not by assignment where it would mean something else: a header may have any name.
    if (key === "__proto__") Object.defineProperty(fields, key, { value: toField(value), enumerable: true });
    else fields[key] = toField(value);
  }
  return fields;
}

function toField(value: Json): FieldValue {
  if (typeof value === "number") return typedNumber(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toField);
  const table = toFieldTable(value as JsonObject);
  // The driver takes an object with a field `!` of its own for a typed value: an inherited one is written as what it is.
  return Object.hasOwn(table, "!") ? Object.create(table) : table;
}

function typedNumber(value: number): Typed {
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63) return { "!": "double", value };
  return { "!": value >= -INT32 && value < INT32 ? "int32" : "int64", value };
}

/** A field table as JSON: times are their Unix seconds, bytes their text (base64 where they are none), what JSON has no word for is null. */
export function fromFieldTable(fields: unknown): JsonObject {
  return typeof fields === "object" && fields !== null ? fromTable(fields, DEEPEST) : {};
}

function fromTable(fields: object, depth: number): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, fromField(value, depth - 1)]));
}

function fromField(value: unknown, depth: number): Json {
  if (depth < 0) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map((part) => fromField(part, depth - 1));
  if (value instanceof Uint8Array) return textOf(value);
  if (isTyped(value)) {
    if (typeof value.value === "number") return value.value;
    return isJsonObject(value.value) ? decimalOf(value.value) : null;
  }
  return fromTable(value, depth);
}

/** Times and decimals come from the driver as this; nothing else does, since a table's own `!` would hold a text and no value beside it of this shape. */
function isTyped(value: object): value is { "!": "timestamp" | "decimal"; value: unknown } {
  return "!" in value && (value["!"] === "timestamp" || value["!"] === "decimal") && "value" in value;
}

function decimalOf({ places, digits }: JsonObject): Json {
  return typeof places === "number" && typeof digits === "number" ? digits / 10 ** places : null;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("base64");
  }
}
