import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Wake } from "../base/wake.ts";
import type { NewRun } from "../run/run.ts";
import type { AddAnswer, RunStore } from "../run/run-store.ts";
import type { Payload } from "../task/payload.ts";
import type { TaskRegistry } from "../task/registry.ts";
import type { Send, SendOptions, SentRun } from "../task/send.ts";
import { type AnyTask, isTask } from "../task/task.ts";
import { argumentsPayload, parseInput, toPayload } from "../task/task-input.ts";
import { jsonError, toJson } from "../task/to-json.ts";
import { newRun, type Sender, type SentTask } from "./new-run.ts";
import { waitForResult } from "./result-waiter.ts";
import { SendBatch } from "./send-batch.ts";

/** A task that this process cannot import, as a worker announced it. */
export interface RemoteTask extends SentTask {
  /** Null: it takes args and kwargs. Else fails with `invalid_input` when the input does not fit. */
  readonly checkInput: ((input: unknown) => void) | null;
}

export interface ClientParts {
  readonly runs: RunStore;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly random: Random;
  /** The tasks that this process knows. */
  readonly registry: TaskRegistry;
  /** Looks up what it does not know; undefined: nobody announced it. */
  readonly findRemote: (name: string) => Promise<RemoteTask | undefined>;
  readonly defaultQueue: string;
}

/** Sends runs, and waits for what becomes of them. */
export class Client {
  readonly #parts: ClientParts;
  readonly #batch: SendBatch;
  /** {@link Send}, for what the project's own code sends. */
  readonly send: Send;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#batch = new SendBatch(parts.runs);
    this.send = this.as({ origin: { kind: "api" } });
  }

  /** A `send` whose runs say that `sender` sent them. */
  as(sender: Sender): Send {
    const send = (task: AnyTask | string, input?: unknown, options: SendOptions = {}) =>
      this.#send(task, input, options, sender);
    // The types of input and result are the compiler's alone: the schema has checked the one, and will check the other.
    return send as Send;
  }

  /**
   * Sends a payload whose task and input were checked already. Fails with `invalid_send_option`.
   */
  async sendPayload(task: SentTask, payload: Payload, options: SendOptions, sender: Sender): Promise<SentRun> {
    const { clock, random } = this.#parts;
    return this.sendRun(newRun(task, payload, { options, sender, now: clock.now(), random }));
  }

  /** Sends a run as it is; `added` is false when its id or its lock key is taken. */
  async sendRun(run: NewRun): Promise<SentRun & { readonly answer: AddAnswer }> {
    const answer = await this.#batch.add(run);
    return {
      id: run.id,
      added: answer === "added" || answer === "held",
      answer,
      result: ({ timeoutMs } = {}) => this.result(run.id, timeoutMs),
    };
  }

  /** What a run returned, once it has ended; see {@link SentRun.result}. */
  result(id: string, timeoutMs?: number): Promise<unknown> {
    return waitForResult(this.#parts, id, timeoutMs);
  }

  async #send(task: AnyTask | string, input: unknown, options: SendOptions, sender: Sender): Promise<SentRun> {
    const known = isTask(task) ? task : this.#parts.registry.find(task)?.task;
    if (known !== undefined) {
      const payload = toPayload(known, input);
      await parseInput(known, payload);
      return this.sendPayload(this.#sent(known), payload, options, sender);
    }
    const name = task as string;
    const remote = await this.#parts.findRemote(name);
    const payload = remotePayload(name, remote, input);
    return this.sendPayload(remote ?? { name, queue: this.#parts.defaultQueue }, payload, options, sender);
  }

  #sent({ name, options }: AnyTask): SentTask {
    const { queue, priority, onLost, record } = options;
    return { name, queue: queue ?? this.#parts.defaultQueue, priority, onLost, record };
  }
}

/** Nobody knows what an unknown task takes: `{ args, kwargs }` is taken for these, and anything else for an input. */
function remotePayload(name: string, remote: RemoteTask | undefined, input: unknown): Payload {
  const { value, issue } = toJson(input ?? {});
  if (issue !== undefined) throw jsonError("invalid_input", `the input of task '${name}'`, issue);
  if (remote === undefined) return looksLikeArguments(value) ? argumentsPayload(name, value) : { input: value };
  if (remote.checkInput === null) return argumentsPayload(name, value);
  remote.checkInput(value);
  return { input: value };
}

function looksLikeArguments(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key === "args" || key === "kwargs");
}
