import { HyoshiError } from "../base/error.ts";

/** Why a message cannot be read, in the field `reason` of `unreadable_message`. */
export type UnreadableReason =
  | "not_json"
  | "protocol"
  | "content_type"
  | "compression"
  | "too_large"
  | "too_deep"
  | "no_task"
  | "no_id";

/** @param text what was found and what is accepted */
export function unreadable(reason: UnreadableReason, text: string, cause?: unknown): HyoshiError {
  return new HyoshiError("unreadable_message", text, { fields: { reason }, cause });
}

/** A text of somebody else's, short enough to be quoted. */
export function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return `'${text.length > 80 ? `${text.slice(0, 80)}…` : text}'`;
}
