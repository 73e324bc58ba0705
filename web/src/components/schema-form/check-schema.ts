import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import type { JsonFault } from "../json/json-editor.tsx";
import { sentenceOf } from "./schema-sentence.ts";
import type { SchemaWords } from "./schema-words.ts";

/** Keywords that only repeat that something inside them is at fault. */
const containers = new Set([
  "$ref",
  "additionalItems",
  "additionalProperties",
  "allOf",
  "else",
  "if",
  "items",
  "patternProperties",
  "prefixItems",
  "properties",
  "then",
  "unevaluatedProperties",
]);

/**
 * Checks a value against a JSON Schema without generating code, which the content security policy forbids. Each fault has the JSON
 * Pointer of the value that must change; a missing property has its own pointer.
 */
export function checkSchema(schema: object, value: unknown, words: SchemaWords): JsonFault[] {
  const validator = new Validator(schema as Schema, "2020-12", false);
  const { valid, errors } = validator.validate(value);
  if (valid) return [];
  const faults = errors.flatMap((error) => (containers.has(error.keyword) ? [] : [faultOf(error, schema, words)]));
  // A type at fault makes every other keyword at the same place complain too.
  const mistyped = new Set(errors.filter((error) => error.keyword === "type").map(pathOf));
  const kept = faults.filter((fault) => !mistyped.has(fault.path) || fault.keyword === "type");
  const seen = new Set<string>();
  return kept
    .filter(({ path, text }) => !seen.has(path + text) && seen.add(path + text))
    .map(({ path, text }) => ({ path, text }));
}

/** Whether the value fits, for choosing among the branches of `anyOf`. */
export function fitsSchema(schema: object, value: unknown): boolean {
  try {
    return new Validator(schema as Schema, "2020-12", true).validate(value).valid;
  } catch {
    return false;
  }
}

const pathOf = (error: OutputUnit): string => decodeURIComponent(error.instanceLocation.replace(/^#/, ""));

function faultOf(error: OutputUnit, schema: object, words: SchemaWords): JsonFault & { keyword: string } {
  const path = pathOf(error);
  const keyword = error.keyword;
  const limit = resolve(schema, error.keywordLocation);
  const missing = keyword === "required" ? /"(.+)"/.exec(error.error)?.[1] : undefined;
  const pointed = missing === undefined ? path : `${path}/${missing.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return { path: pointed, keyword, text: sentenceOf(keyword, limit, error.error, words) };
}

/** The keyword's own value in the schema, through references within it. */
function resolve(schema: object, location: string): unknown {
  let part: unknown = schema;
  for (const step of location.replace(/^#/, "").split("/").slice(1)) {
    const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    part = typeof part === "object" && part !== null ? (part as Record<string, unknown>)[key] : undefined;
    if (key === "$ref" && typeof part === "string") part = part.startsWith("#") ? resolve(schema, part) : undefined;
  }
  return part;
}
