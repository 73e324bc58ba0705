import { inspect } from "node:util";
import type { RunError } from "../run/run.ts";

const LONGEST_TEXT = 64 * 1024;
const DEEPEST_CAUSE = 8;

/** What was thrown, as it is kept with the run: an error's causes stand in its stack. Never fails, whatever was thrown. */
export function runError(thrown: unknown): RunError {
  try {
    return describe(thrown);
  } catch {
    // Getters and proxies may throw at being looked at.
    return { name: "Error", message: "something was thrown that cannot be shown" };
  }
}

function describe(thrown: unknown): RunError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: cut(typeof thrown === "string" ? thrown : inspect(thrown)) };
  }
  const { code } = thrown as { readonly code?: unknown };
  return {
    name: cut(String(thrown.name)),
    message: cut(String(thrown.message)),
    stack: cut(stackOf(thrown)),
    ...(typeof code === "string" || typeof code === "number" ? { code: cut(String(code)) } : {}),
  };
}

function stackOf(error: Error): string {
  const seen = new Set<unknown>([error]);
  let text = ownStack(error);
  let { cause } = error;
  while (cause !== undefined && !seen.has(cause) && seen.size <= DEEPEST_CAUSE) {
    seen.add(cause);
    text += `\nCaused by: ${cause instanceof Error ? ownStack(cause) : inspect(cause)}`;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return text;
}

function ownStack(error: Error): string {
  const parts = error instanceof AggregateError ? error.errors : [];
  const own = String(error.stack ?? `${error.name}: ${error.message}`);
  return [own, ...parts.map((part) => (part instanceof Error ? ownStack(part) : inspect(part)))].join("\n  with: ");
}

function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  return `${text.slice(0, LONGEST_TEXT)} … [${text.length - LONGEST_TEXT} more characters were cut]`;
}
