import { type Bilingual, isBilingual } from "./bilingual.ts";
import { HyoshiError } from "./error.ts";

/** What is wrong with one part of a document that somebody gave. */
export interface FieldError {
  /** JSON Pointer into the document (`/schedules/0/expression`), or `?name` for a query parameter. */
  readonly path: string;
  readonly code: string;
  /** A sentence without the field's name in front. */
  readonly detail: string;
  /** What would be accepted, in words. */
  readonly accepted?: string;
  /** The part of the value at fault, where it has no path of its own: the `minute` of a crontab. */
  readonly field?: string;
  /** Fault and remedy as the person at the form reads them. */
  readonly text?: Bilingual;
}

/** The error `invalid` that reports every fault at once; `fields.errors` carries them. */
export function invalid(errors: readonly FieldError[]): HyoshiError {
  const text = errors.map(({ path, detail }) => (path === "" ? detail : `${path}: ${detail}`)).join("; ");
  return new HyoshiError("invalid", text, { fields: { errors } });
}

/**
 * The fault that an error tells of by its `fields`: `path` (a pointer, or names with dots between them), `field`, `accepted` and
 * `text`, all of them optional. `above` is the path of the document that they are of.
 */
export function fieldErrorOf({ code, message, fields }: HyoshiError, above = ""): FieldError {
  const { path: place, field, accepted, text } = fields;
  const given = typeof place === "string" ? place : "";
  const path = /^[/?]/.test(given) ? given : pointer(above, ...(given === "" ? [] : given.split(".")));
  return {
    path,
    code,
    detail: message,
    ...(typeof accepted === "string" && { accepted }),
    // The last name of a path says it already.
    ...(typeof field === "string" && !path.endsWith(`/${field}`) && { field }),
    ...(isBilingual(text) && { text }),
  };
}

/** The path of `key` inside what `path` points at, escaped as RFC 6901 says. */
export function pointer(path: string, ...keys: readonly (string | number)[]): string {
  return path + keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
