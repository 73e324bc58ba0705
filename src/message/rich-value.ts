import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

/**
 * Python values that JSON does not have travel as `{ "__type__": …, "__value__": … }` from Celery 5.3 on (kombu's JSON), and numbers that JavaScript does not
 * have are kept in the same shape while they are here. Both stay as they are in everything that is kept or handed on, so that a Python worker gets
 * what a Python client sent; {@link plainValue} is for the code that is to work with them.
 */
export const NUMBER_TYPE = "number";

/** An integer beyond 2^53, NaN or an infinity, as it stood in the JSON. Never sent in this form: the writer makes the literal of it again. */
export function keptNumber(literal: string): JsonObject {
  return { __type__: NUMBER_TYPE, __value__: literal };
}

const LITERAL = /^(?:-?[1-9]\d{15,}|NaN|-?Infinity)$/;

/** The literal that a kept number stands for; undefined for anything else. */
export function literalOf(value: JsonObject): string | undefined {
  if (value.__type__ !== NUMBER_TYPE) return undefined;
  const literal = value.__value__;
  return isTagged(value) && typeof literal === "string" && LITERAL.test(literal) ? literal : undefined;
}

/** What a JavaScript task works with: tagged dates, decimals, UUIDs and bytes as texts, numbers that JavaScript cannot hold as the text of their digits. */
export function plainValue(value: Json): Json {
  if (Array.isArray(value)) return plainList(value);
  if (!isJsonObject(value)) return value;
  return isTagged(value) ? plainTagged(value) : plainObject(value);
}

function plainList(list: readonly Json[]): readonly Json[] {
  const plain = list.map(plainValue);
  return plain.every((part, index) => part === list[index]) ? list : plain;
}

export function plainObject(object: JsonObject): JsonObject {
  const entries = Object.entries(object).map(([key, part]) => [key, plainValue(part)] as const);
  return entries.every(([key, part]) => part === object[key]) ? object : Object.fromEntries(entries);
}

/** Readers take an object for a tagged value only if it has these two keys and no other. */
function isTagged(value: JsonObject): boolean {
  return typeof value.__type__ === "string" && "__value__" in value && Object.keys(value).length === 2;
}

const TEXTS: ReadonlySet<unknown> = new Set(["datetime", "date", "time", "decimal", "bytes", "base64"]);

function plainTagged(tagged: JsonObject): Json {
  const { __type__: type, __value__: value } = tagged;
  if (TEXTS.has(type) && typeof value === "string") return value;
  if (type === "uuid" && isJsonObject(value ?? null)) return uuidText((value as JsonObject).hex) ?? tagged;
  return literalOf(tagged) ?? plainObject(tagged);
}

function uuidText(hex: Json | undefined): string | undefined {
  const parts = typeof hex === "string" ? /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex) : null;
  return parts?.slice(1).join("-");
}
