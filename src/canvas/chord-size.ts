import type { WireSignature } from "../message/task-message.ts";
import { bodyOf, kindOf, tasksOf, unchunked } from "./signature-parts.ts";

/** How many completions a header member brings: a task one, a chain those of its last element that has any, a group those of its members, a chord those of its body. */
export function chordSize(member: WireSignature): number {
  const signature = unchunked(member);
  const kind = kindOf(signature);
  if (kind === "task") return 1;
  if (kind === "group") return tasksOf(signature).reduce((size, task) => size + chordSize(task), 0);
  if (kind === "chain") return tasksOf(signature).reduce((size, task) => chordSize(task) || size, 0);
  const body = bodyOf(signature);
  return body === undefined ? 0 : chordSize(body);
}
