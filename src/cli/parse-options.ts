import { InvalidArgumentError } from "commander";
import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
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

/** Celery's order: the most, then the least, which is 1 where it is absent. */
export function bounds(text: string): { readonly min: number; readonly max: number } {
  const [max, min = 1, ...others] = text
    .split(",")
    .map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (max !== undefined && others.length === 0 && min >= 1 && min <= max && max <= 1000) return { min, max };
  throw new InvalidArgumentError("expected two whole numbers from 1 to 1000, the larger one first, such as 10,2");
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

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const ISO_WITH_OFFSET = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)$/;

/** A time to come: so long from now (`90d`, `12h`, `30m`, `10s`, `2w`), or an instant. */
export function timeFromNow(option: string, text: string, now: Instant): Instant {
  return relativeTime(option, text, now, 1);
}

/** A time that has passed: so long before now, or an instant. */
export function timeBeforeNow(option: string, text: string, now: Instant): Instant {
  return relativeTime(option, text, now, -1);
}

function relativeTime(option: string, text: string, now: Instant, direction: 1 | -1): Instant {
  const [, amount, unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return now + direction * Number(amount) * (UNITS[unit] ?? 0);
  const instant = ISO_WITH_OFFSET.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new HyoshiError(
    "usage",
    `option '${option}' is '${text}': expected a length such as 90d, 12h or 30m, or an ISO 8601 time with an offset, such as 2027-03-01T09:00:00+09:00`,
  );
}
