import type { Json } from "../base/json.ts";
import type { TaskRegistry } from "./registry.ts";
import { jsonSchemaOf } from "./schema.ts";
import { declaresSecrets } from "./secret-schema.ts";
import type { AnyTask } from "./task.ts";

const ofInput = new WeakMap<AnyTask, Json | null>();
const ofOutput = new WeakMap<AnyTask, Json | null>();

/** The JSON Schema of a task's input where it declares secrets; undefined where it declares none. Looked up once. */
export function inputSecrets(task: AnyTask): Json | undefined {
  return schemaOf(task, "input", ofInput);
}

/** The same of what it returns. */
export function outputSecrets(task: AnyTask): Json | undefined {
  return schemaOf(task, "output", ofOutput);
}

/** Whether the input of any task declares secrets. */
export function hasSecretInputs(registry: TaskRegistry): boolean {
  const tasks = registry.names().map((name) => registry.find(name)?.task);
  return tasks.some((task) => task !== undefined && inputSecrets(task) !== undefined);
}

function schemaOf(task: AnyTask, side: "input" | "output", known: WeakMap<AnyTask, Json | null>): Json | undefined {
  const schema = task[side];
  if (schema === null) return undefined;
  let found = known.get(task);
  if (found === undefined) {
    try {
      const json = jsonSchemaOf(task.name, schema);
      found = declaresSecrets(json) ? json : null;
    } catch {
      // An output schema need not have a JSON Schema; an input schema without one never gets as far as this.
      found = null;
    }
    known.set(task, found);
  }
  return found ?? undefined;
}
