import type { Clock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { InputCheck } from "../catalog/input-check.ts";
import { readTaskDirectory } from "../catalog/task-directory.ts";
import type { ClientParts } from "../client/client.ts";
import type { ProcessReader } from "../control/process-reader.ts";
import { SecretSeal } from "../run/secret-seal.ts";

/** Finds a task that this process cannot import among those that others announced, with their schema to check inputs by. */
export function findRemoteTask(
  reader: ProcessReader,
  { clock, defaultQueue, secrets }: { clock: Clock; defaultQueue: string; secrets: SecretSeal },
): ClientParts["findRemote"] {
  const check = new InputCheck();
  return async (name) => {
    const directory = await readTaskDirectory(reader, { now: clock.now(), defaultQueue });
    const announced = directory.find(name)?.announced;
    if (announced === undefined) return undefined;
    const { queue, priority, timeLimitMs, onLost, record, inputSchema, schemaHash } = announced;
    return {
      name,
      queue,
      priority,
      onLost,
      ...(record === undefined ? {} : { record }),
      ...(timeLimitMs === null ? {} : { timeLimitMs }),
      seal: async (payload) => {
        await secrets.readyFor(inputSchema);
        return SecretSeal.inPayload(payload, null, (input) => secrets.sealed(name, inputSchema, input));
      },
      checkInput:
        inputSchema === null
          ? null
          : (input) => {
              const errors = check.errors(inputSchema, schemaHash, input, "");
              if (errors.length === 0) return;
              const text = errors.map(({ path, detail }) => `${path === "" ? "it" : path} ${detail}`).join("; ");
              throw new HyoshiError("invalid_input", `the input of task '${name}' does not fit its schema: ${text}`, {
                fields: { issues: errors.map(({ path, detail }) => ({ path, message: detail })) },
              });
            },
    };
  };
}
