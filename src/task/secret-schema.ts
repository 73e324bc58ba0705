import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

/** How deep a schema is followed: one may hold itself. */
const DEEPEST = 64;

/** Whether a schema declares the value secret: `secret: true`, `writeOnly: true`, or the format `password`. */
function isSecret(schema: JsonObject): boolean {
  return schema.secret === true || schema.writeOnly === true || schema.format === "password";
}

/** Whether a JSON Schema declares something secret anywhere. */
export function declaresSecrets(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.some(declaresSecrets);
  if (!isJsonObject(schema)) return false;
  return isSecret(schema) || Object.values(schema).some(declaresSecrets);
}

/**
 * The value with what `schema` declares secret replaced by what `replace` makes of it; the same value where there is nothing. Where a schema offers
 * several forms, what one of them declares secret is: better one too many.
 */
export function mapSecrets(schema: Json, value: Json, replace: (secret: Json) => Json): Json {
  return walk([schema], value, { root: schema, replace }, 0);
}

interface Walk {
  readonly root: Json;
  readonly replace: (secret: Json) => Json;
}

function walk(schemas: readonly Json[], value: Json, to: Walk, depth: number): Json {
  if (depth > DEEPEST || value === null || schemas.length === 0) return value;
  const whole = schemas.flatMap((schema) => formsOf(schema, to.root, 0));
  if (whole.some(isSecret)) return to.replace(value);
  if (Array.isArray(value)) {
    return mapped(value, (item, index) =>
      walk(
        whole.flatMap((schema) => ofItem(schema, index)),
        item,
        to,
        depth + 1,
      ),
    );
  }
  if (!isJsonObject(value)) return value;
  let changed: { [key: string]: Json } | undefined;
  for (const [key, part] of Object.entries(value)) {
    const next = walk(
      whole.flatMap((schema) => ofProperty(schema, key)),
      part,
      to,
      depth + 1,
    );
    if (next === part) continue;
    changed ??= { ...value };
    changed[key] = next;
  }
  return changed ?? value;
}

function mapped(list: readonly Json[], change: (item: Json, index: number) => Json): Json {
  const changed = list.map(change);
  return changed.some((item, index) => item !== list[index]) ? changed : (list as Json);
}

/** The schema itself and every one that it refers to or is put together from. */
function formsOf(schema: Json, root: Json, depth: number): JsonObject[] {
  if (!isJsonObject(schema) || depth > DEEPEST) return [];
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));
  for (const key of ["if", "then", "else", "not"]) if (schema[key] !== undefined) parts.push(schema[key]);
  if (typeof schema.$ref === "string") parts.push(referred(root, schema.$ref));
  return [schema, ...parts.flatMap((part) => formsOf(part, root, depth + 1))];
}

function referred(root: Json, reference: string): Json {
  if (!reference.startsWith("#")) return null;
  let at: Json = root;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (!isJsonObject(at)) return null;
    at = at[key] ?? null;
  }
  return at;
}

function ofItem({ prefixItems, items, contains }: JsonObject, index: number): Json[] {
  const own = Array.isArray(prefixItems) ? prefixItems[index] : undefined;
  return [own ?? items, contains].filter((schema) => schema !== undefined);
}

function ofProperty({ properties, patternProperties, additionalProperties }: JsonObject, key: string): Json[] {
  const own = isJsonObject(properties ?? null) ? (properties as JsonObject)[key] : undefined;
  const byPattern = isJsonObject(patternProperties ?? null)
    ? Object.entries(patternProperties as JsonObject).flatMap(([pattern, schema]) =>
        matches(pattern, key) ? [schema] : [],
      )
    : [];
  const found = own === undefined ? byPattern : [own, ...byPattern];
  return found.length > 0 || additionalProperties === undefined ? found : [additionalProperties];
}

function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern, "u").test(key);
  } catch {
    return false;
  }
}
