import type { Actor } from "../account/permission.ts";
import { HyoshiError } from "../base/error.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { nodeName } from "../control/node-name.ts";
import type { ProcessRecord } from "../control/process-reader.ts";
import type {
  ControlCommand,
  InspectCommand,
  RemoteControl,
  RemoteReplies,
  RemoteRequest,
} from "../control/remote-control.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { isWorker } from "./task-directory.ts";

/** What a worker answered when it was looked at; null: it did not, or not to this. */
export interface Inspection {
  readonly node: string;
  /** Whether it answered to anything. */
  readonly answered: boolean;
  readonly stats: Json;
  readonly active: Json;
  readonly reserved: Json;
  readonly scheduled: Json;
  readonly queues: Json;
  readonly registered: Json;
  readonly revoked: Json;
  readonly conf: Json;
}

/** Commands that the admin gives a single worker; the others are about runs, or are for the command line. */
export const workerCommands = [
  "pool_grow",
  "pool_shrink",
  "autoscale",
  "add_consumer",
  "cancel_consumer",
  "rate_limit",
  "time_limit",
  "enable_events",
  "disable_events",
  "shutdown",
] as const satisfies readonly ControlCommand[];
export type WorkerCommand = (typeof workerCommands)[number];

/** What a worker replied to a command. `silent`: nothing came in time, as after `shutdown`. */
export type CommandReply = { readonly kind: "ok" | "error"; readonly text: string } | { readonly kind: "silent" };

const LOOK_WITHIN_MS = 1_500;
const COMMAND_WITHIN_MS = 2_000;

/** Asks and commands workers over the broker: hyoshi's own and Celery's alike. */
export class RemoteWorkers {
  readonly #parts: CatalogParts;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** Whether there is a broker to ask over. */
  get isThere(): boolean {
    return this.#parts.remote !== undefined;
  }

  /** Asks or commands workers by their node names, or all of them. Fails with `no_remote_control` and `broker_away`. */
  ask(request: RemoteRequest): Promise<RemoteReplies> {
    return this.#remote().ask(request);
  }

  /**
   * Tells workers of another kind that runs are cancelled: they do not ask the database, and may have the runs' messages or be executing them. Where
   * nobody can be told, or the broker is away, nothing happens: what such a worker does all the same is not recorded as the run's end.
   */
  async revoke(ids: readonly string[], terminate: boolean): Promise<void> {
    const command = terminate ? "terminate" : "revoke";
    await this.#parts.remote?.tell({ command, arguments: { task_id: [...ids] } }).catch(() => {});
  }

  /** Everything that one worker answers now; nothing where there is nothing to ask over. Fails with `not_found` and `broker_away`. */
  async inspect(processId: number): Promise<Inspection> {
    const { remote } = this.#parts;
    const node = await this.#nodeOf(processId);
    if (remote === undefined) return { node, answered: false, ...nothing };
    const ask = (command: InspectCommand, given: JsonObject = {}): Promise<RemoteReplies> =>
      remote.ask({ command, arguments: given, to: [node], timeoutMs: LOOK_WITHIN_MS });
    const asked = await Promise.all([
      ask("stats"),
      ask("active", { safe: true }),
      ask("reserved"),
      ask("scheduled"),
      ask("active_queues"),
      ask("registered"),
      ask("revoked"),
      ask("conf", { with_defaults: false }),
    ]);
    const [stats = null, active = null, reserved = null, scheduled = null, queues = null, ...rest] = asked.map(
      (replies) => replies.get(node) ?? null,
    );
    const [registered = null, revoked = null, conf = null] = rest;
    const answered = asked.some((replies) => replies.has(node));
    return { ...{ node, answered, stats, active, reserved, scheduled, queues }, registered, revoked, conf };
  }

  /**
   * Commands one worker, and answers its reply. Fails with `not_found`, `invalid` (arguments that make no sense), `no_remote_control`
   * and `broker_away`.
   */
  async command(processId: number, command: WorkerCommand, given: JsonObject, by: Actor): Promise<CommandReply> {
    const remote = this.#remote();
    const errors = faultsOf(command, given);
    if (errors.length > 0) throw invalid(errors);
    const node = await this.#nodeOf(processId);
    const replies = await remote.ask({ command, arguments: given, to: [node], timeoutMs: COMMAND_WITHIN_MS });
    this.#parts.noteCommand?.({ command, node, arguments: given, by: by.name });
    return replyOf(replies.get(node));
  }

  async #nodeOf(processId: number): Promise<string> {
    const processes = await this.#parts.readers.processes.processes();
    const found = processes.find(({ id }) => id === processId);
    if (found === undefined || !isWorker(found)) throw noWorker(processId);
    return nodeOf(found);
  }

  #remote(): RemoteControl {
    const { remote } = this.#parts;
    if (remote !== undefined) return remote;
    throw new HyoshiError(
      "no_remote_control",
      "the project's broker is its database, which carries no remote control: set 'broker' to Redis or RabbitMQ",
    );
  }
}

/** The name by which a worker is called over the broker. */
export function nodeOf({ name, host }: Pick<ProcessRecord, "name" | "host">): string {
  return nodeName(name, host);
}

const nothing = {
  stats: null,
  active: null,
  reserved: null,
  scheduled: null,
  queues: null,
  registered: null,
  revoked: null,
  conf: null,
} as const;

function replyOf(reply: Json | undefined): CommandReply {
  if (!isJsonObject(reply)) return { kind: "silent" };
  const { ok, error } = reply;
  if (error !== undefined) return { kind: "error", text: textOf(error) };
  return { kind: "ok", text: textOf(ok ?? null) };
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

function faultsOf(command: WorkerCommand, given: JsonObject): FieldError[] {
  const fault = (name: string, detail: string, en: string, ja: string): FieldError => ({
    ...{ path: `/arguments/${name}`, code: "not_accepted", detail },
    text: { en, ja },
  });
  const isCount = (value: Json | undefined) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1_000;
  const isName = (value: Json | undefined) => typeof value === "string" && /^\S{1,200}$/u.test(value);
  const isLimit = (value: Json | undefined) =>
    value === null || value === undefined || (typeof value === "number" && value >= 0 && value <= 31_536_000);
  switch (command) {
    case "pool_grow":
    case "pool_shrink":
      if (isCount(given.n ?? 1)) return [];
      return [
        fault(
          "n",
          "must be a whole number from 1 to 1,000",
          "A whole number from 1 to 1,000",
          "1 から 1,000 までの整数にしてください",
        ),
      ];
    case "autoscale":
      return (["max", "min"] as const).flatMap((name) =>
        isCount(given[name]) || (name === "min" && given[name] === 0)
          ? []
          : fault(
              name,
              "must be a whole number up to 1,000",
              "A whole number up to 1,000",
              "1,000 以下の整数にしてください",
            ),
      );
    case "add_consumer":
    case "cancel_consumer":
      if (isName(given.queue)) return [];
      return [fault("queue", "is no queue's name", "Not the name of a queue", "キューの名前として使えません")];
    case "rate_limit":
    case "time_limit": {
      const task = isName(given.task_name)
        ? []
        : [fault("task_name", "is not the name of a task", "Not the name of a task", "タスクの名前として使えません")];
      if (command === "time_limit") {
        const limits = (["hard", "soft"] as const).flatMap((name) =>
          isLimit(given[name])
            ? []
            : fault(name, "must be a number of seconds", "A number of seconds", "秒数にしてください"),
        );
        return [...task, ...limits];
      }
      if (given.rate_limit === null || /^\d+(\.\d+)?(\/[smh])?$/.test(String(given.rate_limit))) return task;
      return [
        ...task,
        fault(
          "rate_limit",
          "must be like 10/m",
          "Such as 10/s, 100/m or 1000/h",
          "10/s、100/m、1000/h のように書いてください",
        ),
      ];
    }
    default:
      return [];
  }
}

function noWorker(id: number): HyoshiError {
  return new HyoshiError("not_found", `there is no worker with the id ${id}`, {
    fields: { id, text: { en: "There is no such worker.", ja: "このワーカーは見つかりません。" } },
  });
}
