import type { Json, JsonObject } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";
import { argsOf, kwargsOf, optionsOf, withoutNulls } from "./signature-parts.ts";

/** What a signature is applied with. Options have Celery's names (`task_id`, `parent_id`, `chain` …). */
export interface Partial {
  readonly args?: readonly Json[];
  readonly kwargs?: JsonObject;
  readonly options?: JsonObject;
}

/**
 * A signature with what it is applied with: partial args come before its own, partial kwargs take the place of its own, unless it is immutable. Options given now
 * win over stored ones, but for the group that it belongs to and its stamps.
 */
export function merge(signature: WireSignature, partial: Partial): WireSignature {
  const stored = optionsOf(signature);
  const given = Object.entries(withoutNulls(partial.options ?? {})).filter(
    ([name]) => !(isFixed(name, stored) && name in stored),
  );
  const isOpen = signature.immutable !== true;
  return {
    ...signature,
    args: isOpen ? [...(partial.args ?? []), ...argsOf(signature)] : argsOf(signature),
    kwargs: isOpen ? { ...kwargsOf(signature), ...partial.kwargs } : kwargsOf(signature),
    options: { ...stored, ...Object.fromEntries(given) },
  };
}

function isFixed(name: string, { stamped_headers: stamped }: JsonObject): boolean {
  return name === "group_id" || name === "stamped_headers" || (Array.isArray(stamped) && stamped.includes(name));
}
