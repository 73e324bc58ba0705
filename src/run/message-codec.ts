import type { Instant } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import type { Delivery, OutgoingMessage } from "../broker/broker.ts";
import { decodeTask } from "../message/decode-task.ts";
import { encodeTask } from "../message/encode-task.ts";
import { isInputPayload, type Payload } from "../task/payload.ts";
import { type MessageSeal, SEAL_HEADER, type Sealed } from "./message-seal.ts";
import type { NewRun } from "./run.ts";
import { messageOfRun, runOfMessage } from "./run-message.ts";
import type { IncomingRun } from "./run-store.ts";

/** Under which Celery keeps a periodic task's name, for its result tables. */
const PERIODIC_TASK_NAME = "periodic_task_name";

export interface MessageCodecParts {
  readonly seal: MessageSeal;
  /** `gen<pid>@<host>` of this process. */
  readonly origin: string;
  /** The queue in which this process waits for results, where these come as messages. */
  readonly replyTo?: string;
  /** Resolves when what comes there is heard. */
  readonly listening?: () => Promise<void>;
}

/** A message as it was read, with what its sender says of keeping it. */
export interface ReadMessage extends IncomingRun {
  readonly record: NewRun["options"]["record"];
}

/** Turns runs into the messages that carry them, and back. */
export class MessageCodec {
  readonly #parts: MessageCodecParts;

  constructor(parts: MessageCodecParts) {
    this.#parts = parts;
  }

  /** To be waited for before anything else. */
  ready(): Promise<void> {
    return this.#parts.seal.ready();
  }

  /** To be waited for before messages are written: a quick worker's answer would be lost where nobody listens yet. */
  async readyToWrite(): Promise<void> {
    await Promise.all([this.#parts.seal.ready(), this.#parts.listening?.()]);
  }

  /** @param isRecorded its row is written */
  write(
    run: NewRun & { readonly retries: number; readonly periodicTaskName?: string },
    { isRecorded, now }: { readonly isRecorded: boolean; readonly now: Instant },
  ): OutgoingMessage {
    const { seal, origin, replyTo } = this.#parts;
    const message = messageOfRun(run);
    const headers = {
      ...(run.periodicTaskName !== undefined && { [PERIODIC_TASK_NAME]: run.periodicTaskName }),
      ...message.headers,
      [SEAL_HEADER]: seal.write(message, isRecorded ? { recorded: true } : unrecorded(run)),
    };
    return {
      queue: run.queue,
      priority: run.priority,
      envelope: encodeTask({ ...(replyTo !== undefined && { replyTo }), ...message, headers }, { origin, now }),
    };
  }

  /** Fails with `unreadable_message`. */
  read({ envelope, queue, priority }: Pick<Delivery, "envelope" | "queue" | "priority">, now: Instant): ReadMessage {
    const whole = decodeTask(envelope);
    const { [SEAL_HEADER]: header, ...headers } = whole.headers;
    const sealed = this.#parts.seal.read(whole, header);
    const message = { ...whole, headers };
    const run = runOfMessage(message, { queue, priority, now });
    return {
      run: sealed === undefined ? run : completed(run, sealed),
      retries: message.retries,
      isRecorded: sealed?.recorded === true,
      record: sealed?.record,
    };
  }
}

function unrecorded({ origin, queuedAt, options, payload }: NewRun): Sealed {
  return {
    origin,
    queuedAt,
    ...(options.onLost === "fail" && { onLost: "fail" }),
    ...(options.record !== undefined && { record: options.record }),
    ...(options.detached && { detached: true }),
    ...(isInputPayload(payload) && { input: isJsonObject(payload.input) ? "kwargs" : "args" }),
  };
}

/** What another process of ours has sent, as it would have written its row. */
function completed(run: NewRun, { origin, queuedAt, onLost, record, detached, input }: Sealed): NewRun {
  const { from, ...wire } = run.wire ?? {};
  const { wire: _, ...sent } = run;
  return {
    ...sent,
    payload: inputOf(run.payload, input),
    options: {
      ...run.options,
      ...(onLost !== undefined && { onLost }),
      ...(record !== undefined && { record }),
      ...(detached && { detached: true }),
    },
    // Only what no client of another kind has sent is without an origin of its own here: a retry of Python's, of a run of ours.
    origin: origin ?? run.origin,
    queuedAt: queuedAt === undefined ? run.queuedAt : Math.min(queuedAt, run.queuedAt),
    ...(hasMeaning(wire) && { wire }),
  };
}

/** Display texts alone are made anew for each message. */
function hasMeaning({ argsRepr, kwargsRepr, ...wire }: NonNullable<NewRun["wire"]>): boolean {
  return Object.keys(wire).length > 0;
}

function inputOf(payload: Payload, input: Sealed["input"]): Payload {
  if (isInputPayload(payload) || input === undefined) return payload;
  return { input: input === "kwargs" ? payload.kwargs : (payload.args[0] ?? null) };
}
