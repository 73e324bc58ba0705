import type { Stop } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import { readUnreadable } from "./claimed-message.ts";
import { forgetConsumer, overdueTags, releaseLock, takeOver } from "./lease-scripts.ts";
import { decodeEnvelope, markRedelivered, readUnacked, type UnackedEntry } from "./redis-envelope.ts";
import { parseBinding, type RedisKeys, stepOf, wirePriority } from "./redis-keys.ts";
import type { RedisLink } from "./redis-link.ts";
import { AS_BYTES, runScript } from "./redis-script.ts";
import type { ResolvedSettings } from "./redis-settings.ts";
import { acknowledgeMessages } from "./settle-scripts.ts";
import { type PutBack, Settler } from "./settler.ts";

export interface RestoreSweepParts {
  readonly settings: ResolvedSettings;
  readonly keys: RedisKeys;
  readonly commands: RedisLink;
  readonly newId: () => string;
}

const TAGS_AT_ONCE = 500;
const CONSUMERS_AT_ONCE = 10;
/** Celery holds this lock for five minutes; who crashes with it blocks the others for less here. */
const LOCK_MS = 60_000;
/** Celery's consumers look about as often for what was held for too long. */
const LOOK_FOR_OVERDUE_EVERY_MS = 60_000;

/**
 * Gives back what was held by consumers that are no more. Each process with a subscription runs it, as Celery's workers run theirs, and each message is given
 * back once, whoever else tries: hyoshi's consumers' when their lease has ended, and everybody's when the visibility time-out has passed.
 */
export class RestoreSweep {
  readonly #parts: RestoreSweepParts;
  readonly #settler: Settler;
  #stopTimer: Stop = () => {};
  #overdueAt = Number.NEGATIVE_INFINITY;
  #isRunning = false;

  constructor(parts: RestoreSweepParts) {
    this.#parts = parts;
    this.#settler = new Settler(parts.keys, parts.commands, parts.settings.logger);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#parts.commands.start();
    this.#schedule();
  }

  stop(): void {
    this.#isRunning = false;
    this.#stopTimer();
  }

  /** Never at once: after an outage every lease has ended, and those who live renew theirs first. */
  #schedule(): void {
    const { clock, random, leaseMs } = this.#parts.settings;
    const wait = (leaseMs / 2) * (0.75 + random.fraction() / 2);
    this.#stopTimer = clock.after(wait, async () => {
      await this.#sweep().catch((error: unknown) => {
        this.#parts.settings.logger.debug({ why: messageOf(error) }, "what others held could not be looked through");
      });
      if (this.#isRunning) this.#schedule();
    });
  }

  async #sweep(): Promise<void> {
    const { commands, settings } = this.#parts;
    // One that has just come back may have been away for everybody.
    if (commands.current === undefined || commands.connectedForMs < settings.leaseMs / 2) return;
    await this.#restoreOfEndedConsumers();
    const now = settings.clock.monotonic();
    if (now - this.#overdueAt < Math.min(LOOK_FOR_OVERDUE_EVERY_MS, settings.visibilityTimeoutMs)) return;
    this.#overdueAt = now;
    await this.#restoreOverdue();
  }

  async #restoreOfEndedConsumers(): Promise<void> {
    const { keys, settings, commands } = this.#parts;
    const call = { keys: [keys.consumers], values: [String(CONSUMERS_AT_ONCE)] };
    const ended = (await commands.ask((client) => runScript(client, takeOver, call))) as string[];
    for (const consumer of ended) {
      const pattern = `${consumer}:*`;
      const tags = await this.#scan("ZSCAN", keys.unackedIndex, pattern);
      const others = await this.#scan("HSCAN", keys.unreadable, pattern);
      await this.#restore(newestFirst(tags));
      await this.#restoreUnreadable(newestFirst(others));
      const forget = { keys: [keys.consumers, keys.floors], values: [consumer] };
      await commands.ask((client) => runScript(client, forgetConsumer, forget));
      const count = tags.length + others.length;
      if (count > 0)
        settings.logger.warn({ consumer, count }, "messages of a consumer that is no more were given back");
    }
  }

  async #restoreOverdue(): Promise<void> {
    const { keys, settings, commands, newId } = this.#parts;
    const token = newId();
    const lock = ["SET", keys.unackedMutex, token, "NX", "PX", String(LOCK_MS)];
    if ((await commands.ask((client) => client.sendCommand(lock))) === null) return;
    try {
      const seconds = String(settings.visibilityTimeoutMs / 1_000);
      const call = { keys: [keys.unackedIndex], values: [seconds, String(TAGS_AT_ONCE)] };
      for (;;) {
        const tags = (await commands.ask((client) => runScript(client, overdueTags, call))) as string[];
        const count = await this.#restore(tags);
        if (count > 0)
          settings.logger.warn(
            { count },
            "messages that were held for longer than the visibility time-out were given back",
          );
        if (tags.length < TAGS_AT_ONCE || count === 0) break;
      }
    } finally {
      const call = { keys: [keys.unackedMutex], values: [token] };
      await commands.ask((client) => runScript(client, releaseLock, call));
    }
  }

  /** All members of a sorted set or fields of a hash that match. */
  async #scan(command: "ZSCAN" | "HSCAN", key: string, pattern: string): Promise<string[]> {
    const found = new Set<string>();
    let cursor = "0";
    do {
      const args = [command, key, cursor, "MATCH", pattern, "COUNT", "1000"];
      const answer = await this.#parts.commands.ask((client) => client.sendCommand(args));
      const [next, flat] = answer as unknown as [string, string[]];
      for (let at = 0; at < flat.length; at += 2) found.add(String(flat[at]));
      cursor = String(next);
    } while (cursor !== "0");
    return [...found];
  }

  /** Answers how many it dealt with. */
  async #restore(tags: readonly string[]): Promise<number> {
    const { keys, settings } = this.#parts;
    let count = 0;
    for (let from = 0; from < tags.length; from += TAGS_AT_ONCE) {
      const some = tags.slice(from, from + TAGS_AT_ONCE);
      const values = await this.#values(keys.unacked, some);
      const gone: string[] = [];
      const back: PutBack[] = [];
      for (const [index, tag] of some.entries()) {
        const value = values[index];
        if (!value) {
          gone.push(tag);
          continue;
        }
        const entry = readUnacked(value.toString());
        if (entry === undefined) {
          settings.logger.error({ tag }, "an entry of 'unacked' is no message and was left alone");
          continue;
        }
        for (const list of await this.#listsOf(entry)) back.push({ tag, list, raw: markRedelivered(entry.raw) });
      }
      if (gone.length > 0) await this.#drop(gone);
      await this.#settler.putBack(back);
      count += gone.length + back.length;
    }
    return count;
  }

  /** What has no message any more is no claim either. */
  async #drop(tags: readonly string[]): Promise<void> {
    const { keys, commands } = this.#parts;
    const call = { keys: [keys.unackedIndex, keys.unacked, keys.unreadable], values: tags };
    await commands.ask((client) => runScript(client, acknowledgeMessages, call));
  }

  async #restoreUnreadable(tags: readonly string[]): Promise<void> {
    for (let from = 0; from < tags.length; from += TAGS_AT_ONCE) {
      const some = tags.slice(from, from + TAGS_AT_ONCE);
      const values = await this.#values(this.#parts.keys.unreadable, some);
      const back = some.flatMap((tag, index) => {
        const value = values[index];
        return value ? [{ tag, ...readUnreadable(value) }] : [];
      });
      await this.#settler.putBack(back);
    }
  }

  async #values(key: string, fields: readonly string[]): Promise<(Buffer | null)[]> {
    const { commands } = this.#parts;
    const answer = await commands.ask((client) => client.sendCommand(["HMGET", key, ...fields], AS_BYTES));
    return answer as unknown as (Buffer | null)[];
  }

  /** A message of an exchange goes to the first queue that is bound to it by its key, as far as the exchange's kind can be told from its bindings. */
  async #listsOf({ raw, exchange, routingKey }: UnackedEntry): Promise<string[]> {
    const { keys, commands } = this.#parts;
    const step = stepOf(wirePriority(decodeEnvelope(Buffer.from(raw)).priority));
    if (exchange === "") return [keys.list(routingKey, step)];
    const members = await commands.ask((client) => client.sendCommand(["SMEMBERS", keys.binding(exchange)]));
    const bound = (members as unknown as string[])
      .map(parseBinding)
      .filter(({ pattern, routingKey: key }) => (pattern === "" ? key === routingKey : matches(pattern, routingKey)));
    return [keys.list(bound[0]?.queue ?? routingKey, step)];
  }
}

function matches(pattern: string, routingKey: string): boolean {
  try {
    // Python escapes more than JavaScript's unicode mode would let it.
    return new RegExp(pattern).test(routingKey);
  } catch {
    return false;
  }
}

/** By the numbers at the ends of hyoshi's tags. */
function newestFirst(tags: readonly string[]): string[] {
  const number = (tag: string) => Number(tag.slice(tag.lastIndexOf(":") + 1));
  return [...tags].sort((a, b) => number(b) - number(a));
}
