import { loadavg } from "node:os";
import type { Clock, Instant, Stop } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Logger } from "../../base/logger.ts";
import { type Random, uuidv7 } from "../../base/random.ts";
import type { Bus, Heard } from "../../broker/bus.ts";
import { isoTime } from "../../message/iso-time.ts";
import { pythonRepr, REPR_LIMIT } from "../../message/python-repr.ts";
import type { WorkerControl, WorkerListener, WorkerRun, WorkerRunEnd } from "../worker-control.ts";
import type { CommandParts, WorkerAbout } from "./command-parts.ts";
import { carryOut, changesSomething } from "./commands.ts";
import { EventSender } from "./event-sender.ts";
import { SOFTWARE } from "./events.ts";
import { systemName } from "./inspect-commands.ts";
import { LogicalClock } from "./logical-clock.ts";
import { isFor, type PidboxRequest, readReply, readRequest, replyEnvelope, requestEnvelope } from "./pidbox.ts";
import { exceptionRepr } from "./python-error.ts";
import { RevokedIds } from "./revoked-ids.ts";
import { argumentReprs } from "./task-info.ts";

/** Celery's own; readers take a worker for dead after twice as long. */
const HEARTBEAT_MS = 2_000;
/** How long the others' answers to the first greeting are listened to. */
const GREETING_MS = 1_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

export interface CeleryVoiceParts {
  readonly bus: Bus;
  readonly node: string;
  readonly pid: number;
  readonly about: WorkerAbout;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Whether events of runs are told before anybody asks for them. */
  readonly events: boolean;
  readonly cancel: CommandParts["cancel"];
  readonly scheduled: CommandParts["scheduled"];
}

/**
 * A worker's part in what Celery's processes tell each other: it says that it is there and what becomes of its runs, and carries out
 * remote commands. The worker itself does not depend on it: while the broker is away nothing is told, and nobody waits for it.
 */
export class CeleryVoice implements WorkerListener {
  readonly #parts: CeleryVoiceParts;
  readonly #logical = new LogicalClock();
  readonly #events: EventSender;
  readonly #revoked: RevokedIds;
  readonly #startedAt: Instant;
  #commandParts: CommandParts | undefined;
  #listening: AsyncDisposable | undefined;
  #stopTimers: Stop[] = [];
  #stopBeating: Stop = () => {};
  #isRunning = false;

  constructor(parts: CeleryVoiceParts) {
    this.#parts = parts;
    const { bus, clock, node, pid } = parts;
    this.#events = new EventSender({ bus, clock, node, pid, logical: this.#logical }, parts.events);
    this.#revoked = new RevokedIds(clock);
    this.#startedAt = clock.now();
  }

  /** Begins to speak for a worker, and to listen; where the broker is away, as soon as it is back. */
  start(worker: WorkerControl): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { about, clock, cancel, scheduled } = this.#parts;
    this.#commandParts = {
      ...{
        worker,
        about,
        clock,
        cancel,
        scheduled,
        logical: this.#logical,
        events: this.#events,
        revoked: this.#revoked,
      },
      startedAt: this.#startedAt,
      beat: () => void this.#events.worker("worker-heartbeat", { freq: 5, ...software(about.version) }),
    };
    void this.#listen(FIRST_RETRY_MS);
    void this.#events.worker("worker-online", this.#state());
    this.#beat();
  }

  /** Says that the worker is gone, and listens no more. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#stopBeating();
    for (const stop of this.#stopTimers.splice(0)) stop();
    const listening = this.#listening;
    this.#listening = undefined;
    await this.#events.flush();
    await this.#events.worker("worker-offline", this.#state());
    await listening?.[Symbol.asyncDispose]();
  }

  /** Whether a run that comes now was revoked before. */
  isRevoked({ id, stamps }: Pick<WorkerRun, "id" | "stamps">): boolean {
    return this.#revoked.has(id) || this.#revoked.hasStamp(stamps);
  }

  received(run: WorkerRun): void {
    if (!this.#events.tellsOfRuns) return;
    this.#events.task("task-received", run.id, {
      name: run.task,
      ...argumentReprs(run.payload),
      root_id: run.rootId ?? run.id,
      parent_id: run.parentId ?? null,
      retries: run.retries,
      eta: run.availableAt > run.queuedAt ? isoTime(run.availableAt) : null,
      expires: run.expiresAt === undefined ? null : isoTime(run.expiresAt),
    });
  }

  started(run: WorkerRun): void {
    this.#events.task("task-started", run.id, {});
  }

  ended(run: WorkerRun, end: WorkerRunEnd, runtimeMs: number): void {
    if (!this.#events.tellsOfRuns) return;
    switch (end.kind) {
      case "succeeded":
        this.#events.task("task-succeeded", run.id, {
          result: pythonRepr((end.result ?? null) as Json, { limit: REPR_LIMIT }),
          runtime: runtimeMs / 1000,
        });
        break;
      case "failed":
      case "retried": {
        const { name, message, stack } = end.error;
        this.#events.task(`task-${end.kind}`, run.id, {
          exception: exceptionRepr(name, message),
          traceback: stack ?? `${name}: ${message}`,
        });
        break;
      }
      case "cancelled":
      case "expired":
        this.#events.task("task-revoked", run.id, {
          terminated: end.terminated,
          signum: null,
          expired: end.kind === "expired",
        });
    }
  }

  #beat(): void {
    this.#stopBeating = this.#parts.clock.after(HEARTBEAT_MS, () => {
      void this.#events.worker("worker-heartbeat", this.#state());
      this.#beat();
    });
  }

  #state(): JsonObject {
    const worker = this.#commandParts?.worker;
    let processed = 0;
    for (const count of worker?.executed().values() ?? []) processed += count;
    return {
      freq: HEARTBEAT_MS / 1000,
      active: worker?.executing().length ?? 0,
      processed,
      loadavg: loadavg().map((load) => Math.round(load * 100) / 100),
      ...software(this.#parts.about.version),
    };
  }

  async #listen(retryMs: number): Promise<void> {
    const { bus, node, clock, logger } = this.#parts;
    try {
      const listening = await bus.listen("celery.pidbox", { topic: "", name: node }, (heard) => void this.#hear(heard));
      if (!this.#isRunning) return await listening[Symbol.asyncDispose]();
      this.#listening = listening;
      await this.#greet();
    } catch (error) {
      logger.debug({ err: error }, `remote control does not listen yet: ${messageOf(error)}`);
      if (!this.#isRunning) return;
      const again = () => void this.#listen(Math.min(retryMs * 2, LONGEST_RETRY_MS));
      this.#stopTimers.push(clock.after(retryMs, again));
    }
  }

  /** Learns from the others what was revoked before this worker listened. */
  async #greet(): Promise<void> {
    const { bus, node, clock, random } = this.#parts;
    const key = uuidv7(clock.now(), random);
    const replies = await bus.receiveReplies(key, (envelope) => {
      this.#logical.hear(envelope.headers.clock);
      const reply = readReply(envelope);
      if (reply?.ticket !== key) return;
      for (const [from, value] of Object.entries(reply.replies)) if (from !== node) this.#learn(value);
    });
    this.#stopTimers.push(clock.after(GREETING_MS, () => void replies[Symbol.asyncDispose]()));
    const request = {
      method: "hello",
      arguments: { from_node: node, revoked: this.#revoked.told() },
      destination: null,
      reply: { routingKey: key, ticket: key },
    };
    const expires = (clock.now() + GREETING_MS) / 1000;
    await bus.publish("celery.pidbox", "", requestEnvelope(request, { clock: this.#logical.tick(), expires }));
  }

  #learn(reply: Json): void {
    const { revoked, clock } = (reply ?? {}) as { readonly revoked?: Json; readonly clock?: Json };
    if (typeof revoked === "object" && revoked !== null && !Array.isArray(revoked)) {
      this.#revoked.add(Object.keys(revoked));
    }
    this.#logical.hear(clock);
  }

  async #hear({ envelope }: Heard): Promise<void> {
    const { node, bus, logger } = this.#parts;
    this.#logical.hear(envelope.headers.clock);
    this.#events.unmute();
    const request = readRequest(envelope);
    const parts = this.#commandParts;
    if (request === undefined || parts === undefined || !this.#isRunning || !isFor(request, node)) return;
    this.#note(request);
    const reply = await carryOut(request, parts);
    if (request.reply === undefined || reply === undefined) return;
    const { routingKey, ticket } = request.reply;
    try {
      await bus.reply(routingKey, replyEnvelope(node, reply, { ticket, clock: this.#logical.tick() }));
    } catch (error) {
      logger.debug({ err: error }, `the reply to '${request.method}' could not be told: ${messageOf(error)}`);
    }
  }

  /** What others change here is to be found in the log. */
  #note({ method, arguments: given }: PidboxRequest): void {
    if (!changesSomething(method) || (method === "enable_events" && this.#events.isEnabled)) return;
    this.#parts.logger.info({ command: method, arguments: given }, `remote control: ${method}`);
  }
}

function software(version: string): JsonObject {
  return { sw_ident: SOFTWARE, sw_ver: version, sw_sys: systemName() };
}
