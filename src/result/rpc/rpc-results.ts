import { type Clock, type Stop, systemClock } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { Envelope } from "../../message/envelope.ts";
import { readPythonJson } from "../../message/python-json-read.ts";
import { writePythonJson } from "../../message/python-json-write.ts";
import { decodeResult, encodeResult } from "../../message/result-record.ts";
import type { ChordCompletion, ResultBackend, ResultRecord, ResultWatch } from "../result-backend.ts";
import { RecentRecords } from "./recent-records.ts";

/** What is asked of a broker's bus: plain queues by their names, without receipts. */
export interface ResultBus {
  sendTo(queue: string, envelope: Envelope): Promise<void>;
  receiveFrom(queue: string, hear: (envelope: Envelope) => void): Promise<AsyncDisposable>;
}

export interface RpcResultsSettings {
  readonly bus: ResultBus;
  /** The queue in which this project waits for the results of what it has sent itself. */
  readonly replyTo: string;
  /** Whether name, arguments, worker, retries and queue are sent too. Default: false. */
  readonly extended?: boolean;
  readonly clock?: Clock;
}

/** A broker that is away is asked again so often to hand over what comes. */
const LISTEN_AGAIN_MS = 2_000;

/** Beyond this nobody who sends waits for it: what comes meanwhile is lost, as it is while the broker is away. */
const LISTEN_WITHIN_MS = 1_000;

/** Sent together, so that a thousand results do not wait for each other. */
const AT_ONCE = 100;

/**
 * Celery's `rpc://`: each result is a message in the queue of the client that waits for it. Nothing is kept but, in this process, what it heard last:
 * a client that has gone misses it, and there are no chords.
 */
export class RpcResults implements ResultBackend {
  readonly kind = "rpc";
  readonly #settings: RpcResultsSettings;
  readonly #hearers = new Set<(record: ResultRecord) => void>();
  readonly #recent = new RecentRecords();
  #listening: Promise<AsyncDisposable | undefined> = Promise.resolve(undefined);
  /** Whether the broker has not answered yet that it will hand over what comes. */
  #isAsking = false;
  #stopTimer: Stop = () => {};

  constructor(settings: RpcResultsSettings) {
    this.#settings = settings;
  }

  /** A client gets what is stored again a second time, and passes it over. */
  async store(records: readonly ResultRecord[]): Promise<void> {
    const awaited = records.filter(({ replyTo }) => replyTo !== undefined && replyTo !== "");
    for (let from = 0; from < awaited.length; from += AT_ONCE) {
      await Promise.all(awaited.slice(from, from + AT_ONCE).map((record) => this.#send(record)));
    }
  }

  /** What was heard of late. */
  async read(ids: readonly string[]): Promise<readonly (ResultRecord | undefined)[]> {
    return ids.map((id) => this.#recent.get(id));
  }

  /** All that comes is heard by all, whether it is watched or not; what came before it was watched is heard then. */
  watch(hear: (record: ResultRecord) => void): ResultWatch {
    this.#hearers.add(hear);
    if (this.#hearers.size === 1) this.#listen();
    return {
      add: (id) => {
        const record = this.#recent.get(id);
        if (record !== undefined) hear(record);
      },
      remove() {},
      [Symbol.asyncDispose]: async () => {
        if (!this.#hearers.delete(hear) || this.#hearers.size > 0) return;
        this.#stopTimer();
        await (await this.#listening)?.[Symbol.asyncDispose]();
      },
    };
  }

  async listening(): Promise<void> {
    if (!this.#isAsking) return;
    const { clock = systemClock } = this.#settings;
    let stop: Stop = () => {};
    const longest = new Promise<void>((resolve) => {
      stop = clock.after(LISTEN_WITHIN_MS, resolve);
    });
    await Promise.race([this.#listening, longest]).finally(stop);
  }

  async startChord(): Promise<void> {
    throw unsupportedChord();
  }

  async chordPart(): Promise<ChordCompletion> {
    throw unsupportedChord();
  }

  async endChord(): Promise<void> {}

  async close(): Promise<void> {}

  /** A queue has one listener: this waits for an earlier one to have gone. */
  #listen(): void {
    const { bus, replyTo, clock = systemClock } = this.#settings;
    this.#isAsking = true;
    this.#listening = this.#listening.then(async () => {
      try {
        return await bus.receiveFrom(replyTo, (envelope) => this.#heard(envelope));
      } catch {
        if (this.#hearers.size > 0) this.#stopTimer = clock.after(LISTEN_AGAIN_MS, () => this.#listen());
        return undefined;
      } finally {
        this.#isAsking = false;
      }
    });
  }

  #heard(envelope: Envelope): void {
    const record = recordOf(envelope);
    if (record === undefined) return;
    this.#recent.add(record, envelope.body.byteLength);
    for (const hear of this.#hearers) hear(record);
  }

  #send(record: ResultRecord): Promise<void> {
    const { bus, extended = false } = this.#settings;
    return bus.sendTo(record.replyTo ?? "", {
      headers: {},
      properties: {
        contentType: "application/json",
        contentEncoding: "utf-8",
        correlationId: record.id,
        deliveryMode: 1,
      },
      body: Buffer.from(writePythonJson(encodeResult(record, { extended }))),
    });
  }
}

/** What is no record is passed over. */
function recordOf({ body }: Envelope): ResultRecord | undefined {
  try {
    return decodeResult(readPythonJson(Buffer.from(body).toString("utf8")));
  } catch {
    return undefined;
  }
}

function unsupportedChord(): HyoshiError {
  return new HyoshiError(
    "unsupported_chord",
    "the result backend 'rpc' counts no chords: expected a Redis address or 'django' as 'results'",
  );
}

export function createRpcResults(settings: RpcResultsSettings): ResultBackend {
  return new RpcResults(settings);
}
