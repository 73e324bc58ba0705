import { messageOf } from "../base/error.ts";
import { canonicalJson } from "../base/json.ts";
import type { NewRun } from "../run/run.ts";
import { type UniqueRun, uniqueKey } from "../run/unique-run.ts";
import { isInputPayload } from "../task/payload.ts";
import type { SendOptions } from "../task/send.ts";
import type { AnyTask } from "../task/task.ts";
import { parseInput } from "../task/task-input.ts";
import { invalidSendOption } from "./send-times.ts";

const LONGEST_MS = 366 * 86_400_000;

/**
 * What makes a send one with others: what it says itself, else what its task says, where this process has the task. Undefined: it is a run of its own.
 * Fails with `invalid_send_option`.
 */
export function uniqueOf(run: NewRun, asked: SendOptions["unique"], task: AnyTask | undefined): UniqueRun | undefined {
  const own = task?.options.limits.unique ?? null;
  if (asked === false || (asked === undefined && own === null)) return undefined;
  if (asked !== undefined && asked !== true && (typeof asked !== "object" || asked === null)) {
    throw invalidSendOption("unique", asked, "true, false or { key?, forMs? }");
  }
  const { key, forMs } = typeof asked === "object" ? asked : {};
  if (key !== undefined && (typeof key !== "string" || key === "")) {
    throw invalidSendOption("unique.key", key, "a text that is not empty");
  }
  if (forMs !== undefined && !(Number.isInteger(forMs) && forMs >= 1 && forMs <= LONGEST_MS)) {
    throw invalidSendOption("unique.forMs", forMs, `a whole number of milliseconds from 1 to ${LONGEST_MS}`);
  }
  const text = key === undefined ? sameness(run, task) : `key ${key}`;
  return { key: uniqueKey(run.task, text), forMs: forMs ?? (typeof asked === "object" ? null : (own?.forMs ?? null)) };
}

/** What the task makes of the input; else the whole of it. */
function sameness({ task: name, payload }: NewRun, task: AnyTask | undefined): string {
  const key = task?.options.limits.unique?.key;
  if (task === undefined || key == null) {
    const { args, kwargs } = isInputPayload(payload) ? { args: [], kwargs: payload.input } : payload;
    return `input ${canonicalJson([[...args], kwargs])}`;
  }
  let text: unknown;
  try {
    const input = parseInput(task, payload);
    text = input instanceof Promise ? undefined : key(input);
  } catch (error) {
    throw invalidSendOption("unique.key", messageOf(error), `a function of task '${name}' that gives a text`);
  }
  if (typeof text !== "string") {
    throw invalidSendOption(
      "unique.key",
      String(text),
      `a function of task '${name}' that gives a text of an input that is parsed at once`,
    );
  }
  return `key ${text}`;
}
