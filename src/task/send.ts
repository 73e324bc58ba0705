import type { Instant } from "../base/clock.ts";
import type { SendTransaction } from "./send-transaction.ts";
import type { Signature } from "./signature.ts";
import type { AnyTask, InputOf, ResultOf } from "./task.ts";

/** What may be said about one run when it is sent; the task's own options fill what is absent. */
export interface SendOptions {
  /** Seconds to wait before it may start, with a fraction if need be. Not together with `eta`. */
  readonly countdown?: number;
  /** The earliest start: a Date, ms since the epoch, or an ISO text with its zone (`2026-01-01T09:00:00+09:00`). */
  readonly eta?: Date | Instant | string;
  /** When it expires unless it has begun: seconds from now, a Date, or an ISO text with its zone. */
  readonly expires?: number | Date | string;
  readonly queue?: string;
  /** 0 to 9, higher first. */
  readonly priority?: number;
  /** Sends of one task with one key are one run, whoever sends them and however often: the later ones answer the first one's. */
  readonly key?: string;
  /** The longest that one attempt may take, in ms. */
  readonly timeLimitMs?: number;
  /** The time after which the attempt's signal is aborted, in ms, less than its time limit: the task may still clean up and return. Default: the task's own. */
  readonly softTimeLimitMs?: number;
  /**
   * Answers the run of the same task and key that is there already: one that is unfinished or, with `forMs`, one that was sent so long ago at most. `key` is a text; without it, the
   * whole input counts. `false`: this send is a run of its own, whatever the task says. Default: the task's own `unique`.
   */
  readonly unique?: boolean | { readonly key?: string; readonly forMs?: number };
  /**
   * An open transaction of your own on hyoshi's database, whatever the broker: the run is sent when it commits, and was never sent when it does not. Fails with
   * `invalid_transaction` where none is open on it, or where it is one of another database. With `better-sqlite3` the row is written, and what is wrong thrown, before the
   * call returns, so that it may stand inside `database.transaction(() => …)`; only tasks with secret inputs, with schemas that have to be waited for, or that this process
   * does not know, are waited for there as well. The result can be waited for after the commit.
   */
  readonly transaction?: SendTransaction;
  /** Whether the run, where another run sends it, goes on when that one is cancelled. Default: false. */
  readonly detached?: boolean;
  /** Texts that go along with the run. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A run that was sent. */
export interface SentRun<Result = unknown> {
  readonly id: string;
  /** False when a run of the same `key`, or the same by `unique`, was there already, and this is that one. */
  readonly added: boolean;
  /**
   * What keeps it now. `"stored"`: its row in the database; where a broker of its own carries messages, it is handed over from there, also when the broker was
   * away. `"confirmed"`: that broker has its message; the row is written in the background and, at the latest, by the worker that takes it.
   */
  readonly broker: "stored" | "confirmed";
  /**
   * What the task returned, once the run has ended. Fails with `run_failed`, `run_cancelled`, `run_expired` or `run_lost`
   * if it ended so, with `result_timeout` if it did not end in time (default: wait without end), and with `result_unknown` where a Python worker
   * has ignored the result, or keeps it where it cannot be read, and no more than its display text is known.
   */
  result(options?: { readonly timeoutMs?: number }): Promise<Result>;
}

// biome-ignore lint/complexity/noBannedTypes: {} is meant: "may the input be left out" asks whether an empty object fits.
type Nothing = {};
type InputAndOptions<Input> = Nothing extends Input
  ? [input?: Input, options?: SendOptions]
  : [input: Input, options?: SendOptions];

/**
 * Sends a task: `send(task, input, options)`, or by its name, where a type alone says what it takes:
 * `send<typeof counterUpper>("tapp_a.counter_upper", { counterId: 1 })`. Resolves when the run is durably queued. Fails
 * with `invalid_input` when the input does not fit the task's schema, and nothing is sent.
 */
export interface Send {
  /**
   * Sends a canvas: what begins it is sent, all of it or nothing, and the rest follows from what becomes of that. Fails with `invalid_signature` where it makes no sense.
   */
  <Result>(canvas: Signature<unknown, Result>): Promise<SentCanvas<Result>>;
  <T extends AnyTask>(task: T | string, ...rest: InputAndOptions<InputOf<T>>): Promise<SentRun<ResultOf<T>>>;
}

/** A canvas that was sent. */
export interface SentCanvas<Result = unknown> {
  /** The run whose result is the canvas's: of a chain the last step's, of a chord its body's. Of a group its own id, which is no run's. */
  readonly id: string;
  /** The first run: the family's root. */
  readonly rootId: string;
  /** The runs that begin it. */
  readonly runIds: readonly string[];
  readonly broker: "stored";
  /**
   * What the canvas brings, once it has ended: of a group the list of its results. Fails as {@link SentRun.result} does, as soon as something has failed that it cannot do
   * without.
   */
  result(options?: { readonly timeoutMs?: number }): Promise<Result>;
}

/** One of many that are sent together. */
export interface SendItem<T extends AnyTask = AnyTask> {
  readonly task: T | string;
  readonly input?: InputOf<T>;
  readonly options?: SendOptions;
}

/**
 * Sends many at once, in few writes: much quicker than one after the other. All inputs are checked before the first is sent; fails as {@link Send} does, and
 * nothing is sent then. The answers are in the order of the items.
 */
export type SendMany = <T extends AnyTask>(items: readonly SendItem<T>[]) => Promise<readonly SentRun<ResultOf<T>>[]>;
