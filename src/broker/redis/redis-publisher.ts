import { messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { OutgoingMessage, PublishAnswer } from "../broker.ts";
import { encodeEnvelope } from "./redis-envelope.ts";
import { bindingMember, type RedisKeys, stepOf, wirePriority } from "./redis-keys.ts";
import type { RedisClient, RedisLink } from "./redis-link.ts";
import { isServerError } from "./redis-link.ts";

export interface RedisPublisherParts {
  readonly keys: RedisKeys;
  readonly link: RedisLink;
  readonly logger: Logger;
  readonly newId: () => string;
}

const MESSAGES_AT_ONCE = 500;
const BYTES_AT_ONCE = 1024 * 1024;

interface Batch {
  readonly list: string;
  /** Their places among the messages. */
  readonly places: number[];
  readonly texts: string[];
  bytes: number;
}

/** Sends messages to queues, in order and without waiting for one before the next is sent. */
export class RedisPublisher {
  readonly #parts: RedisPublisherParts;
  /** Bindings are told once on each connection: Celery's tools look into them, its workers do not. */
  #bound: { readonly client: RedisClient; readonly queues: Set<string> } | undefined;
  #problem: string | undefined;

  constructor(parts: RedisPublisherParts) {
    this.#parts = parts;
  }

  /** Why the server took nothing the last time, though it can be reached. */
  get problem(): string | undefined {
    return this.#problem;
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishAnswer[]> {
    const batches = this.#batches(messages);
    const client = await this.#parts.link.client();
    this.#bind(client, new Set(messages.map(({ queue }) => queue)));
    const answers: PublishAnswer[] = new Array(messages.length);
    await Promise.all(
      batches.map(async ({ list, places, texts }) => {
        const answer = await this.#push(client, list, texts);
        for (const place of places) answers[place] = answer;
      }),
    );
    return answers;
  }

  /** Messages for one list go together, as they come. */
  #batches(messages: readonly OutgoingMessage[]): readonly Batch[] {
    const { keys, newId } = this.#parts;
    const batches: Batch[] = [];
    const open = new Map<string, Batch>();
    for (const [place, { queue, priority, envelope }] of messages.entries()) {
      const wire = wirePriority(priority);
      const list = keys.list(queue, stepOf(wire));
      const text = encodeEnvelope(envelope, { exchange: "", routingKey: queue, priority: wire, tag: newId() });
      let batch = open.get(list);
      if (batch === undefined || batch.texts.length >= MESSAGES_AT_ONCE || batch.bytes >= BYTES_AT_ONCE) {
        batch = { list, places: [], texts: [], bytes: 0 };
        open.set(list, batch);
        batches.push(batch);
      }
      batch.places.push(place);
      batch.texts.push(text);
      batch.bytes += text.length;
    }
    return batches;
  }

  async #push(client: RedisClient, list: string, texts: readonly string[]): Promise<PublishAnswer> {
    try {
      await client.sendCommand(["LPUSH", list, ...texts]);
      this.#problem = undefined;
      return "confirmed";
    } catch (error) {
      // What was in flight when the connection broke may be there.
      if (!isServerError(error)) return "unknown";
      const why = messageOf(error);
      if (why !== this.#problem) this.#parts.logger.error({ list, why }, "Redis takes no messages");
      this.#problem = why;
      // Of another type the key will stay; memory, a disk or a replica's turn may come back.
      return why.startsWith("WRONGTYPE") ? "refused" : "unknown";
    }
  }

  #bind(client: RedisClient, queues: ReadonlySet<string>): void {
    if (this.#bound?.client !== client) this.#bound = { client, queues: new Set() };
    for (const queue of queues) {
      if (this.#bound.queues.has(queue)) continue;
      this.#bound.queues.add(queue);
      const member = bindingMember(queue, queue);
      client
        .sendCommand(["SADD", this.#parts.keys.binding(queue), member])
        .catch(() => this.#bound?.queues.delete(queue));
    }
  }
}
