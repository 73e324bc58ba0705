import { numberWithin, oneOf } from "../base/fault-words.ts";
import type { FieldError } from "../base/field-error.ts";

/** Adds what is wrong. */
export type Report = (...errors: readonly FieldError[]) => void;

/** A whole number between two limits; null where none was given, or one that is wrong, which is then reported. */
export function checkWhole(
  path: string,
  value: number | null | undefined,
  lowest: number,
  highest: number,
  report: Report,
): number | null {
  if (value === undefined || value === null) return null;
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  const accepted = `a whole number from ${lowest} to ${highest}`;
  const detail = `${value} is not accepted: expected ${accepted}`;
  report({ path, code: "not_accepted", detail, accepted, text: numberWithin(true, lowest, highest) });
  return null;
}

/** One of a few words; the first of them where none was given, or one that is wrong, which is then reported. */
export function checkChoice<T extends string>(
  path: string,
  value: T | undefined,
  choices: readonly [T, ...T[]],
  report: Report,
): T {
  if (value === undefined) return choices[0];
  if (choices.includes(value)) return value;
  const accepted = `one of ${choices.join(", ")}`;
  const detail = `'${value}' is not accepted: expected ${accepted}`;
  report({ path, code: "not_accepted", detail, accepted, text: oneOf(choices) });
  return choices[0];
}
