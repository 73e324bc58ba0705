import { z } from "zod";
import { configSchema } from "./config-schema.ts";

export type Path = readonly PropertyKey[];

/** What the setting at `path` accepts, in words: of the nearest part of the schema that says so. */
export function acceptedAt(path: Path): string {
  let words = "another value";
  for (const schema of schemasAlong(path)) {
    const meta = schema.meta()?.accepted;
    if (typeof meta === "string") words = meta;
  }
  return words;
}

/** The settings that there are inside the group at `path`. */
export function keysAt(path: Path): string[] {
  const object = schemasAlong(path).findLast((schema) => schema instanceof z.ZodObject);
  return object === undefined ? [] : Object.keys(object.shape);
}

/** Every setting's path, in the order of the reference. */
export function settingPaths(): string[] {
  return pathsUnder(configSchema, "");
}

/** The default of the setting at `path`; undefined where it depends on other things. */
export function defaultAt(path: Path): unknown {
  return schemasAlong(path).find((schema) => schema instanceof z.ZodDefault)?.def.defaultValue;
}

function pathsUnder(schema: z.ZodObject, prefix: string): string[] {
  return Object.entries(schema.shape).flatMap(([key, part]) => {
    const inner = unwrapped(part as z.ZodType).at(-1);
    const path = prefix === "" ? key : `${prefix}.${key}`;
    return inner instanceof z.ZodObject ? pathsUnder(inner, path) : [path];
  });
}

/** The schemas met on the way to `path`, outermost first, with the wrappers of each. */
function schemasAlong(path: Path): z.ZodType[] {
  const met = unwrapped(configSchema);
  for (const key of path) {
    const next = partOf(met.at(-1), key);
    if (next === undefined) break;
    met.push(...unwrapped(next));
  }
  return met;
}

function partOf(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodObject) return schema.shape[key as string] as z.ZodType | undefined;
  // Of what may be one of several, the one that has parts.
  if (schema instanceof z.ZodUnion) return partOf((schema.options as z.ZodType[]).find(isObject), key);
  return undefined;
}

const isObject = (schema: z.ZodType) => schema instanceof z.ZodObject;

/** A schema and what its defaults and optionals wrap. */
function unwrapped(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return [schema, ...unwrapped(schema.unwrap() as z.ZodType)];
  }
  return [schema];
}
