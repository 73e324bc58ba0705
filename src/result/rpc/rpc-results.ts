import { type Clock, type Stop, systemClock } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { Envelope } from "../../message/envelope.ts";
import { readPythonJson } from "../../message/python-json-read.ts";
import { writePythonJson } from "../../message/python-json-write.ts";
import { decodeResult, encodeResult } from "../../message/result-record.ts";
import type { ChordCompletion, ResultBackend, ResultRecord, ResultWatch } from "../result-backend.ts";

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

/** Sent together, so that a thousand results do not wait for each other. */
const AT_ONCE = 100;

/**
 * Celery's `rpc://`: each result is a message in the queue of the client that waits for it. Nothing is kept: a client that has gone misses it, and
 * there are no chords.
 */
export class RpcResults implements ResultBackend {
  readonly kind = "rpc";
  readonly #settings: RpcResultsSettings;

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

  async read(ids: readonly string[]): Promise<readonly undefined[]> {
    return ids.map(() => undefined);
  }

  /** All that comes is heard, whether it is watched or not: nobody could ask for it later. */
  watch(hear: (record: ResultRecord) => void): ResultWatch {
    const { bus, replyTo, clock = systemClock } = this.#settings;
    let isClosed = false;
    let stopTimer: Stop = () => {};
    let listening: Promise<AsyncDisposable | undefined> = Promise.resolve(undefined);
    const listen = () => {
      const told = (envelope: Envelope) => {
        const record = recordOf(envelope);
        if (record !== undefined) hear(record);
      };
      listening = bus.receiveFrom(replyTo, told).catch(() => {
        if (!isClosed) stopTimer = clock.after(LISTEN_AGAIN_MS, listen);
        return undefined;
      });
    };
    listen();
    return {
      add() {},
      remove() {},
      async [Symbol.asyncDispose]() {
        isClosed = true;
        stopTimer();
        await (await listening)?.[Symbol.asyncDispose]();
      },
    };
  }

  async startChord(): Promise<void> {
    throw unsupportedChord();
  }

  async chordPart(): Promise<ChordCompletion> {
    throw unsupportedChord();
  }

  async endChord(): Promise<void> {}

  async close(): Promise<void> {}

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
