import { InvalidArgumentError } from "commander";
import type { Json, JsonObject } from "../base/json.ts";
import { isJsonObject } from "../base/json.ts";

/** For commander's options: each answers the value, or throws with what it expected. */

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
  };
}

export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= 2_147_483) return value * 1000;
  throw new InvalidArgumentError("expected a number of seconds, such as 30 or 0.5");
}

/** Names apart by commas; the option may be repeated. */
export function names(text: string, before: readonly string[] | undefined): string[] {
  const given = text.split(",").map((name) => name.trim());
  if (given.some((name) => name === "")) throw new InvalidArgumentError("expected names, apart by commas");
  return [...(before ?? []), ...given];
}

export function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new InvalidArgumentError(`expected JSON (${(error as Error).message})`);
  }
}

export function jsonList(text: string): readonly Json[] {
  const value = json(text);
  if (Array.isArray(value)) return value;
  throw new InvalidArgumentError("expected a JSON list, such as '[1, 2]'");
}

export function jsonObject(text: string): JsonObject {
  const value = json(text);
  if (isJsonObject(value)) return value;
  throw new InvalidArgumentError(`expected a JSON object, such as '{"counterId": 1}'`);
}
