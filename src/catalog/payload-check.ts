import type { FieldError } from "../base/field-error.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { overlaid } from "../firing/decide.ts";
import type { Payload } from "../task/payload.ts";
import type { InputCheck } from "./input-check.ts";
import type { KnownTask } from "./task-directory.ts";

/** What a task is given, as somebody gave it: `input` for a task with a schema, `args` and `kwargs` for one without. */
export interface GivenPayload {
  readonly input?: unknown;
  readonly args?: readonly unknown[] | undefined;
  readonly kwargs?: { readonly [key: string]: unknown } | undefined;
}

export function hasPayload({ input, args, kwargs }: GivenPayload): boolean {
  return input !== undefined || args !== undefined || kwargs !== undefined;
}

/**
 * The payload for a task, and what is wrong with it; what its schema declares secret is sealed. A task that nobody announces takes either form: nobody knows which one is right.
 */
export function checkPayload(
  given: GivenPayload,
  known: KnownTask | undefined,
  check: InputCheck,
): { payload: Payload; errors: readonly FieldError[] } {
  const { input, args, kwargs } = given;
  const hasArguments = (args?.length ?? 0) > 0 || Object.keys(kwargs ?? {}).length > 0;
  const hasSchema = known === undefined ? input !== undefined && input !== null : known.announced.inputSchema !== null;
  const errors: FieldError[] = [];
  if (hasSchema) {
    if (hasArguments) {
      const path = (args?.length ?? 0) > 0 ? "/args" : "/kwargs";
      const detail = known === undefined ? "is given beside 'input': give one of them" : "the task takes 'input' only";
      const text =
        known === undefined
          ? { en: "Give this or an input, not both", ja: "入力（input）と同時には指定できません" }
          : { en: "The task takes an input only", ja: "このタスクが受け取るのは入力（input）だけです" };
      errors.push({ path, code: "not_accepted", detail, accepted: "input", text });
    }
    const plain = (input ?? {}) as Json;
    if (known === undefined) return { payload: { input: plain }, errors };
    errors.push(...misfits(plain, known, check, "/input"));
    return { payload: { input: check.sealed(known, plain) }, errors };
  }
  if (input !== undefined && input !== null) {
    const detail = "the task has no input schema: it takes 'args' (a list) and 'kwargs' (an object)";
    const text = {
      en: "The task has no input schema: it takes arguments (args and kwargs)",
      ja: "このタスクには入力スキーマがありません。引数（args と kwargs）で指定してください",
    };
    errors.push({ path: "/input", code: "not_accepted", detail, accepted: "args and kwargs", text });
  }
  return { payload: { args: (args ?? []) as Json[], kwargs: (kwargs ?? {}) as JsonObject }, errors };
}

/** What of a schedule's own input, laid over the payload, does not fit. What the payload alone has wrong is told there. */
export function checkOverlay(
  overlay: JsonObject,
  payload: Payload,
  known: KnownTask | undefined,
  check: InputCheck,
  path: string,
): readonly FieldError[] {
  if (known === undefined || known.announced.inputSchema === null || !("input" in payload)) return [];
  if (!isJsonObject(payload.input)) {
    const detail = "cannot be laid over an input that is not an object";
    const text = {
      en: "Cannot be laid over an input that is not an object",
      ja: "オブジェクトでない入力には重ねられません",
    };
    return [{ path, code: "not_accepted", detail, text }];
  }
  const whole = overlaid(payload as JsonObject, overlay).input ?? null;
  const own = new Set(Object.keys(overlay).map((key) => `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`));
  return misfits(whole, known, check, path).filter((error) =>
    [...own].some((place) => error.path === place || error.path.startsWith(`${place}/`)),
  );
}

/** Empty where it fits one of the schemas that are announced now; else what does not fit the latest. */
export function misfits(input: Json, known: KnownTask, check: InputCheck, path: string): readonly FieldError[] {
  let ofLatest: readonly FieldError[] | undefined;
  for (const version of known.versions) {
    const errors = check.misfits(version, input, path);
    if (errors.length === 0) return [];
    ofLatest ??= errors;
  }
  return ofLatest ?? [];
}
