import { createHash } from "node:crypto";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { HyoshiError, messageOf } from "../base/error.ts";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { type JsonIssue, jsonPointer, toJson } from "./to-json.ts";

/**
 * The value as its schema gives it. Answers at once where the schema does, so that a run costs no turn of the event loop
 * for it. Fails with `code`, whose `fields.issues` are the places and what is wrong with each.
 */
export function validate(schema: StandardSchemaV1, value: unknown, code: string, what: string): unknown {
  const result = schema["~standard"].validate(value);
  return result instanceof Promise ? result.then((later) => accept(later, code, what)) : accept(result, code, what);
}

function accept(result: StandardSchemaV1.Result<unknown>, code: string, what: string): unknown {
  if (result.issues === undefined) return result.value;
  throw schemaError(
    code,
    what,
    result.issues.map(({ path, message }) => ({
      path: jsonPointer((path ?? []).map((part) => (typeof part === "object" ? part.key : part))),
      message,
    })),
  );
}

/** How many issues an error's text tells; `fields.issues` has them all. */
const TOLD = 3;

export function schemaError(code: string, what: string, issues: readonly JsonIssue[]): HyoshiError {
  const told = issues.slice(0, TOLD).map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  if (issues.length > TOLD) told.push(`and ${issues.length - TOLD} more`);
  return new HyoshiError(code, `${what} does not fit its schema: ${told.join("; ")}`, { fields: { issues } });
}

/**
 * The JSON Schema (draft 2020-12) of what `schema` takes. Fails with `invalid_task` when its library gives none, or
 * none for this schema.
 */
export function jsonSchemaOf(task: string, schema: StandardSchemaV1): JsonObject {
  const { jsonSchema, vendor } = (schema as StandardSchemaV1 & Partial<StandardJSONSchemaV1>)["~standard"] as {
    readonly jsonSchema?: StandardJSONSchemaV1.Converter;
    readonly vendor: string;
  };
  const fail = (why: string, cause?: unknown) =>
    new HyoshiError("invalid_task", `the input schema of task '${task}' has no JSON Schema: ${why}`, {
      cause,
      fields: { task, option: "input" },
    });
  if (jsonSchema === undefined) {
    throw fail(`'${vendor}' does not give one; zod does from 4.2 on, as does any Standard JSON Schema library`);
  }
  let given: Record<string, unknown>;
  try {
    given = jsonSchema.input({ target: "draft-2020-12" });
  } catch (error) {
    throw fail(messageOf(error), error);
  }
  const { value, issue } = toJson(given);
  if (issue !== undefined) throw fail(issue.message);
  if (!isJsonObject(value)) throw fail("it is not an object");
  return value;
}

/** Equal for equal schemas, whatever the order of their keys; 16 hexadecimal digits. */
export function schemaHash(schema: Json): string {
  return createHash("sha256").update(canonicalJson(schema)).digest("hex").slice(0, 16);
}

/** The properties of a plain object schema in declared order; undefined for any other. */
export function propertiesOf(schema: Json): readonly string[] | undefined {
  if (!isJsonObject(schema) || schema.type !== "object" || !isJsonObject(schema.properties)) return undefined;
  return Object.keys(schema.properties);
}
