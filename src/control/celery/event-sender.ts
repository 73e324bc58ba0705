import type { Clock, Stop } from "../../base/clock.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Bus } from "../../broker/bus.ts";
import { type CeleryEvent, eventEnvelope, MULTI_KEY, routingKeyOf, toSeconds, utcOffsetHours } from "./events.ts";
import type { LogicalClock } from "./logical-clock.ts";

/** Events of runs wait so long for others to be sent with. */
const FLUSH_AFTER_MS = 20;
const MOST_IN_A_MESSAGE = 250;
/** Beyond this the broker cannot keep up with what is told: events are dropped, as nobody's work depends on them. */
const MOST_WAITING = 5_000;

export interface EventSenderParts {
  readonly bus: Pick<Bus, "publish">;
  readonly clock: Clock;
  readonly logical: LogicalClock;
  readonly node: string;
  readonly pid: number;
}

/** Nobody listens: events of runs are not even made for so long, and then one message asks again. */
const MUTE_MS = 1_000;

/**
 * Tells events over the bus. What cannot be told, because the broker is away or too slow, is dropped and counted; where nobody listens, events of runs are
 * told again as soon as somebody asks the workers for something, as Celery's monitors do when they begin, and at the latest a second after that.
 */
export class EventSender {
  readonly #parts: EventSenderParts;
  #waiting: CeleryEvent[] = [];
  #sending: Promise<void> = Promise.resolve();
  #isSending = false;
  #stopTimer: Stop | undefined;
  #offsetAt = Number.NEGATIVE_INFINITY;
  #offset = 0;
  /** Whether events of runs are told to those who listen. */
  isEnabled: boolean;
  dropped = 0;
  /** On the monotonic clock. */
  #mutedUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: EventSenderParts, isEnabled: boolean) {
    this.#parts = parts;
    this.isEnabled = isEnabled;
  }

  /** Of the worker itself: at once. */
  async worker(type: `worker-${string}`, fields: JsonObject): Promise<void> {
    const { node } = this.#parts;
    await this.#publish(routingKeyOf(type), this.#event(type, fields), node, 1);
  }

  /** Whether an event of a run is worth being made. */
  get tellsOfRuns(): boolean {
    return this.isEnabled && this.#parts.clock.monotonic() >= this.#mutedUntil;
  }

  /** Somebody may have begun to listen. */
  unmute(): void {
    this.#mutedUntil = Number.NEGATIVE_INFINITY;
  }

  /** Of a run: with others, in their order. */
  task(type: `task-${string}`, uuid: string, fields: JsonObject): void {
    if (!this.tellsOfRuns) return;
    if (this.#waiting.length >= MOST_WAITING) {
      this.dropped += 1;
      return;
    }
    this.#waiting.push(this.#event(type, fields, uuid));
    if (this.#isSending) return;
    if (this.#waiting.length >= MOST_IN_A_MESSAGE) void this.flush();
    else {
      this.#stopTimer ??= this.#parts.clock.after(FLUSH_AFTER_MS, () => {
        this.#stopTimer = undefined;
        void this.flush();
      });
    }
  }

  /** Resolves when all that waits was told or dropped. */
  flush(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (!this.#isSending) this.#sending = this.#sendWaiting();
    return this.#sending;
  }

  async #sendWaiting(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#waiting.length > 0) {
        const events = this.#waiting.splice(0, MOST_IN_A_MESSAGE);
        const isHeard = await this.#publish(MULTI_KEY, events, this.#parts.node, events.length);
        if (isHeard === false) this.#mutedUntil = this.#parts.clock.monotonic() + MUTE_MS;
      }
    } finally {
      this.#isSending = false;
    }
  }

  async #publish(
    routingKey: string,
    events: CeleryEvent | readonly CeleryEvent[],
    node: string,
    count: number,
  ): Promise<boolean | undefined> {
    try {
      return await this.#parts.bus.publish("celeryev", routingKey, eventEnvelope(events, node));
    } catch {
      this.dropped += count;
      return undefined;
    }
  }

  #event(type: string, fields: JsonObject, uuid?: string): CeleryEvent {
    const { clock, logical, node, pid } = this.#parts;
    const now = clock.now();
    // A zone's offset changes twice a year.
    if (Math.abs(now - this.#offsetAt) > 60_000) {
      this.#offset = utcOffsetHours(now);
      this.#offsetAt = now;
    }
    const event: Record<string, Json> = {
      hostname: node,
      utcoffset: this.#offset,
      pid,
      clock: logical.tick(),
      timestamp: toSeconds(now),
      type,
    };
    if (uuid !== undefined) event.uuid = uuid;
    // Ten thousand runs a second are thirty thousand events: nothing is copied twice.
    return Object.assign(event, fields) as unknown as CeleryEvent;
  }
}
