import type { StandardSchemaV1 } from "@standard-schema/spec";
import { didYouMean } from "../base/did-you-mean.ts";
import { HyoshiError } from "../base/error.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { TaskContext } from "./context.ts";
import type { LimitOptions } from "./limit-options.ts";
import { invalidTask, type ResolvedTaskOptions, resolveTaskOptions, type TaskOptions } from "./task-options.ts";

/** What a task without an input schema is sent with. */
export interface Arguments {
  readonly args?: readonly Json[];
  readonly kwargs?: JsonObject;
}

type Sent<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : Arguments;
type Parsed<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : Required<Arguments>;
type Returned<Schema, Value> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : Value;
type Kept<Schema, Value> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : Value;

/** A task as it is written down: how it is executed, what it takes, what it does. */
export interface TaskDefinition<Input, Output, Value> extends TaskOptions, LimitOptions<Parsed<Input>> {
  /**
   * The schema of what it takes: any Standard Schema library that gives a JSON Schema; zod is the documented one. Without
   * it, the task takes `args` (a list) and `kwargs` (an object).
   */
  readonly input?: Input;
  /** The schema of what it returns; a result that does not fit fails the run. Default: any JSON. */
  readonly output?: Output;
  /** The input's properties that positional arguments of a Python caller fill. Default: all, as the schema declares them. */
  readonly positional?: readonly string[];
  /** Does the work. What it returns is kept as JSON; what it throws fails the attempt. */
  run(input: Parsed<Input>, context: TaskContext): Returned<Output, Value> | Promise<Returned<Output, Value>>;
}

const brand = Symbol.for("hyoshi.task");
/** While a discovery loads modules it hangs a set here, of any copy of the library, to see what is made and not exported. */
const created = Symbol.for("hyoshi.createdTasks");

/** A task: a value with a name. Making or importing one has no effect. */
export interface Task<Input = unknown, Result = unknown> {
  readonly name: string;
  readonly options: ResolvedTaskOptions;
  readonly input: StandardSchemaV1 | null;
  readonly output: StandardSchemaV1 | null;
  readonly positional: readonly string[] | null;
  run(input: unknown, context: TaskContext): unknown;
  /** What it is sent with and what it gives back. Never there: a note for the compiler. */
  readonly "~types"?: { readonly input: Input; readonly result: Result };
}

export type AnyTask = Task<unknown, unknown>;
export type InputOf<T> = T extends Task<infer Input, infer _Result> ? Input : never;
export type ResultOf<T> = T extends Task<infer _Input, infer Result> ? Result : never;

/**
 * Makes a task of a name and a definition. It is found when it is exported from an app's `tasks.ts`. The name is
 * stored with every schedule and run: by convention `<app>.<what_it_does>`, and never changed lightly. Fails at once with
 * `invalid_task` when the definition makes no sense.
 *
 * ```ts
 * export const counterUpper = task("tapp_a.counter_upper", {
 *   input: z.object({ counterId: z.number().int() }),
 *   retry: { limit: 5 },
 *   run: async ({ counterId }, { db }) => { … },
 * });
 * ```
 */
export function task<
  Input extends StandardSchemaV1 | undefined = undefined,
  Output extends StandardSchemaV1 | undefined = undefined,
  Value = unknown,
>(name: string, definition: TaskDefinition<Input, Output, Value>): Task<Sent<Input>, Kept<Output, Value>> {
  checkName(name);
  checkDefinition(name, definition);
  const made: Task = {
    name,
    options: Object.freeze(resolveTaskOptions(name, definition)),
    input: definition.input ?? null,
    output: definition.output ?? null,
    positional: definition.positional ? Object.freeze([...definition.positional]) : null,
    // The input that `run` is given was parsed by the schema that typed it.
    run: (input, context) => definition.run(input as Parsed<Input>, context),
  };
  Object.defineProperty(made, brand, { value: 1 });
  (globalThis as { [created]?: Set<unknown> })[created]?.add(made);
  return Object.freeze(made) as Task<Sent<Input>, Kept<Output, Value>>;
}

/** Whether `value` is a task, whichever copy of the library made it. */
export function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && brand in value;
}

/** Notes the tasks that are made from now until `stop` is called, which answers them. One at a time. */
export function noteCreatedTasks(): { stop(): ReadonlySet<Task> } {
  const noted = new Set<Task>();
  const place = globalThis as { [created]?: Set<Task> | undefined };
  place[created] = noted;
  return {
    stop() {
      place[created] = undefined;
      return noted;
    },
  };
}

const namePattern = /^[^\s\p{Cc}]{1,200}$/u;

function checkName(name: unknown): void {
  if (typeof name === "string" && namePattern.test(name)) return;
  const given = typeof name === "string" ? `'${name}'` : String(name);
  throw new HyoshiError(
    "invalid_task",
    `${given} cannot be a task's name: expected 1 to 200 characters without white space, such as 'tapp_a.counter_upper'`,
    { fields: { task: name, option: "name" } },
  );
}

const known = new Set([
  ..."formerNames expectedErrors pool".split(" "),
  ..."softTimeLimitMs rateLimit concurrency unique".split(" "),
  ..."input output positional run description queue priority retry timeLimitMs onLost record redeliver permission accept keep".split(
    " ",
  ),
]);

function checkDefinition(name: string, definition: TaskDefinition<unknown, unknown, unknown>): void {
  if (typeof definition !== "object" || definition === null || typeof definition.run !== "function") {
    throw new HyoshiError("invalid_task", `task '${name}' has no 'run': expected a function of (input, context)`, {
      fields: { task: name, option: "run" },
    });
  }
  for (const option of Object.keys(definition)) {
    if (known.has(option)) continue;
    const accepted = didYouMean(option, known) || `; expected one of ${[...known].join(", ")}`;
    throw new HyoshiError("invalid_task", `task '${name}' has an unknown option '${option}'${accepted}`, {
      fields: { task: name, option },
    });
  }
  checkSchema(name, "input", definition.input);
  checkSchema(name, "output", definition.output);
  const { positional } = definition;
  if (positional === undefined) return;
  const isList = Array.isArray(positional) && positional.every((property) => typeof property === "string");
  if (!isList || new Set(positional).size !== positional.length || definition.input === undefined) {
    throw invalidTask(name, "positional", positional, "a list of different properties of the input schema");
  }
}

function checkSchema(name: string, option: string, schema: unknown): void {
  if (schema === undefined) return;
  const standard = (schema as { readonly "~standard"?: { readonly validate?: unknown } } | null)?.["~standard"];
  if (typeof standard?.validate === "function") return;
  throw invalidTask(name, option, schema, "a Standard Schema, such as z.object({ … }) of zod 4");
}
