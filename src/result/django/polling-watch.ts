import type { Clock, Stop } from "../../base/clock.ts";
import type { ResultRecord, ResultWatch } from "../result-backend.ts";

const LOOK_EVERY_MS = 1_000;

export interface PollingWatchParts {
  readonly clock: Clock;
  readonly read: (ids: readonly string[]) => Promise<readonly (ResultRecord | undefined)[]>;
  readonly hear: (record: ResultRecord) => void;
}

/** Hears of records where nobody tells of them: a look each second at those that are watched. A record may be heard of several times. */
export class PollingWatch implements ResultWatch {
  readonly #parts: PollingWatchParts;
  readonly #watched = new Set<string>();
  #stopTimer: Stop = () => {};
  #isClosed = false;

  constructor(parts: PollingWatchParts) {
    this.#parts = parts;
    this.#tick();
  }

  add(id: string): void {
    this.#watched.add(id);
  }

  remove(id: string): void {
    this.#watched.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
  }

  #tick(): void {
    this.#stopTimer = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      void this.#look().finally(() => {
        if (!this.#isClosed) this.#tick();
      });
    });
  }

  async #look(): Promise<void> {
    if (this.#watched.size === 0) return;
    // A database that is away is asked again a second later.
    const records = await this.#parts.read([...this.#watched]).catch(() => []);
    for (const record of records) {
      if (record !== undefined && !this.#isClosed && this.#watched.has(record.id)) this.#parts.hear(record);
    }
  }
}
