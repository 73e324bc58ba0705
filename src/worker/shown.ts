import type { Json } from "../base/json.ts";
import type { Progress, RunError } from "../run/run.ts";
import { mapSecrets } from "../task/secret-schema.ts";
import type { AnyTask } from "../task/task.ts";
import { outputSecrets } from "../task/task-secrets.ts";
import { MASK, type SecretMask } from "./secret-mask.ts";

/** A result as it is kept: without the secrets that are known of, and without those that the task's output schema declares. */
export function shownResult(task: AnyTask, result: Json, secrets: SecretMask): Json {
  const masked = secrets.json(result);
  const schema = outputSecrets(task);
  return schema === undefined ? masked : mapSecrets(schema, masked, () => MASK);
}

export function shownError(error: RunError, secrets: SecretMask): RunError {
  if (secrets.isEmpty) return error;
  const { name, message, stack, code, ...rest } = error;
  return {
    ...rest,
    ...{ name: secrets.text(name), message: secrets.text(message) },
    ...(stack !== undefined && { stack: secrets.text(stack) }),
    ...(code !== undefined && { code: secrets.text(code) }),
  };
}

export function shownProgress(progress: Progress, secrets: SecretMask): Progress {
  if (progress.text === undefined || secrets.isEmpty) return progress;
  return { ...progress, text: secrets.text(String(progress.text)) };
}
