import type { Json, JsonObject } from "../base/json.ts";

/** What a task is given: one input for a task with a schema, Celery's args and kwargs for one without. Kept as this JSON. */
export type Payload = { readonly input: Json } | { readonly args: readonly Json[]; readonly kwargs: JsonObject };

export function isInputPayload(payload: Payload): payload is { readonly input: Json } {
  return "input" in payload;
}
