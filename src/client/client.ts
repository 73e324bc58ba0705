import type { Clock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { keptAlive } from "../base/keep-alive.ts";
import type { Random } from "../base/random.ts";
import type { Wake } from "../base/wake.ts";
import type { ChordCounter, ResultBackend } from "../result/result-backend.ts";
import type { HookCaller } from "../run/hook-caller.ts";
import { leftOf } from "../run/record-rule.ts";
import type { NewRun } from "../run/run.ts";
import type { AddAnswer, RunStore } from "../run/run-store.ts";
import { SecretSeal } from "../run/secret-seal.ts";
import type { UniqueRun } from "../run/unique-run.ts";
import { invalidTransaction, type TransactionalRuns } from "../run/user-transaction.ts";
import type { Payload } from "../task/payload.ts";
import type { TaskRegistry } from "../task/registry.ts";
import type { QueueOf } from "../task/routes.ts";
import type { Send, SendItem, SendMany, SendOptions, SentCanvas, SentRun } from "../task/send.ts";
import type { SendTransaction } from "../task/send-transaction.ts";
import { type AnySignature, isSignature } from "../task/signature.ts";
import { type AnyTask, isTask } from "../task/task.ts";
import { argumentsPayload, parseInput, toPayload } from "../task/task-input.ts";
import { inputSecrets } from "../task/task-secrets.ts";
import { jsonError, toJson } from "../task/to-json.ts";
import type { Tracing } from "../task/tracing.ts";
import type { BrokerSender } from "./broker-sender.ts";
import { newRun, type Sender, type SentTask } from "./new-run.ts";
import { waitForCanvas, waitForResult } from "./result-waiter.ts";
import { SendBatch } from "./send-batch.ts";
import { type PreparedInput, planCanvas } from "./send-canvas.ts";
import { SendNotes } from "./send-notes.ts";
import { invalidSendOption } from "./send-times.ts";
import { uniqueOf } from "./unique-of.ts";
import { UnrecordedResults } from "./unrecorded-results.ts";

/** A task that this process cannot import, as a worker announced it. */
export interface RemoteTask extends SentTask {
  /** Null: it takes args and kwargs. Else fails with `invalid_input` when the input does not fit. */
  readonly checkInput: ((input: unknown) => void) | null;
  /** With its secrets sealed. */
  readonly seal?: (payload: Payload) => Promise<Payload>;
}

export interface ClientParts {
  readonly runs: RunStore;
  /** Writes runs in transactions of the project's own code; without it, none can be. */
  readonly transactional?: TransactionalRuns;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly random: Random;
  /** The tasks that this process knows. */
  readonly registry: TaskRegistry;
  /** Looks up what it does not know; undefined: nobody announced it. */
  readonly findRemote: (name: string) => Promise<RemoteTask | undefined>;
  readonly defaultQueue: string;
  /** Where runs go whose task names no queue. Default: the default queue. */
  readonly queueOf?: QueueOf;
  /** Seals what tasks' schemas declare secret. */
  readonly secrets?: SecretSeal;
  /** Where a broker of its own carries messages: sends what may begin at once to it first. */
  readonly sender?: BrokerSender;
  /** Called before something is left to a relay, which may not be at work in this process yet. */
  readonly relaying?: () => void;
  /** Called before something is sent whose result may come as a message to this process alone. */
  readonly sending?: () => void;
  /** Called before a result is waited for: of what a worker of another kind executes, somebody has to bring it home. With an id, it is likely to be such a run. */
  readonly awaiting?: (foreignId?: string) => void;
  /** Where the results of runs without a record are. */
  readonly results?: Pick<ResultBackend, "read" | "watch">;
  /** Who counts chords; without it, a canvas with one cannot be sent. */
  readonly chords?: Pick<ChordCounter, "startChord">;
  /** Which end of the priorities in Celery's signatures comes first on the project's broker. */
  readonly priorities?: "low-first" | "high-first";
  /** The project's hooks of sending, and its tracing. */
  readonly hooks?: HookCaller;
  readonly tracing?: Tracing;
}

interface Prepared {
  readonly task: SentTask;
  readonly payload: Payload;
}

/** Sends runs, and waits for what becomes of them. */
export class Client {
  readonly #parts: ClientParts;
  readonly #batch: SendBatch;
  readonly #unrecorded: UnrecordedResults;
  readonly #notes: SendNotes;
  /** {@link Send}, for what the project's own code sends. */
  readonly send: Send;
  /** {@link SendMany}, for what the project's own code sends. */
  readonly sendMany: SendMany;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#batch = new SendBatch(parts.runs);
    this.#notes = new SendNotes(parts.hooks, parts.tracing);
    this.#unrecorded = new UnrecordedResults(parts);
    this.send = this.as({ origin: { kind: "api" } });
    this.sendMany = this.manyAs({ origin: { kind: "api" } });
  }

  async close(): Promise<void> {
    await this.#unrecorded.close();
  }

  /** A `send` whose runs say that `sender` sent them. */
  as(sender: Sender): Send {
    const send = (task: AnyTask | AnySignature | string, input?: unknown, options: SendOptions = {}) =>
      isSignature(task)
        ? keptAlive(this.#sendCanvas(task, { input, ...options }, sender))
        : keptAlive(this.#send(task, input, options, sender));
    // The types of input and result are the compiler's alone: the schema has checked the one, and will check the other.
    return send as Send;
  }

  /** A `sendMany` whose runs say that `sender` sent them. */
  manyAs(sender: Sender): SendMany {
    const send = async (items: readonly SendItem[]) => {
      const { clock, random } = this.#parts;
      const prepared = await Promise.all(
        items.map(({ task, input }) => this.#preparedAtOnce(task, input) ?? this.#prepare(task, input)),
      );
      const now = clock.now();
      const runs = prepared.map(({ task, payload }, n) => {
        const options = items[n]?.options ?? {};
        const run = newRun(task, payload, { options, sender, now, random });
        return { run, options, unique: this.#uniqueOf(run, options) };
      });
      if (this.#parts.sender === undefined && runs.every(isNew)) return this.#sendNew(runs.map(({ run }) => run));
      return Promise.all(
        runs.map(({ run, options: { transaction, key }, unique }) => {
          if (unique !== undefined) return this.#sendUnique(run, unique);
          return transaction === undefined ? this.#sendRun(run, key !== undefined) : this.#sendWithin(transaction, run);
        }),
      );
    };
    return ((items) => keptAlive(send(items))) as SendMany;
  }

  /**
   * Sends a payload whose task and input were checked already. Fails with `invalid_send_option`.
   */
  async sendPayload(task: SentTask, payload: Payload, options: SendOptions, sender: Sender): Promise<SentRun> {
    const { clock, random } = this.#parts;
    const run = newRun(task, payload, { options, sender, now: clock.now(), random });
    const unique = this.#uniqueOf(run, options);
    return unique === undefined ? this.#sendRun(run, options.key !== undefined) : this.#sendUnique(run, unique);
  }

  /** Sends a run as it is, its row first; `added` is false when its id or its lock key is taken. */
  sendRun(run: NewRun): Promise<SentRun & { readonly answer: AddAnswer }> {
    return this.#sendRun(run, true);
  }

  /** @param isStoredFirst whether the run depends on what is there */
  async #sendRun(given: NewRun, isStoredFirst: boolean): Promise<SentRun & { readonly answer: AddAnswer }> {
    const run = this.#notes.begun(given);
    try {
      const sent = await this.#handOver(run, isStoredFirst);
      this.#notes.ended(run, sent);
      return sent;
    } catch (error) {
      this.#notes.failed(run, error);
      throw error;
    }
  }

  async #handOver(run: NewRun, isStoredFirst: boolean): Promise<SentRun & { readonly answer: AddAnswer }> {
    const { sender, relaying, sending } = this.#parts;
    sending?.();
    const sent = isStoredFirst ? undefined : await sender?.send(run);
    if (sent?.kind === "confirmed") {
      const { id, task, options } = run;
      const isRecorded = (options.record ?? "all") === "all";
      return {
        ...{ id, added: true, answer: "added", broker: "confirmed" },
        result: ({ timeoutMs } = {}) =>
          isRecorded
            ? this.#result(run, timeoutMs, () => sent.written)
            : keptAlive(this.#unrecorded.wait({ id, task }, timeoutMs)),
      };
    }
    const answer = await this.#batch.add(run, { isNew: sender === undefined && !isStoredFirst });
    relaying?.();
    return this.#stored(run, answer);
  }

  /** Many that nothing else decides about. */
  async #sendNew(given: readonly NewRun[]): Promise<readonly SentRun[]> {
    const { relaying, sending } = this.#parts;
    sending?.();
    const runs = given.map((run) => this.#notes.begun(run));
    try {
      await this.#batch.addAll(runs, { areNew: true });
    } catch (error) {
      for (const run of runs) this.#notes.failed(run, error);
      throw error;
    }
    relaying?.();
    return runs.map((run) => {
      this.#notes.ended(run, { id: run.id, added: true });
      return this.#stored(run, "added");
    });
  }

  /** What makes it one with others; undefined: nothing does. Fails with `invalid_send_option`. */
  #uniqueOf(run: NewRun, { unique: asked, transaction }: SendOptions): UniqueRun | undefined {
    const own = this.#parts.registry.find(run.task)?.task;
    const unique = uniqueOf(run, asked, own);
    if (unique === undefined || transaction === undefined) return unique;
    throw invalidSendOption(
      "transaction",
      "given",
      `no transaction where the send is unique; 'unique: false' makes it a run of its own`,
    );
  }

  async #sendUnique(given: NewRun, unique: UniqueRun): Promise<SentRun & { readonly answer: AddAnswer }> {
    const { runs, relaying, sending } = this.#parts;
    sending?.();
    // Sends that are the same for a time find it when it has ended.
    const run = this.#notes.begun(unique.forMs === null ? given : recorded(given));
    try {
      const { id, isNew } = await runs.addUnique(run, unique);
      this.#notes.ended(run, { id, added: isNew });
      relaying?.();
      return this.#stored({ ...run, id }, isNew ? "added" : "exists");
    } catch (error) {
      this.#notes.failed(run, error);
      throw error;
    }
  }

  #stored(run: NewRun, answer: AddAnswer): SentRun & { readonly answer: AddAnswer } {
    const { id } = run;
    const { sender } = this.#parts;
    const added = answer === "added" || answer === "held";
    // With a broker of its own, what has a row keeps it.
    const isKept = sender !== undefined || leftOf(run) === undefined;
    return {
      ...{ id, added, answer, broker: "stored" },
      result: ({ timeoutMs } = {}) =>
        isKept ? this.#result(run, timeoutMs) : keptAlive(this.#unrecorded.wait(run, timeoutMs)),
    };
  }

  /** The row is there when this returns, and what is wrong is thrown, where the transaction's connection answers at once. */
  #sendWithin(transaction: SendTransaction, given: NewRun): Promise<SentRun> {
    const { transactional, relaying, sending } = this.#parts;
    if (transactional === undefined) throw invalidTransaction("there is no database that it could be one of");
    const run = this.#notes.begun(given);
    const failed = (error: unknown) => {
      this.#notes.failed(run, error);
      throw error;
    };
    const stored = (answer: AddAnswer) => {
      const sent = this.#stored(run, answer);
      this.#notes.ended(run, sent);
      return sent;
    };
    try {
      const answer = transactional.addWithin(transaction, run);
      sending?.();
      relaying?.();
      return answer instanceof Promise ? answer.then(stored, failed) : Promise.resolve(stored(answer));
    } catch (error) {
      return failed(error);
    }
  }

  /** All that begins it goes with one write, row first: a canvas is there as a whole or not at all. */
  async #sendCanvas(canvas: AnySignature, more: object, sender: Sender): Promise<SentCanvas> {
    for (const [name, value] of Object.entries(more)) {
      if (value !== undefined)
        throw invalidSendOption(
          name,
          value,
          "nothing beside a canvas, whose signatures have inputs and options of their own",
        );
    }
    const { runs: store, clock, random, chords = noChords, priorities, registry, sending, relaying } = this.#parts;
    const { runs: planned, result } = await planCanvas(canvas, sender, {
      ...{ clock, random, chords, priorities },
      prepare: (task, given, isWhole) => this.#prepareForCanvas(task, given, isWhole),
      find: (name) => registry.find(name)?.task,
    });
    sending?.();
    const runs = planned.map((run) => this.#notes.begun(run));
    try {
      await store.add(runs);
    } catch (error) {
      for (const run of runs) this.#notes.failed(run, error);
      throw error;
    }
    for (const run of runs) this.#notes.ended(run, { id: run.id, added: true });
    relaying?.();
    const runIds = runs.map(({ id }) => id);
    const rootId = runs[0]?.rootId ?? runIds[0] ?? "";
    return {
      ...{ id: tupleId(result), rootId, runIds, broker: "stored" },
      result: ({ timeoutMs } = {}) => {
        this.#parts.awaiting?.();
        return keptAlive(waitForCanvas(this.#parts, { result, runIds }, timeoutMs));
      },
    };
  }

  /** What is not whole cannot be checked: the rest comes from a run that it follows. */
  async #prepareForCanvas(task: AnyTask | string, given: unknown, isWhole: boolean): Promise<PreparedInput> {
    const known = this.#known(task);
    if (known !== undefined) {
      if (isWhole) return this.#prepare(known, given);
      return { task: this.#sent(known), payload: await this.#sealed(known, toPayload(known, given)) };
    }
    const name = task as string;
    const remote = await this.#parts.findRemote(name);
    if (remote?.checkInput && isWhole) return this.#prepare(name, given);
    const { value, issue } = toJson(given ?? {});
    if (issue !== undefined) throw jsonError("invalid_input", `the input of task '${name}'`, issue);
    const plain = remote?.checkInput ? { input: value } : argumentsFor(name, value);
    const payload = (await remote?.seal?.(plain)) ?? plain;
    return { task: remote ?? { name, queue: this.#queueOf(name) }, payload };
  }

  /** What a run returned, once it has ended; see {@link SentRun.result}. */
  result(id: string, timeoutMs?: number): Promise<unknown> {
    this.#parts.awaiting?.();
    return keptAlive(waitForResult(this.#parts, id, timeoutMs));
  }

  /** @param written resolves when there is a row of it */
  #result(
    { id, task }: Pick<NewRun, "id" | "task">,
    timeoutMs?: number,
    written = () => Promise.resolve(),
  ): Promise<unknown> {
    const { awaiting, registry } = this.#parts;
    const wait = async () => {
      await written();
      awaiting?.(registry.find(task) === undefined ? id : undefined);
      return waitForResult(this.#parts, id, timeoutMs);
    };
    return keptAlive(wait());
  }

  #send(task: AnyTask | string, input: unknown, options: SendOptions, sender: Sender): Promise<SentRun> {
    const { transaction } = options;
    const { clock, random } = this.#parts;
    const sendPrepared = (prepared: Prepared) => {
      if (transaction === undefined) return this.sendPayload(prepared.task, prepared.payload, options, sender);
      const run = newRun(prepared.task, prepared.payload, { options, sender, now: clock.now(), random });
      this.#uniqueOf(run, options);
      return this.#sendWithin(transaction, run);
    };
    const atOnce = transaction === undefined ? undefined : this.#preparedAtOnce(task, input);
    return atOnce === undefined ? this.#prepare(task, input).then(sendPrepared) : sendPrepared(atOnce);
  }

  /** Undefined where something has to be waited for. Fails with `invalid_input`. */
  #preparedAtOnce(task: AnyTask | string, input: unknown): Prepared | undefined {
    const known = this.#known(task);
    if (known === undefined || inputSecrets(known) !== undefined) return undefined;
    const payload = toPayload(known, input);
    return parseInput(known, payload) instanceof Promise ? undefined : { task: this.#sent(known), payload };
  }

  /** The task itself, where this process has it. Fails with `invalid_task`. */
  #known(task: AnyTask | string): AnyTask | undefined {
    if (isTask(task)) return task;
    if (typeof task === "string" && task !== "") return this.#parts.registry.find(task)?.task;
    const hint = task === undefined ? ": modules that import one another in a circle see each other's tasks so" : "";
    throw new HyoshiError("invalid_task", `cannot send '${String(task)}': expected a task or its name${hint}`);
  }

  #queueOf(task: string): string {
    const { queueOf, defaultQueue } = this.#parts;
    return queueOf?.(task) ?? defaultQueue;
  }

  /** Fails with `invalid_input`. */
  async #prepare(task: AnyTask | string, input: unknown): Promise<Prepared> {
    const known = this.#known(task);
    if (known !== undefined) {
      const payload = toPayload(known, input);
      await parseInput(known, payload);
      return { task: this.#sent(known), payload: await this.#sealed(known, payload) };
    }
    const name = task as string;
    const remote = await this.#parts.findRemote(name);
    const plain = remotePayload(name, remote, input);
    const payload = (await remote?.seal?.(plain)) ?? plain;
    return { task: remote ?? { name, queue: this.#queueOf(name) }, payload };
  }

  async #sealed(task: AnyTask, payload: Payload): Promise<Payload> {
    const { secrets } = this.#parts;
    const schema = inputSecrets(task);
    if (secrets === undefined || schema === undefined) return payload;
    await secrets.ready();
    return SecretSeal.inPayload(payload, task.positional, (input) => secrets.sealed(task.name, schema, input));
  }

  #sent({ name, options }: AnyTask): SentTask {
    const { queue, priority, onLost, record } = options;
    return { name, queue: queue ?? this.#queueOf(name), priority, onLost, record };
  }
}

/** Its id is its own, and nothing that is there decides what becomes of it. */
function isNew(sent: { readonly options: SendOptions; readonly unique: UniqueRun | undefined }): boolean {
  const { key, transaction } = sent.options;
  return key === undefined && transaction === undefined && sent.unique === undefined;
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

/** What a task without a schema, or one that nobody knows, is given. */
function argumentsFor(name: string, value: Json): Payload {
  const isEmpty = isJsonObject(value) && Object.keys(value).length === 0;
  if (isEmpty || looksLikeArguments(value)) return argumentsPayload(name, value);
  return isJsonObject(value) ? { args: [], kwargs: value } : { args: [value], kwargs: {} };
}

const noChords = {
  startChord: async () => {
    throw new HyoshiError("unsupported_chord", "a chord cannot be sent from here: nobody would count its members");
  },
};

function recorded(run: NewRun): NewRun {
  const { record: _, ...options } = run.options;
  return { ...run, options };
}

/** Of a result tuple, `[[id, parent], members]`. */
function tupleId(tuple: Json): string {
  return String((tuple as readonly (readonly Json[])[])[0]?.[0]);
}

function looksLikeArguments(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key === "args" || key === "kwargs");
}
