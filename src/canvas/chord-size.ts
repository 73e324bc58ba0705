import type { WireSignature } from "../message/task-message.ts";
import { argsOf, bodyOf, headerOf, kindOf, optionsOf, tasksOf, unchunked, withOptions } from "./signature-parts.ts";

/**
 * How many completions a header member brings: a task one, a chain those of its last element that has any, a group those of its members, a chord those of its
 * body.
 */
export function chordSize(member: WireSignature): number {
  const signature = unchunked(member);
  const kind = kindOf(signature);
  if (kind === "task") return 1;
  if (kind === "chain") return tasksOf(signature).reduce((size, task) => chordSize(task) || size, 0);
  if (kind === "group") return sizeOfGroup(signature);
  const body = bodyOf(signature);
  return (body === undefined ? 0 : chordSize(body)) || sizeOfGroup(headerOf(signature));
}

const sizeOfGroup = (group: WireSignature): number => tasksOf(group).reduce((size, task) => size + chordSize(task), 0);

/** With chunks as the group that they are sent as, and a chord that has nothing in its body as its header. */
export function normal(signature: WireSignature): WireSignature {
  const plain = unchunked(signature);
  if (kindOf(plain) !== "chord") return plain;
  const body = bodyOf(plain);
  if (body !== undefined && chordSize(body) > 0) return plain;
  const header = headerOf(plain);
  return withOptions({ ...header, args: [...argsOf(plain), ...argsOf(header)] }, optionsOf(plain));
}
