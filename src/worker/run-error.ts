import { inspect } from "node:util";
import type { RunError } from "../run/run.ts";

const LONGEST_TEXT = 64 * 1024;
const DEEPEST_CAUSE = 8;

/** What was thrown, as it is kept with the run: an error's causes stand in its stack. */
export function runError(thrown: unknown): RunError {
  if (!(thrown instanceof Error))
    return { name: "Error", message: cut(typeof thrown === "string" ? thrown : inspect(thrown)) };
  const code =
    "code" in thrown && (typeof thrown.code === "string" || typeof thrown.code === "number")
      ? String(thrown.code)
      : undefined;
  return {
    name: String(thrown.name),
    message: cut(String(thrown.message)),
    stack: cut(stackOf(thrown)),
    ...(code !== undefined && { code }),
  };
}

function stackOf(error: Error): string {
  let text = String(error.stack ?? `${error.name}: ${error.message}`);
  let cause = error.cause;
  for (let depth = 0; cause !== undefined && depth < DEEPEST_CAUSE; depth += 1) {
    text += `\nCaused by: ${cause instanceof Error ? String(cause.stack ?? cause.message) : inspect(cause)}`;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return text;
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT
    ? `${text.slice(0, LONGEST_TEXT)} … [${text.length - LONGEST_TEXT} more characters were cut]`
    : text;
}
