import { createRequire } from "node:module";
import { createContext, Script } from "node:vm";
import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { isHyoshiError } from "../base/error.ts";
import { type FieldError, pointer } from "../base/field-error.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { AnnouncedTask } from "../control/process-reader.ts";
import type { SecretSeal } from "../run/secret-seal.ts";
import { inputFaultText } from "./input-fault-words.ts";
import type { KnownTask } from "./task-directory.ts";

/** A larger schema is not compiled, and inputs are then not checked against it before they run. */
const LONGEST_SCHEMA = 500_000;
/** A check is given up after so long: a pattern of the schema may take for ever on some text. */
const LONGEST_CHECK_MS = 250;
/** The time is the wall's, and a machine that stood still is not the pattern's fault: one that is slow is slow each time. */
const TRIES = 3;
const COMPILED = 500;
const MOST_ERRORS = 50;
const ANSWERS = 2_000;
const LONGEST_KEPT = 5_000;

type AddFormats = (ajv: Ajv2020) => unknown;

let loaded: { readonly Validator: typeof Ajv2020; readonly addFormats: AddFormats } | undefined;

/** Loaded with the first schema, at once, for checks have no time to wait: a worker, which parses inputs with the tasks' own schemas, does without it. */
function validators() {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    const { Ajv2020: Validator } = require("ajv/dist/2020.js") as { Ajv2020: typeof Ajv2020 };
    const { default: addFormats } = require("ajv-formats") as { default: AddFormats };
    loaded = { Validator, addFormats };
  }
  return loaded;
}

/**
 * Checks inputs against the JSON Schemas that processes announced. A schema that cannot be compiled checks nothing: the run itself
 * parses its input with the real one.
 */
export class InputCheck {
  readonly #compiled = new Map<string, ValidateFunction | undefined>();
  /** Lists ask the same of the same inputs again and again, and a check with its time limit takes 0.2 ms. */
  readonly #answers = new Map<string, readonly FieldError[]>();
  readonly #secrets: SecretSeal | undefined;

  /** @param secrets opens what is sealed in an input; without it, a sealed text is checked as any text is */
  constructor(secrets?: SecretSeal) {
    this.#secrets = secrets;
  }

  /** To be waited for before an input for this task is checked. */
  async readyFor(known: KnownTask | undefined): Promise<void> {
    for (const { inputSchema } of known?.versions ?? []) await this.#secrets?.readyFor(inputSchema);
  }

  /** The input with what the task's schema declares secret sealed. */
  sealed<T extends Json>({ announced: { task, inputSchema } }: KnownTask, input: T): T {
    return (this.#secrets?.sealed(task, inputSchema, input) ?? input) as T;
  }

  /** {@link errors} of an input whose secrets may be sealed. */
  misfits({ task, inputSchema, schemaHash }: AnnouncedTask, input: Json, path: string): readonly FieldError[] {
    let open = input;
    try {
      open = this.#secrets?.opened(task, inputSchema, input) ?? input;
    } catch (error) {
      if (!isHyoshiError(error, "secret_unreadable")) throw error;
      return [{ path, code: error.code, detail: error.message, text: unreadable }];
    }
    return this.errors(inputSchema, schemaHash, open, path);
  }

  /** What does not fit, with paths below `path`; empty where it fits. `hash` names the schema. */
  errors(schema: Json, hash: string, input: unknown, path = "/input"): readonly FieldError[] {
    const validate = this.#compile(schema, hash);
    if (validate === undefined) return [];
    const key = `${hash}\n${path}\n${JSON.stringify(input)}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const errors = checked(validate, input, path);
    if (this.#answers.size >= ANSWERS) this.#answers.clear();
    if (key.length <= LONGEST_KEPT) this.#answers.set(key, errors);
    return errors;
  }

  #compile(schema: Json, hash: string): ValidateFunction | undefined {
    if (this.#compiled.has(hash)) return this.#compiled.get(hash);
    if (this.#compiled.size >= COMPILED) this.#compiled.clear();
    const validate = compiled(schema);
    this.#compiled.set(hash, validate);
    return validate;
  }
}

function checked(validate: ValidateFunction, input: unknown, path: string): readonly FieldError[] {
  let fits: boolean | undefined;
  for (let tries = 0; fits === undefined && tries < TRIES; tries += 1) fits = withinTime(() => validate(input));
  if (fits === undefined) {
    const detail = `could not be checked within ${LONGEST_CHECK_MS} ms: a pattern of the schema takes too long on it`;
    const text = {
      en: "Could not be checked in time: a pattern of the schema takes too long on it",
      ja: "時間内に確認できませんでした。スキーマの pattern がこの値では終わりません",
    };
    return [{ path, code: "check_too_slow", detail, text }];
  }
  return fits ? [] : (validate.errors ?? []).slice(0, MOST_ERRORS).map((error) => fieldError(error, path));
}

function compiled(schema: Json): ValidateFunction | undefined {
  if (!isJsonObject(schema) || JSON.stringify(schema).length > LONGEST_SCHEMA) return undefined;
  try {
    // One each, so that equal `$id`s of different tasks do not collide.
    const { Validator, addFormats } = validators();
    const ajv = new Validator({ strict: false, allErrors: true, logger: false });
    addFormats(ajv);
    return ajv.compile(schema);
  } catch {
    return undefined;
  }
}

const unreadable = {
  en: "A secret here was saved for another task or with another key: enter it again",
  ja: "ここの秘密の値は別のタスク用か別の鍵で保存されています。入力し直してください",
};

const timed = new Script("work()");
const room = createContext({ work: () => true });

/** What `work` answers; undefined where it took too long and was stopped. */
function withinTime(work: () => boolean): boolean | undefined {
  room.work = work;
  try {
    return timed.runInContext(room, { timeout: LONGEST_CHECK_MS }) as boolean;
  } catch (error) {
    // An error of the room's own realm, so it is not an instance of this one's Error.
    if ((error as { code?: unknown } | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}

function fieldError(error: ErrorObject, path: string): FieldError {
  const { keyword, instancePath, message = "does not fit" } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  const at = path + instancePath;
  const text = inputFaultText(keyword, params, message);
  switch (keyword) {
    case "required":
      return { path: pointer(at, String(params.missingProperty)), code: "required", detail: "is required", text };
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = String(params.additionalProperty ?? params.unevaluatedProperty);
      return { path: pointer(at, name), code: "unknown_field", detail: "is not a field of the task's input", text };
    }
    case "enum": {
      const accepted = `one of ${(params.allowedValues as readonly unknown[]).map((value) => JSON.stringify(value)).join(", ")}`;
      return { path: at, code: "not_accepted", detail: `must be ${accepted}`, accepted, text };
    }
    case "type":
      return { path: at, code: "wrong_type", detail: message, accepted: String(params.type), text };
    default:
      return { path: at, code: keyword, detail: message, text };
  }
}
