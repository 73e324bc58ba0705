import type { Clock, Stop } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Wake } from "../base/wake.ts";
import type { TopicReader } from "../control/topic-reader.ts";

/** Looks are at least so far apart, however much is written. */
const LOOK_EVERY_MS = 200;
/** Behind every hint there is this tick: a hint may be lost, and a lease ends without a commit. */
const TICK_MS = 1_000;

interface Listener {
  readonly topics: ReadonlySet<string>;
  readonly heard: (changed: readonly string[]) => void;
}

/**
 * Tells screens which topics have changed. All of them share one look at the database: after a commit, and each second behind it.
 * While nobody listens, it does nothing.
 */
export class ChangeHub {
  readonly #wake: Wake;
  readonly #clock: Clock;
  readonly #reader: TopicReader;
  readonly #logger: Logger;
  readonly #listeners = new Set<Listener>();
  /** As they were at the last look. */
  #known = new Map<string, string>();
  #stopHearing: Stop = () => {};
  #stopTimer: Stop = () => {};
  #timerAt = Number.POSITIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #isHinted = false;

  constructor(parts: { wake: Wake; clock: Clock; topics: TopicReader; logger: Logger }) {
    this.#wake = parts.wake;
    this.#clock = parts.clock;
    this.#reader = parts.topics;
    this.#logger = parts.logger;
  }

  /** Calls `heard` with those of the topics that have changed, from the next look on. */
  listen(topics: Iterable<string>, heard: (changed: readonly string[]) => void): Stop {
    const listener: Listener = { topics: new Set(topics), heard };
    if (this.#listeners.size === 0) this.#stopHearing = this.#wake.on("database", () => this.#hint());
    this.#listeners.add(listener);
    this.#hint();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stopHearing();
      this.#stopTimer();
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#known.clear();
    };
  }

  #hint(): void {
    this.#isHinted = true;
    if (!this.#isLooking) this.#lookIn(this.#lookedAt + LOOK_EVERY_MS - this.#clock.monotonic());
  }

  /** An earlier look that is planned already stands. */
  #lookIn(ms: number): void {
    const at = this.#clock.monotonic() + Math.max(ms, 0);
    if (at >= this.#timerAt) return;
    this.#stopTimer();
    this.#timerAt = at;
    this.#stopTimer = this.#clock.after(Math.max(ms, 0), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#isHinted = false;
    this.#lookedAt = this.#clock.monotonic();
    try {
      const topics = [...new Set([...this.#listeners].flatMap((listener) => [...listener.topics]))];
      this.#compare(await this.#reader.fingerprints(topics, this.#clock.now()));
    } catch (error) {
      this.#logger.debug({ error: messageOf(error) }, "the database did not say what has changed");
    }
    this.#isLooking = false;
    if (this.#listeners.size === 0) return;
    this.#lookIn(TICK_MS);
    if (this.#isHinted) this.#hint();
  }

  #compare(found: ReadonlyMap<string, string>): void {
    const changed = new Set<string>();
    for (const [topic, text] of found) {
      const before = this.#known.get(topic);
      if (before !== undefined && before !== text) changed.add(topic);
    }
    this.#known = new Map(found);
    if (changed.size === 0) return;
    for (const { topics, heard } of [...this.#listeners]) {
      const own = [...topics].filter((topic) => changed.has(topic));
      if (own.length > 0) heard(own);
    }
  }
}
