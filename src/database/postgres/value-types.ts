import type { CustomTypesConfig } from "pg";
import type { PostgresDriver } from "./load-driver.ts";

const BOOL = 16;
const INT8 = 20;
const JSON_TEXT = 114;
const NUMERIC = 1700;
const JSONB = 3802;

type Parse = (text: string) => unknown;
const asText: Parse = (text) => text;

/** What one row type needs to serve both databases: flags are 0 or 1, counts and times numbers, JSON is text. */
const stored: ReadonlyMap<number, Parse> = new Map([
  [BOOL, (text) => (text === "t" ? 1 : 0)],
  [INT8, Number],
  [NUMERIC, Number],
  [JSON_TEXT, asText],
  [JSONB, asText],
] satisfies [number, Parse][]);

/** Values of hyoshi's own tables, as SQLite hands them over. */
export function storedTypes(driver: PostgresDriver): CustomTypesConfig {
  return overriding(driver, stored);
}

/** Values of the apps' own tables: the driver's, but whole numbers are numbers, as SQLite hands them over, where those are exact. */
export function taskTypes(driver: PostgresDriver): CustomTypesConfig {
  return overriding(driver, new Map([[INT8, exactNumber]]));
}

const exactNumber: Parse = (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

function overriding({ types }: PostgresDriver, parsers: ReadonlyMap<number, Parse>): CustomTypesConfig {
  return {
    getTypeParser: (oid, format) => {
      const parse = format === "binary" ? undefined : parsers.get(oid);
      return parse ?? types.getTypeParser(oid, format);
    },
  };
}

/** A parameter as PostgreSQL can keep it: its texts have no NUL, which would fail the whole batch that holds one. */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\u{fffd}") : value;
  return Array.isArray(value) ? value.map(storable) : value;
}
