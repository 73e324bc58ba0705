import type { Stop } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import type { Delivery, Subscription } from "../broker.ts";
import { Changes } from "./changes.ts";
import { claimMessages } from "./claim-script.ts";
import {
  type ClaimedMessage,
  claimedMessage,
  putBackOf,
  readUnreadable,
  recoveredMessage,
  unreadableValue,
} from "./claimed-message.ts";
import { forgetConsumer, holdLease, recoverClaim } from "./lease-scripts.ts";
import { type RedisKeys, STEPS } from "./redis-keys.ts";
import { isServerError, type RedisClient, type RedisLink } from "./redis-link.ts";
import { AS_BYTES, runScript } from "./redis-script.ts";
import type { ResolvedSettings } from "./redis-settings.ts";
import { putAside, renewMessages } from "./settle-scripts.ts";
import { Settler } from "./settler.ts";

export interface RedisSubscriptionParts {
  readonly settings: ResolvedSettings;
  readonly keys: RedisKeys;
  /** For all but the claims. */
  readonly commands: RedisLink;
  /** A connection for the claims alone, which `invalidated` and `connected` are told of. */
  readonly openClaims: (hooks: {
    readonly invalidated: () => void;
    readonly connected: (client: RedisClient) => Promise<void>;
  }) => RedisLink;
  readonly newId: () => string;
  readonly closed: () => void;
}

/** A script must not keep the server for long, nor answer with more than can be handled at once. */
const MOST_AT_ONCE = 500;
const MOST_BYTES_AT_ONCE = 4 * 1024 * 1024;
/** How long an end waits for a server that is away; what is held then comes back by its lease. */
const CLOSE_WITHIN_MS = 2_000;

interface DoubtfulClaim {
  readonly first: number;
  readonly count: number;
}

/**
 * Takes messages by a script that notes in the same step who has them. Its consumer has a lease, and when that ends others give back what it held; so they do
 * after a crash. When nothing waits it is told of the next message by the server, which remembers the empty lists (client-side caching's
 * invalidations): nothing is popped by a blocking command, whose answer could be lost together with the message.
 */
export class RedisSubscription implements Subscription {
  readonly #parts: RedisSubscriptionParts;
  readonly #claims: RedisLink;
  readonly #settler: Settler;
  readonly #prefetch: number;
  /** In the order of their turns. */
  #queues: string[];
  #consumer: string;
  #hasLease = false;
  #nextNumber = 0;
  #doubtful: DoubtfulClaim | undefined;
  readonly #held = new Map<string, ClaimedMessage>();
  /** Claimed for somebody who has given up waiting. */
  #ready: Delivery[] = [];
  #claiming: Promise<void> | undefined;
  /** Of what may change the answer to a claim. */
  readonly #changes: Changes;
  #stopHeartbeat: Stop = () => {};
  #renewedAt: number;
  #isClosed = false;

  constructor(
    parts: RedisSubscriptionParts,
    { queues, prefetch }: { readonly queues: readonly string[]; readonly prefetch: number },
  ) {
    this.#parts = parts;
    this.#queues = [...new Set(queues)];
    this.#prefetch = prefetch;
    this.#consumer = parts.newId();
    this.#renewedAt = parts.settings.clock.monotonic();
    this.#changes = new Changes(parts.settings.clock);
    this.#settler = new Settler(parts.keys, parts.commands, parts.settings.logger);
    this.#claims = parts.openClaims({
      invalidated: () => this.#changes.tell(),
      connected: async () => this.#changes.tell(),
    });
    this.#claims.start();
    this.#heartbeat();
  }

  async receive(limit: number, signal: AbortSignal): Promise<readonly Delivery[]> {
    for (;;) {
      if (signal.aborted || this.#isClosed) return [];
      const ready = this.#ready.splice(0, limit);
      if (ready.length > 0) return ready;
      const seen = this.#changes.count;
      const count = Math.min(limit, this.#prefetch - this.#held.size, MOST_AT_ONCE);
      if (count > 0 && this.#queues.length > 0) {
        this.#claiming ??= this.#claim(count).finally(() => {
          this.#claiming = undefined;
        });
        await unlessAborted(this.#claiming, signal);
        if (this.#ready.length > 0) continue;
      }
      await this.#changes.after(seen, this.#claims, signal);
    }
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<void> {
    const tags = deliveries.map(({ tag }) => tag).filter((tag) => this.#held.delete(tag));
    this.#changes.tell();
    if (tags.length > 0) await this.#settler.acknowledge(tags);
  }

  async giveBack(deliveries: readonly Delivery[]): Promise<void> {
    const given = new Set(deliveries.map(({ tag }) => tag));
    const messages = [...this.#held.values()].filter(({ delivery }) => given.has(delivery.tag));
    for (const { delivery } of messages) this.#held.delete(delivery.tag);
    // The newest first, so that the oldest is in front in the end.
    if (messages.length > 0) await this.#settler.putBack(messages.reverse().map(putBackOf));
    this.#changes.tell();
  }

  refuse(deliveries: readonly Delivery[]): Promise<void> {
    return this.acknowledge(deliveries);
  }

  async renew(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    const { commands, keys } = this.#parts;
    const lost: Delivery[] = [];
    for (let from = 0; from < deliveries.length; from += MOST_AT_ONCE) {
      const some = deliveries.slice(from, from + MOST_AT_ONCE);
      const call = { keys: [keys.unackedIndex, keys.unreadable], values: some.map(({ tag }) => tag) };
      const places = await commands.ask((client) => runScript(client, renewMessages, call));
      for (const place of places as number[]) lost.push(...some.slice(place - 1, place));
    }
    return lost;
  }

  async add(queue: string): Promise<void> {
    if (!this.#queues.includes(queue)) this.#queues.push(queue);
    this.#changes.tell();
  }

  async remove(queue: string): Promise<void> {
    this.#queues = this.#queues.filter((other) => other !== queue);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopHeartbeat();
    this.#changes.tell();
    const { settings, commands, keys, closed } = this.#parts;
    try {
      await this.#claimed();
      await this.#settler.putBack([...this.#held.values()].reverse().map(putBackOf));
      this.#held.clear();
      if (this.#doubtful === undefined) {
        const call = { keys: [keys.consumers, keys.floors], values: [this.#consumer] };
        await commands.ask((client) => runScript(client, forgetConsumer, call), CLOSE_WITHIN_MS);
      }
    } catch (error) {
      const text = "what is held could not be given back: others restore it when the lease has ended";
      settings.logger.warn({ why: messageOf(error) }, text);
    } finally {
      this.#claims.close();
      closed();
    }
  }

  /** Waits for a claim under way, and for what an earlier one may have taken, but not for long. */
  async #claimed(): Promise<void> {
    const { clock } = this.#parts.settings;
    const late = new AbortController();
    const stop = clock.after(CLOSE_WITHIN_MS, () => late.abort());
    if (this.#claiming !== undefined) await unlessAborted(this.#claiming, late.signal);
    if (this.#doubtful !== undefined)
      await unlessAborted(
        this.#recover().catch(() => {}),
        late.signal,
      );
    stop();
    await this.#settler.flush(CLOSE_WITHIN_MS);
  }

  async #claim(count: number): Promise<void> {
    const { logger } = this.#parts.settings;
    try {
      const client = await this.#claims.client();
      if (this.#doubtful !== undefined) await this.#recover();
      if (this.#ready.length > 0) return;
      if (!this.#hasLease) await this.#beginLease(client);
      await this.#claimOn(client, count);
    } catch (error) {
      // A connection that is lost is logged by its link, and wakes who waits when it is back.
      if (isServerError(error)) logger.error({ why: messageOf(error) }, "Redis refuses to hand out messages");
    }
  }

  async #claimOn(client: RedisClient, count: number): Promise<void> {
    const { keys, settings } = this.#parts;
    const queues = this.#queues;
    const lists = STEPS.flatMap((step) => queues.map((queue) => keys.list(queue, step)));
    const [first, consumer] = [this.#nextNumber, this.#consumer];
    this.#nextNumber += count;
    const call = {
      keys: [keys.unackedIndex, keys.unacked, keys.consumers, keys.floors, keys.unreadable, ...lists],
      values: [
        consumer,
        String(first),
        String(count),
        String(MOST_BYTES_AT_ONCE),
        String(settings.leaseMs),
        ...queues.map((queue) => JSON.stringify(queue)),
      ],
    };
    let answer: unknown;
    try {
      answer = await runScript(client, claimMessages, call, AS_BYTES);
    } catch (error) {
      if (!isServerError(error)) this.#doubtful = { first, count };
      throw error;
    }
    if (!Array.isArray(answer)) {
      if (answer === -1) this.#loseLease();
      this.#changes.tell();
      return;
    }
    // Whose turn it was has the last one the next time.
    const turns = new Set<string>();
    let number = first;
    for (let at = 0; at < answer.length; at += 2) {
      const [place, raw] = [Number(answer[at]), answer[at + 1] as Buffer];
      if (place === 0) {
        settings.logger.error({ why: String(raw) }, "Redis refuses to hand out a queue's messages");
        continue;
      }
      const index = Math.abs(place) - (call.keys.length - lists.length) - 1;
      const queue = queues[index % queues.length] ?? "";
      turns.add(queue);
      const tag = `${consumer}:${number}`;
      number += 1;
      this.#hold(claimedMessage({ tag, queue, list: lists[index] ?? "", raw, isPutAside: place < 0 }));
    }
    this.#queues = [
      ...this.#queues.filter((queue) => !turns.has(queue)),
      ...this.#queues.filter((queue) => turns.has(queue)),
    ];
  }

  #hold(message: ClaimedMessage): void {
    const { delivery, list, raw, isMisplaced } = message;
    this.#held.set(delivery.tag, message);
    this.#ready.push(delivery);
    if (!isMisplaced) return;
    const { commands, keys } = this.#parts;
    const call = {
      keys: [keys.unackedIndex, keys.unacked, keys.unreadable],
      values: [delivery.tag, unreadableValue(list, raw)],
    };
    // It may as well stay where it is until somebody settles it.
    commands.ask((client) => runScript(client, putAside, call)).catch(() => {});
  }

  /** Hands out what a claim has taken whose answer was lost. */
  async #recover(): Promise<void> {
    const { keys, commands } = this.#parts;
    const doubtful = this.#doubtful;
    if (doubtful === undefined) return;
    const { first, count } = doubtful;
    const consumer = this.#consumer;
    const call = {
      keys: [keys.unacked, keys.unreadable, keys.floors],
      values: [consumer, String(first), String(count)],
    };
    const answer = await commands.ask((client) => runScript(client, recoverClaim, call, AS_BYTES));
    if (this.#doubtful !== doubtful) return;
    this.#doubtful = undefined;
    const [messages = [], others = []] = answer as (Buffer | null)[][];
    for (let at = 0; at < count; at += 1) {
      const tag = `${consumer}:${first + at}`;
      const [value, other] = [messages[at], others[at]];
      const message = value ? recoveredMessage(tag, value, keys) : undefined;
      if (message !== undefined) this.#hold(message);
      if (!other) continue;
      const { list, raw } = readUnreadable(other);
      this.#hold(claimedMessage({ tag, queue: keys.queueOf(list), list, raw, isPutAside: true }));
    }
  }

  async #beginLease(client: RedisClient): Promise<void> {
    const { keys, settings } = this.#parts;
    const call = { keys: [keys.consumers], values: [this.#consumer, String(settings.leaseMs), "begin"] };
    await runScript(client, holdLease, call);
    this.#hasLease = true;
  }

  /** Others have what this consumer held, or will have it soon. */
  #loseLease(): void {
    const { settings, newId } = this.#parts;
    const count = this.#held.size;
    if (count > 0) {
      settings.logger.warn({ count }, "the consumer's lease was lost: what it holds may be executed by others as well");
    }
    this.#consumer = newId();
    this.#hasLease = false;
    this.#doubtful = undefined;
  }

  #heartbeat(): void {
    const { clock, leaseMs } = this.#parts.settings;
    this.#stopHeartbeat = clock.after(leaseMs / 3, async () => {
      await this.#beat().catch((error: unknown) => {
        this.#parts.settings.logger.debug({ why: messageOf(error) }, "the consumer's lease could not be renewed");
      });
      if (!this.#isClosed) this.#heartbeat();
    });
  }

  async #beat(): Promise<void> {
    const { keys, settings, commands } = this.#parts;
    if (this.#hasLease) {
      const consumer = this.#consumer;
      const call = { keys: [keys.consumers], values: [consumer, String(settings.leaseMs), "renew"] };
      const answer = await commands.ask((client) => runScript(client, holdLease, call));
      if (answer === 0 && consumer === this.#consumer && !this.#isClosed) this.#loseLease();
    }
    await this.#settler.flush();
    const now = settings.clock.monotonic();
    if (now - this.#renewedAt < settings.visibilityTimeoutMs / 4) return;
    this.#renewedAt = now;
    await this.renew([...this.#held.values()].map(({ delivery }) => delivery));
  }
}

/** Waits for work that goes on by itself when the signal aborts. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = () => {
      signal.removeEventListener("abort", stop);
      resolve();
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  await Promise.race([work, aborted]);
  stop();
}
