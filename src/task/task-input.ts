import { HyoshiError } from "../base/error.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { isInputPayload, type Payload } from "./payload.ts";
import { jsonSchemaOf, propertiesOf, validate } from "./schema.ts";
import type { Arguments, Task } from "./task.ts";
import { jsonError, toJson } from "./to-json.ts";

/**
 * What `run` is given for a payload: the input as the schema gives it, or `{ args, kwargs }` for a task without one. At
 * once where the schema answers at once. Fails with `invalid_input`.
 */
export function parseInput(task: Task, payload: Payload): unknown {
  if (task.input === null) return argumentsOf(task, payload);
  const input = isInputPayload(payload) ? payload.input : inputOf(task, payload);
  return validate(task.input, input, "invalid_input", `the input of task '${task.name}'`);
}

/** The payload of what a caller hands to `send`. Fails with `invalid_input` where it cannot be JSON; the schema is not asked. */
export function toPayload(task: Task, sent: unknown): Payload {
  const { value, issue } = toJson(sent ?? {});
  if (issue !== undefined) throw jsonError("invalid_input", `the input of task '${task.name}'`, issue);
  return task.input === null ? argumentsPayload(task.name, value) : { input: value };
}

/** `{ args?, kwargs? }` as a payload. Fails with `invalid_input` on anything else. */
export function argumentsPayload(task: string, value: Json): { args: readonly Json[]; kwargs: JsonObject } {
  const given = isJsonObject(value) ? value : undefined;
  const { args = [], kwargs = {}, ...rest } = given ?? { rest: value };
  if (!Array.isArray(args) || !isJsonObject(kwargs) || Object.keys(rest).length > 0) {
    throw new HyoshiError(
      "invalid_input",
      `task '${task}' has no input schema and takes { args: [ … ], kwargs: { … } }, either of which may be left out`,
      { fields: { issues: [{ path: "", message: "expected args and kwargs" }] } },
    );
  }
  return { args, kwargs };
}

function argumentsOf(task: Task, payload: Payload): Required<Arguments> {
  if (!isInputPayload(payload)) return payload;
  // An input of one object is what `kwargs` is on the wire, so a task that lost its schema can still be given it.
  if (isJsonObject(payload.input)) return { args: [], kwargs: payload.input };
  throw new HyoshiError("invalid_input", `task '${task.name}' has no input schema and takes args and kwargs`, {
    fields: { issues: [{ path: "", message: "expected an object" }] },
  });
}

/** The input that Celery's args and kwargs stand for. */
function inputOf(task: Task, { args, kwargs }: Required<Arguments>): Json {
  if (args.length === 0) return kwargs;
  const names = task.positional ?? declaredProperties(task);
  const refuse = (message: string) =>
    new HyoshiError("invalid_input", `task '${task.name}' was given ${args.length} positional arguments: ${message}`, {
      fields: { issues: [{ path: "", message }] },
    });
  const [only = null] = args;
  // What is no object travels as the one positional argument.
  if (names === undefined && args.length === 1 && Object.keys(kwargs).length === 0) return only;
  if (names === undefined) throw refuse("its input schema is not a plain object, so it takes none");
  if (args.length > names.length) throw refuse(`it takes at most ${names.length} (${names.join(", ")})`);
  const filled = names.slice(0, args.length);
  const twice = filled.find((name) => Object.hasOwn(kwargs, name));
  if (twice !== undefined) throw refuse(`'${twice}' is among the keyword arguments as well`);
  return Object.fromEntries([
    ...filled.map((name, index): [string, Json] => [name, args[index] ?? null]),
    ...Object.entries(kwargs),
  ]);
}

const declared = new WeakMap<Task, readonly string[]>();

function declaredProperties(task: Task): readonly string[] | undefined {
  if (task.input === null) return undefined;
  const properties = declared.get(task) ?? propertiesOf(jsonSchemaOf(task.name, task.input));
  if (properties !== undefined) declared.set(task, properties);
  return properties;
}
