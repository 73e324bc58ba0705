import { messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { Envelope } from "../../message/envelope.ts";
import type { Bus, BusExchange, Heard } from "../bus.ts";
import type { ListReceiver } from "./list-receiver.ts";
import { decodeEnvelope, encodeEnvelope } from "./redis-envelope.ts";
import { bindingMember, parseBinding, type RedisKeys } from "./redis-keys.ts";
import { brokerAway, isServerError, type RedisClient, type RedisLink } from "./redis-link.ts";

export interface RedisBusParts {
  readonly keys: RedisKeys;
  readonly logger: Logger;
  readonly commands: RedisLink;
  readonly openChannels: (connected: (client: RedisClient) => Promise<void>) => RedisLink;
  readonly receiver: ListReceiver;
  readonly newId: () => string;
}

interface Listener {
  readonly pattern: string;
  readonly told: (text: string, channel: string) => void;
}

const REPLIES = "reply.celery.pidbox";

/** Fanout by publish and subscribe, replies and results by lists, as Celery's Redis transport has them. */
export class RedisBus implements Bus {
  readonly #parts: RedisBusParts;
  readonly #listeners = new Set<Listener>();
  /** Members of binding sets, which are told again after a reconnection: the server may have lost them. */
  readonly #bindings = new Set<{ readonly exchange: string; readonly member: string }>();
  #channels: RedisLink | undefined;

  constructor(parts: RedisBusParts) {
    this.#parts = parts;
  }

  async publish(exchange: BusExchange, routingKey: string, envelope: Envelope): Promise<boolean> {
    const text = this.#encode(envelope, exchange, routingKey);
    const heardBy = await this.#now(["PUBLISH", this.#parts.keys.channel(exchange, routingKey), text]);
    return Number(heardBy) > 0;
  }

  async listen(
    exchange: BusExchange,
    { topic, name }: { readonly topic: string; readonly name: string },
    hear: (heard: Heard) => void,
  ): Promise<AsyncDisposable> {
    const { keys, newId } = this.#parts;
    const queue = exchange === "celery.pidbox" ? `${name}.${exchange}` : `${exchange}.${newId()}`;
    const binding = { exchange, member: bindingMember(topic, queue) };
    const listener = {
      pattern: keys.pattern(exchange, topic),
      told: (text: string, channel: string) => {
        const { envelope, unreadable } = decodeEnvelope(Buffer.from(text));
        if (unreadable === undefined) hear({ routingKey: keys.routingKeyOf(exchange, channel), envelope });
        else this.#parts.logger.warn({ channel, why: unreadable }, "what was published is no message");
      },
    };
    this.#bindings.add(binding);
    this.#listeners.add(listener);
    this.#channels ??= this.#parts.openChannels((client) => this.#subscribeAll(client));
    const channels = this.#channels;
    const stop = async () => {
      this.#listeners.delete(listener);
      this.#bindings.delete(binding);
      await channels.current?.pUnsubscribe(listener.pattern, listener.told).catch(() => {});
      await this.#forget(binding);
    };
    try {
      // A connection that is made meanwhile has it already, and takes it once.
      await channels.ask((client) => client.pSubscribe(listener.pattern, listener.told));
      await this.#bind(this.#parts.commands, binding);
    } catch (error) {
      await stop();
      throw error;
    }
    return { [Symbol.asyncDispose]: stop };
  }

  async receiveReplies(key: string, hear: (reply: Envelope) => void): Promise<AsyncDisposable> {
    const queue = `${key}.${REPLIES}`;
    const binding = { exchange: REPLIES, member: bindingMember(key, queue) };
    this.#bindings.add(binding);
    await this.#bind(this.#parts.commands, binding);
    const receiving = await this.receiveFrom(queue, hear);
    return {
      [Symbol.asyncDispose]: async () => {
        this.#bindings.delete(binding);
        await this.#forget(binding);
        await receiving[Symbol.asyncDispose]();
      },
    };
  }

  async reply(key: string, envelope: Envelope): Promise<void> {
    const members = (await this.#now(["SMEMBERS", this.#parts.keys.binding(REPLIES)])) as string[];
    // The set decides, and not how the queue is usually called.
    const queues = members.map(parseBinding).filter(({ routingKey }) => routingKey === key);
    for (const { queue } of queues) await this.#push(queue, this.#encode(envelope, REPLIES, key));
  }

  async sendTo(queue: string, envelope: Envelope): Promise<void> {
    await this.#push(queue, this.#encode(envelope, "", queue));
  }

  async receiveFrom(queue: string, hear: (envelope: Envelope) => void): Promise<AsyncDisposable> {
    const { receiver, keys, commands } = this.#parts;
    receiver.add(queue, hear);
    return {
      [Symbol.asyncDispose]: async () => {
        receiver.remove(queue);
        await commands.current?.sendCommand(["DEL", ...keys.lists(queue)]).catch(() => {});
      },
    };
  }

  /** To be called with each new connection of the broker's. */
  async connected(client: RedisClient): Promise<void> {
    const { keys } = this.#parts;
    const all = [...this.#bindings];
    await Promise.all(all.map(({ exchange, member }) => client.sendCommand(["SADD", keys.binding(exchange), member])));
  }

  close(): void {
    this.#channels?.close();
    this.#parts.receiver.close();
  }

  async #subscribeAll(client: RedisClient): Promise<void> {
    for (const { pattern, told } of [...this.#listeners]) await client.pSubscribe(pattern, told);
  }

  async #bind(link: RedisLink, { exchange, member }: { exchange: string; member: string }): Promise<void> {
    await link.ask((client) => client.sendCommand(["SADD", this.#parts.keys.binding(exchange), member]));
  }

  async #forget({ exchange, member }: { exchange: string; member: string }): Promise<void> {
    const { commands, keys } = this.#parts;
    await commands.current?.sendCommand(["SREM", keys.binding(exchange), member]).catch(() => {});
  }

  async #push(queue: string, text: string): Promise<void> {
    await this.#now(["LPUSH", this.#parts.keys.list(queue, 0), text]);
  }

  /** Nothing is kept for a server that is away, and nothing is waited for. */
  async #now(command: readonly string[]): Promise<unknown> {
    const { commands } = this.#parts;
    const { state } = commands;
    if (state.kind === "away") throw brokerAway(state.why);
    const client = await commands.client();
    try {
      return await client.sendCommand([...command]);
    } catch (error) {
      throw isServerError(error) ? error : brokerAway(messageOf(error), error);
    }
  }

  #encode(envelope: Envelope, exchange: string, routingKey: string): string {
    return encodeEnvelope(envelope, { exchange, routingKey, priority: 0, tag: this.#parts.newId() });
  }
}
