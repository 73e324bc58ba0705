import type { Logger } from "../../base/logger.ts";
import type { RedisKeys } from "./redis-keys.ts";
import type { RedisLink } from "./redis-link.ts";
import { runScript } from "./redis-script.ts";
import { acknowledgeMessages, putBackMessages } from "./settle-scripts.ts";

/** A message that goes back into a list. */
export interface PutBack {
  readonly tag: string;
  /** The list's key. */
  readonly list: string;
  readonly raw: string | Buffer;
}

const AT_ONCE = 500;
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/**
 * Tells the server what has become of messages. What is told while it is being told goes together, at once when nothing is in flight. While the server is
 * away it is kept, and told again by whoever calls `flush` next.
 */
export class Settler {
  readonly #keys: RedisKeys;
  readonly #link: RedisLink;
  readonly #logger: Logger;
  #done: string[] = [];
  #back: PutBack[] = [];
  #flushing: Promise<void> | undefined;

  constructor(keys: RedisKeys, link: RedisLink, logger: Logger) {
    this.#keys = keys;
    this.#link = link;
    this.#logger = logger;
  }

  get isIdle(): boolean {
    return this.#done.length === 0 && this.#back.length === 0;
  }

  acknowledge(tags: readonly string[]): Promise<void> {
    for (const tag of tags) this.#done.push(tag);
    return this.flush();
  }

  /** @param entries the newest first */
  putBack(entries: readonly PutBack[]): Promise<void> {
    this.#back.push(...entries);
    return this.flush();
  }

  /** Resolves when all that has been told is known to the server. Fails with `broker_away`. */
  async flush(withinMs?: number): Promise<void> {
    while (!this.isIdle) {
      this.#flushing ??= this.#send(withinMs).finally(() => {
        this.#flushing = undefined;
      });
      await this.#flushing;
    }
  }

  async #send(withinMs: number | undefined): Promise<void> {
    const tags = this.#done.slice(0, AT_ONCE);
    if (tags.length > 0) {
      const lost = await this.#ask(acknowledgeMessages, [], tags, withinMs);
      this.#done = this.#done.slice(tags.length);
      if (Number(lost) > 0) {
        const text = "messages were restored while they were held here: they come again";
        this.#logger.warn({ count: Number(lost) }, text);
      }
      return;
    }
    const entries = atOnce(this.#back);
    const lists = [...new Set(entries.map(({ list }) => list))];
    const values = entries.flatMap(({ tag, list, raw }) => [tag, String(lists.indexOf(list) + 1), raw]);
    await this.#ask(putBackMessages, lists, values, withinMs);
    this.#back = this.#back.slice(entries.length);
  }

  #ask(
    script: typeof acknowledgeMessages,
    lists: readonly string[],
    values: readonly (string | Buffer)[],
    withinMs: number | undefined,
  ): Promise<unknown> {
    const { unackedIndex, unacked, unreadable } = this.#keys;
    const keys = [unackedIndex, unacked, unreadable, ...lists];
    return this.#link.ask((client) => runScript(client, script, { keys, values }), withinMs);
  }
}

function atOnce(entries: readonly PutBack[]): readonly PutBack[] {
  let bytes = 0;
  const end = entries.findIndex(({ raw }, index) => {
    bytes += raw.length;
    return index === AT_ONCE || (index > 0 && bytes > BYTES_AT_ONCE);
  });
  return end === -1 ? entries : entries.slice(0, end);
}
