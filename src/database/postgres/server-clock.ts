import type { Clock, Instant, Stop } from "../../base/clock.ts";
import type { PostgresConnection, PostgresPool } from "./postgres-pool.ts";

/**
 * The server's time as an instant, for use inside a statement: it moves on within a transaction. Hosts disagree, so what is due and
 * whose lease has ended is decided by this clock alone.
 */
export const SERVER_NOW = "floor(extract(epoch from clock_timestamp()) * 1000)::bigint";

export async function readServerClock(on: PostgresPool | PostgresConnection): Promise<Instant> {
  const { rows } = await on.query<{ now: Instant }>({ text: `select ${SERVER_NOW} as now`, name: "hyoshi-clock" });
  return rows[0]?.now ?? Number.NaN;
}

const READ_EVERY_MS = 5_000;
/** An answer that took longer says too little of the time at which it was given. */
const SLOW_MS = 250;

/**
 * The server's clock, for what cannot wait for an answer: read now and then, and counted on by the time that has elapsed since. So
 * processes of several hosts agree, however their own clocks are set.
 */
export class ServerClock implements Clock {
  readonly #pool: PostgresPool;
  readonly #host: Clock;
  #read: { readonly at: Instant; readonly elapsed: number } | undefined;
  #stopTimer: Stop = () => {};
  #isStopped = false;

  constructor(pool: PostgresPool, host: Clock) {
    this.#pool = pool;
    this.#host = host;
  }

  /** Resolves when it has been read, and keeps reading. */
  async start(): Promise<void> {
    await this.#look();
    this.#lookAgain();
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
  }

  now(): Instant {
    if (this.#read === undefined) return this.#host.now();
    return Math.round(this.#read.at + this.#host.monotonic() - this.#read.elapsed);
  }

  monotonic(): number {
    return this.#host.monotonic();
  }

  after(ms: number, then: () => void): Stop {
    return this.#host.after(ms, then);
  }

  async #look(): Promise<void> {
    const asked = this.#host.monotonic();
    const at = await readServerClock(this.#pool);
    const answered = this.#host.monotonic();
    if (this.#read !== undefined && answered - asked > SLOW_MS) return;
    this.#read = { at, elapsed: (asked + answered) / 2 };
  }

  #lookAgain(): void {
    if (this.#isStopped) return;
    this.#stopTimer = this.#host.after(READ_EVERY_MS, () => {
      // A server that is away leaves the clock as it is.
      void this.#look()
        .catch(() => {})
        .then(() => this.#lookAgain());
    });
  }
}
