import type { AnySignature } from "../task/signature.ts";
import { type Node, SignatureValue, signatureValue } from "./signature.ts";

/** The task that tells a run of the end of what was sent in its place. Every worker of hyoshi's knows it. */
export const REPLACED = "hyoshi.replaced";

/** A canvas that stands for a run: when it has ended, however, the run's own end is told, on the queue where the run was. */
export function replacementOf(
  canvas: AnySignature,
  run: { readonly id: string; readonly queue: string },
): SignatureValue {
  const { queue } = run;
  const tell = (succeeded: boolean) => called(REPLACED, { args: [run.id], kwargs: { succeeded } }, queue);
  return asOne(signatureValue(canvas, "replacement"), queue).link(tell(true)).linkError(tell(false));
}

/** What ends in a group brings the list of its results as one value. */
function asOne(value: SignatureValue, queue: string): SignatureValue {
  const { node } = value;
  const { isImmutable, callbacks, errbacks } = value;
  const as = (made: Node) => new SignatureValue(made, { isImmutable, callbacks, errbacks });
  const handOn = () => called("celery.accumulate", { kwargs: { index: 0 } }, queue);
  if (node.kind === "group") return new SignatureValue({ kind: "chord", header: value, body: handOn() });
  if (node.kind === "chord") return as({ ...node, body: asOne(node.body, queue) });
  const last = node.kind === "chain" ? node.parts.at(-1) : undefined;
  if (node.kind !== "chain" || last === undefined) return value;
  if (last.node.kind === "group") return as({ kind: "chain", parts: [...node.parts, handOn()] });
  return as({ kind: "chain", parts: [...node.parts.slice(0, -1), asOne(last, queue)] });
}

function called(task: string, given: object, queue: string): SignatureValue {
  return new SignatureValue({ kind: "task", task, given, options: { queue } });
}
