import { STATUS_CODES } from "node:http";
import type { FastifyError } from "fastify";
import { type Bilingual, isBilingual } from "../base/bilingual.ts";
import { type HyoshiError, isHyoshiError } from "../base/error.ts";
import { type FieldError, fieldErrorOf } from "../base/field-error.ts";
import type { Problem } from "./contract.ts";
import { problemStatus } from "./problem-status.ts";
import { problemWords } from "./problem-words.ts";

/** An error as it is answered: RFC 9457's body, and the headers that belong to it. */
export interface ProblemAnswer {
  readonly body: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer for whatever was thrown. `errorId` stands in it where the fault is ours, and leads to the log. */
export function problemOf(thrown: unknown, errorId: string): ProblemAnswer {
  if (isHyoshiError(thrown)) return ofHyoshi(thrown, errorId);
  if (thrown instanceof Error && "statusCode" in thrown) return ofFastify(thrown as FastifyError, errorId);
  return internal(errorId);
}

export function problem(code: string, detail: string, more: Partial<Problem> = {}): Problem {
  const status = problemStatus[code] ?? 500;
  const text = problemWords[code];
  return {
    type: `urn:hyoshi:error:${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    code,
    detail,
    ...(text !== undefined && { text }),
    ...more,
  };
}

function ofHyoshi(error: HyoshiError, errorId: string): ProblemAnswer {
  if (problemStatus[error.code] === undefined) return internal(errorId);
  const errors = errorsOf(error);
  const more = {
    ...(errors.length > 0 ? { errors } : {}),
    ...(isBilingual(error.fields.text) && { text: asWhole(error.fields.text) }),
    ...("current" in error.fields ? { current: error.fields.current } : {}),
  };
  return { body: problem(error.code, error.message, more), headers: headersOf(error) };
}

function headersOf(error: HyoshiError): Record<string, string> {
  const wait = error.fields.retryAfterMs;
  if (typeof wait === "number") return { "retry-after": String(Math.ceil(wait / 1000)) };
  // Not for wrong credentials: a browser would ask for them in a window of its own.
  if (error.code === "unauthenticated") return { "www-authenticate": 'Bearer realm="hyoshi"' };
  const allow = error.fields.allow;
  return typeof allow === "string" ? { allow } : {};
}

/** An error reports several faults as `fields.errors`, or one by `fields.path`. */
function errorsOf(error: HyoshiError): Problem["errors"] & object {
  const { errors, path } = error.fields;
  if (Array.isArray(errors)) return errors.map((fault: FieldError) => ({ ...fault }));
  if (typeof path !== "string") return [];
  const text = problemWords[error.code];
  return [{ ...(text !== undefined && { text: atField(text) }), ...fieldErrorOf(error) }];
}

/** At a field a text has no full stop; as the whole problem's it is a sentence. */
const atField = ({ en, ja }: Bilingual): Bilingual => ({ en: en.replace(/\.$/, ""), ja: ja.replace(/。$/, "") });
const asWhole = ({ en, ja }: Bilingual): Bilingual => ({
  en: /[.?!]$/.test(en) ? en : `${en}.`,
  ja: /[。？！]$/.test(ja) ? ja : `${ja}。`,
});

function ofFastify(error: FastifyError, errorId: string): ProblemAnswer {
  const code = fastifyCodes[error.code] ?? codeOfStatus(error.statusCode ?? 500);
  return code === undefined ? internal(errorId) : { body: problem(code, sentences[code] ?? plain(error)), headers: {} };
}

function internal(errorId: string): ProblemAnswer {
  const detail = `something went wrong in the server; its log tells more under ${errorId}`;
  const text = {
    en: `Something went wrong in the server. Its log tells more under ${errorId}.`,
    ja: `サーバーで問題が起きました。サーバーのログを ${errorId} で検索すると、詳しい内容が分かります。`,
  };
  return { body: problem("internal", detail, { text }), headers: {} };
}

const fastifyCodes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_INVALID_TYPE: "unsupported_media_type",
  FST_ERR_BAD_URL: "bad_request",
};

const sentences: Readonly<Record<string, string>> = {
  too_large: "the body is larger than 1 MiB",
  unsupported_media_type: "the body is not JSON: send it with content-type application/json",
};

function codeOfStatus(status: number): string | undefined {
  if (status === 413) return "too_large";
  if (status === 415) return "unsupported_media_type";
  if (status === 429) return "too_many_requests";
  return status >= 400 && status < 500 ? "bad_request" : undefined;
}

const plain = (error: Error): string => error.message.charAt(0).toLowerCase() + error.message.slice(1);
