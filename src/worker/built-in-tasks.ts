import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import { type BuiltInTask, builtInTask, type CallOf } from "../canvas/built-in-task.ts";
import { inputFor } from "../message/result-into.ts";
import type { SecretSeal } from "../run/secret-seal.ts";
import type { TaskContext } from "../task/context.ts";
import type { Payload } from "../task/payload.ts";
import { SHORTEST_SECRET } from "../task/registered-secrets.ts";
import { type RegisteredTask, type TaskRegistry, unknownTask } from "../task/registry.ts";
import { validate } from "../task/schema.ts";
import { type Arguments, task } from "../task/task.ts";
import { parseInput } from "../task/task-input.ts";
import { jsonError, toJson } from "../task/to-json.ts";
import { openedPayload } from "./opened-payload.ts";

/** Tasks that every worker of Celery's knows and clients send without saying so. Another one is in `chord-unlock.ts`. */
const NAMES = ["celery.map", "celery.starmap", "celery.accumulate", "celery.backend_cleanup"];

/** Tasks of Celery's own, executed as any other; what they call is called in the same attempt. */
export function builtInTasks(
  registry: TaskRegistry,
  secrets: SecretSeal | undefined,
): ReadonlyMap<string, RegisteredTask> {
  const made = NAMES.map((name) => {
    const run = ({ args, kwargs }: Required<Arguments>, context: TaskContext) => {
      const asked = builtInTask({ task: name, args, kwargs });
      if (asked?.kind === "result") return asked.result;
      if (asked?.kind === "calls") return callAll({ registry, secrets }, asked, context);
      throw new HyoshiError("invalid_input", `task '${name}' was given other arguments than Celery gives it`, {
        fields: { issues: [{ path: "", message: "expected a task and a list" }] },
      });
    };
    return [name, { task: task(name, { run }), app: "celery", file: null }] as const;
  });
  return new Map(made);
}

/** One after the other, as Celery does; the first that fails ends it. */
async function callAll(
  { registry, secrets }: { readonly registry: TaskRegistry; readonly secrets: SecretSeal | undefined },
  { task: name, calls, into }: Extract<BuiltInTask, { kind: "calls" }>,
  context: TaskContext,
): Promise<readonly Json[]> {
  const found = registry.find(name)?.task;
  if (found === undefined) throw unknownTask(name, registry.names());
  // Who may send a list need not be one who may send this task.
  if (found.options.accept === "project") {
    throw new HyoshiError("foreign_sender", `task '${name}' accepts no calls from a list: send it by itself`);
  }
  const results: Json[] = [];
  for (const call of calls) {
    context.signal.throwIfAborted();
    const run = { task: name, payload: payloadOf(call, into) };
    const payload = await openedPayload(run, found, secrets, (secret) => mask(secret, context));
    const returned = await found.run(await parseInput(found, payload), context);
    const what = `the result of task '${name}'`;
    const accepted = found.output === null ? returned : await validate(found.output, returned, "invalid_output", what);
    const { value, issue } = toJson(accepted);
    if (issue !== undefined) throw jsonError("result_not_json", what, issue);
    results.push(value);
  }
  return results;
}

/** As the secrets of a run's own input are. */
function mask(secret: Json, context: TaskContext): void {
  if (typeof secret === "string" && secret.length >= SHORTEST_SECRET) context.secret(secret);
}

function payloadOf(call: CallOf, into: string | undefined): Payload {
  const input = into === undefined ? undefined : inputFor(into, call);
  return input === undefined ? call : { input };
}
