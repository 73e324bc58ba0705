import type { Json } from "../base/json.ts";
import type { NewRun } from "../run/run.ts";
import { SecretSeal } from "../run/secret-seal.ts";
import type { Payload } from "../task/payload.ts";
import { propertiesOf } from "../task/schema.ts";
import type { AnyTask } from "../task/task.ts";
import { inputSecrets } from "../task/task-secrets.ts";
import { plainPayload } from "./plain-payload.ts";

/**
 * What a run's task works with, its secrets open. At once where it has none, so that a run costs no turn of the event loop for it. Fails with
 * `secret_unreadable`.
 *
 * @param found told each secret
 */
export function openedPayload(
  run: Pick<NewRun, "task" | "payload">,
  task: AnyTask,
  secrets: SecretSeal | undefined,
  found: (secret: Json) => void = () => {},
): Payload | Promise<Payload> {
  const payload = plainPayload(run.payload);
  const schema = inputSecrets(task);
  if (secrets === undefined || schema === undefined) return payload;
  const open = (input: Json) => secrets.opened(run.task, schema, input, found);
  return secrets.ready().then(() => SecretSeal.inPayload(payload, positionalOf(task, schema), open));
}

/** A run as it may lie in the database, where a client of another kind has sent its secrets open. `secrets` are ready by then. */
export function sealedRun(run: NewRun, task: AnyTask, secrets: SecretSeal): NewRun {
  const schema = inputSecrets(task);
  if (schema === undefined) return run;
  const seal = (input: Json) => secrets.sealed(run.task, schema, input);
  const payload = SecretSeal.inPayload(run.payload, positionalOf(task, schema), seal);
  if (run.wire === undefined) return { ...run, payload };
  // The same values, as Celery's clients write them for people.
  const { argsRepr: _args, kwargsRepr: _kwargs, ...wire } = run.wire;
  return { ...run, payload, wire };
}

function positionalOf(task: AnyTask, schema: Json): readonly string[] | null {
  return task.positional ?? propertiesOf(schema) ?? null;
}
