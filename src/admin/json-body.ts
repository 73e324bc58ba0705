import type { FastifyInstance } from "fastify";
import { HyoshiError, messageOf } from "../base/error.ts";
import { type FieldError, invalid, pointer } from "../base/field-error.ts";

/** Deeper than anything that people write, and far from where a recursive reader would run out of stack. */
export const DEEPEST_NESTING = 100;

/**
 * Reads JSON bodies. An empty one is no body, so that a client which always names the content type can send none. What a database
 * could not keep as it is (U+0000, half a surrogate pair, numbers beyond the range) is refused with its path.
 */
export function acceptJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser("error", "error");
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, text, done) => {
    if (text === "") return done(null, undefined);
    const parsed = (error: Error | null, value?: unknown) => {
      if (error !== null) return done(malformed(error));
      try {
        checkValue(value);
        done(null, value);
      } catch (fault) {
        done(fault as Error);
      }
    };
    // Typed as if it could answer a promise; it calls back at once.
    void parse(request, text as string, parsed);
  });
}

function malformed(error: Error): HyoshiError {
  const reason = messageOf(error.cause instanceof Error ? error.cause : error);
  return new HyoshiError("malformed_json", `the body is not JSON: ${reason}`, { cause: error });
}

/** Walks without recursion: the value may be nested as deep as the body is long. */
export function checkValue(root: unknown): void {
  const faults: FieldError[] = [];
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value: root, path: "", depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path, depth } = next;
    if (depth > DEEPEST_NESTING) {
      throw new HyoshiError("nested_too_deep", `the body is nested deeper than ${DEEPEST_NESTING} levels`);
    }
    const fault = faultOf(value);
    if (fault !== undefined) faults.push({ path, ...fault });
    if (typeof value !== "object" || value === null) continue;
    for (const [key, part] of Object.entries(value)) {
      const keyFault = faultOf(key);
      if (keyFault !== undefined) faults.push({ path, ...keyFault, detail: `has a key that ${keyFault.detail}` });
      waiting.push({ value: part, path: pointer(path, key), depth: depth + 1 });
    }
  }
  if (faults.length > 0) throw invalid(faults.slice(0, 100));
}

const unkeepable = { en: "Contains a character that cannot be kept", ja: "保存できない文字が含まれています" };

export function faultOf(value: unknown): Omit<FieldError, "path"> | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return {
      code: "number_out_of_range",
      detail: "is a number too large to keep",
      accepted: "a finite number",
      text: { en: "Too large a number to keep", ja: "大きすぎて保存できない数値です" },
    };
  }
  if (typeof value !== "string") return undefined;
  if (value.includes("\0"))
    return { code: "invalid_text", detail: "contains U+0000, which no database keeps", text: unkeepable };
  if (!value.isWellFormed())
    return { code: "invalid_text", detail: "contains half a surrogate pair", text: unkeepable };
  return undefined;
}
