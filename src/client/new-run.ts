import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import { formatUuid, type Random, uuidv7 } from "../base/random.ts";
import type { NewRun, Origin, RecordRule, RunOptions } from "../run/run.ts";
import type { Payload } from "../task/payload.ts";
import type { SendOptions } from "../task/send.ts";
import { DEFAULT_PRIORITY, isWhole } from "../task/task-options.ts";
import { checkOptionNames } from "./send-option-names.ts";
import { invalidSendOption, sendTimes } from "./send-times.ts";

/** Who sends: fixed for all that one place sends. */
export interface Sender {
  readonly origin: Origin;
  /** The run that sends, and the first one of its family. */
  readonly parentId?: string;
  readonly rootId?: string;
  /** Where the ids of a canvas's runs come from. Default: new ones. */
  readonly newId?: () => string;
}

/** What is known of the task that is sent, from its code or from what a worker announced. */
export interface SentTask {
  readonly name: string;
  readonly queue: string;
  readonly priority?: number;
  readonly timeLimitMs?: number;
  readonly softTimeLimitMs?: number;
  readonly onLost?: "retry" | "fail";
  readonly record?: RecordRule;
}

/** The run of one send. Fails with `invalid_send_option`. */
export function newRun(
  task: SentTask,
  payload: Payload,
  send: { readonly options: SendOptions; readonly sender: Sender; readonly now: Instant; readonly random: Random },
): NewRun {
  const { options, sender, now, random } = send;
  checkOptionNames(options);
  const { queue, priority, key, timeLimitMs, softTimeLimitMs, headers } = options;
  if (priority !== undefined && !isWhole(priority, 0, 9)) {
    throw invalidSendOption("priority", priority, "a whole number from 0 to 9, higher first");
  }
  if (queue !== undefined && (typeof queue !== "string" || queue.trim() === "")) {
    throw invalidSendOption("queue", queue, "the name of a queue");
  }
  if (timeLimitMs !== undefined && !isWhole(timeLimitMs, 1, 2_147_483_647)) {
    throw invalidSendOption("timeLimitMs", timeLimitMs, "a whole number of milliseconds, 1 or more");
  }
  if (softTimeLimitMs !== undefined && !isWhole(softTimeLimitMs, 1, (timeLimitMs ?? 2_147_483_648) - 1)) {
    const accepted = timeLimitMs === undefined ? "1 or more" : `1 or more and less than timeLimitMs (${timeLimitMs})`;
    throw invalidSendOption("softTimeLimitMs", softTimeLimitMs, `a whole number of milliseconds, ${accepted}`);
  }
  if (headers !== undefined && !isTexts(headers)) throw invalidSendOption("headers", headers, "an object of texts");
  const { availableAt, expiresAt } = sendTimes(options, now);
  const id = key === undefined ? uuidv7(now, random) : keyedId(task.name, key);
  const runOptions: RunOptions = {
    ...(timeLimitMs !== undefined ? { timeLimitMs } : {}),
    ...(softTimeLimitMs !== undefined ? { softTimeLimitMs } : {}),
    ...(task.onLost === "fail" ? { onLost: "fail" } : {}),
    ...(options.detached ? { detached: true } : {}),
    // Whoever sends the same key again is told that its run was there.
    ...(task.record !== undefined && task.record !== "all" && key === undefined ? { record: task.record } : {}),
    ...(headers !== undefined ? { headers } : {}),
  };
  return {
    id,
    task: task.name,
    payload,
    queue: queue ?? task.queue,
    priority: priority ?? task.priority ?? DEFAULT_PRIORITY,
    options: runOptions,
    origin: sender.origin,
    availableAt,
    queuedAt: now,
    ...(expiresAt !== undefined ? { expiresAt } : {}),
    ...(sender.parentId !== undefined ? { parentId: sender.parentId, rootId: sender.rootId ?? sender.parentId } : {}),
  };
}

function isTexts(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

/** The same for the same task and key, so that the database's own key refuses the second send. */
function keyedId(task: string, key: string): string {
  if (typeof key !== "string" || key === "") throw invalidSendOption("key", key, "a text that is not empty");
  return formatUuid(createHash("sha256").update(`${task}\0${key}`).digest().subarray(0, 16), 8);
}
