import type { FastifySchemaCompiler } from "fastify";
import type { z } from "zod";
import { asSentence, type Bilingual } from "../base/bilingual.ts";
import { HyoshiError } from "../base/error.ts";
import {
  atLeast,
  atLeastCharacters,
  atLeastEntries,
  atMost,
  atMostCharacters,
  atMostEntries,
  faultWords,
  multipleOf,
  ofType,
  oneOf,
} from "../base/fault-words.ts";
import { type FieldError, invalid, pointer } from "../base/field-error.ts";

type Issue = z.core.$ZodIssue;

/** Checks what a request brings against its route's zod schemas, and says what is wrong with it. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    const { success, data: value, error } = schema.safeParse(data, { reportInput: true });
    return success ? { value } : { error: refusal(error.issues, httpPart) };
  };

function refusal(issues: readonly Issue[], httpPart: string | undefined): HyoshiError {
  // An id that cannot be one is an address at which there is nothing.
  if (httpPart === "params") return new HyoshiError("not_found", "there is nothing at this address");
  if (httpPart === "body") return invalid(fieldErrors(issues, "body"));
  const { message, fields } = invalid(fieldErrors(issues, "query"));
  return new HyoshiError("invalid_query", message, { fields });
}

/** What zod found, one entry per field, in the order in which it was found. `place` is where the value came from. */
export function fieldErrors(issues: readonly Issue[], place: "body" | "query"): readonly FieldError[] {
  return issues.flatMap((issue) => ofIssue(issue, place, []));
}

function ofIssue(issue: Issue, place: "body" | "query", above: readonly PropertyKey[]): readonly FieldError[] {
  const keys = [...above, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // The branch that was nearest: the one that fails deepest, else with the fewest faults.
    const nearest = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
    return nearest.flatMap((inner) => ofIssue(inner, place, keys));
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pathOf([...keys, key], place),
      code: "unknown_field",
      detail: "is not known here",
      text: faultWords.unknownField,
    }));
  }
  return [{ path: pathOf(keys, place), ...described(issue) }];
}

const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));

function pathOf(keys: readonly PropertyKey[], place: "body" | "query"): string {
  const names = keys.map(String);
  return place === "query" ? `?${names.join(".")}` : pointer("", ...names);
}

function described(issue: Issue): Omit<FieldError, "path"> {
  switch (issue.code) {
    case "invalid_type": {
      if (issue.input === undefined)
        return { code: "required", detail: "is required", accepted: nameOf(issue.expected), text: faultWords.required };
      const accepted = nameOf(issue.expected);
      return {
        code: "wrong_type",
        detail: `is ${kindOf(issue.input)}, expected ${accepted}`,
        accepted,
        text: ofType([issue.expected]),
      };
    }
    case "too_small":
    case "too_big": {
      const least = issue.code === "too_small";
      const limit = least ? issue.minimum : issue.maximum;
      const edge = `${least ? "at least" : "at most"} ${limit}`;
      const unit = issue.origin === "string" ? " characters" : issue.origin === "array" ? " entries" : "";
      if (least && issue.origin === "string" && limit === 1) {
        return { code: "required", detail: "is required", text: faultWords.required };
      }
      const accepted = `${edge}${unit}`;
      const subject =
        issue.origin === "string" ? `is too ${least ? "short" : "long"}` : least ? "is too small" : "is too large";
      const many = issue.origin === "array" ? (least ? "has too few entries" : "has too many entries") : subject;
      const text = limitText(issue.origin, least, Number(limit));
      return { code: least ? "too_small" : "too_large", detail: `${many}: expected ${accepted}`, accepted, text };
    }
    case "invalid_value": {
      const accepted = `one of ${issue.values.map((value) => `'${String(value)}'`).join(", ")}`;
      const text = oneOf(issue.values.map(String));
      return { code: "not_accepted", detail: `${quoted(issue.input)}: expected ${accepted}`, accepted, text };
    }
    case "invalid_union": {
      const options =
        "options" in issue && Array.isArray(issue.options) ? issue.options.map((option) => String(option)) : [];
      const accepted = options.length > 0 ? `one of ${options.map((o) => `'${o}'`).join(", ")}` : undefined;
      const text = options.length > 0 ? oneOf(options) : faultWords.notAccepted;
      const detail = accepted === undefined ? "is not accepted" : `is not accepted: expected ${accepted}`;
      return { code: "not_accepted", detail, ...(accepted === undefined ? {} : { accepted }), text };
    }
    case "not_multiple_of":
      return {
        code: "not_accepted",
        detail: `is not a multiple of ${issue.divisor}`,
        accepted: `a multiple of ${issue.divisor}`,
        text: multipleOf(issue.divisor),
      };
    default:
      return {
        code: "not_accepted",
        detail: issue.message.charAt(0).toLowerCase() + issue.message.slice(1),
        text: { en: asSentence(issue.message), ja: faultWords.notAccepted.ja },
      };
  }
}

function limitText(origin: string, isLeast: boolean, limit: number): Bilingual {
  if (origin === "string") return (isLeast ? atLeastCharacters : atMostCharacters)(limit);
  if (origin === "array") return (isLeast ? atLeastEntries : atMostEntries)(limit);
  return (isLeast ? atLeast : atMost)(limit);
}

const names: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};
const nameOf = (type: string): string => names[type] ?? type;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "a whole number" : "a number";
  return names[typeof value] ?? typeof value;
}

/** Short texts alone are quoted, so that an error never becomes as large as what caused it. */
function quoted(value: unknown): string {
  if (value === undefined) return "is required";
  const text = typeof value === "string" ? value : kindOf(value);
  return typeof value === "string" && text.length <= 60 ? `'${text}' is not accepted` : "is not accepted";
}
