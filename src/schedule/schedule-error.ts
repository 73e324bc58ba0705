import { asSentence } from "../base/bilingual.ts";
import { HyoshiError } from "../base/error.ts";

/** What is wrong with a schedule that somebody gave. */
export interface ScheduleFault {
  /** Stable, snake_case. */
  readonly code: string;
  readonly message: string;
  /** The same in Japanese, for the person at the form. */
  readonly ja: string;
  /** The part of the schedule at fault, such as `minute` or `latitude`. */
  readonly field: string;
  /** Where the value stands in the document that was given. */
  readonly path: string;
  readonly value: unknown;
  /** What would be accepted, in words. */
  readonly accepted: string;
}

/** The error for a schedule that is refused; `fields` carries `{field, path, value, accepted, text}`. */
export function scheduleError({ code, message, ja, ...fields }: ScheduleFault): HyoshiError {
  return new HyoshiError(code, message, { fields: { ...fields, text: { en: asSentence(message), ja } } });
}

/** Quotes a value for an error's text, short enough to read. */
export function quote(value: unknown): string {
  return `'${shortened(value)}'`;
}

/** The same in Japanese brackets. */
export function quoteJa(value: unknown): string {
  return `「${shortened(value)}」`;
}

function shortened(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The path of `key` inside the value at `path`. */
export function pathOf(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
