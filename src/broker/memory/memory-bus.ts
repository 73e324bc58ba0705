import type { Envelope } from "../../message/envelope.ts";
import type { Bus, BusExchange, Heard } from "../bus.ts";

interface Listener {
  readonly exchange: BusExchange;
  readonly topic: string;
  readonly hear: (heard: Heard) => void;
}

/** What all {@link MemoryBus}es share. */
export class MemoryChannels {
  readonly listeners = new Set<Listener>();
  readonly receivers = new Map<string, (envelope: Envelope) => void>();
}

/** A bus within the process. Who listens hears in a later turn, as it would over a network. */
export class MemoryBus implements Bus {
  readonly #channels: MemoryChannels;

  constructor(channels: MemoryChannels) {
    this.#channels = channels;
  }

  async publish(exchange: BusExchange, routingKey: string, envelope: Envelope): Promise<boolean> {
    let isHeard = false;
    for (const listener of this.#channels.listeners) {
      if (listener.exchange !== exchange || !matches(listener.topic, routingKey)) continue;
      isHeard = true;
      setImmediate(() => this.#channels.listeners.has(listener) && listener.hear({ routingKey, envelope }));
    }
    return isHeard;
  }

  async listen(
    exchange: BusExchange,
    { topic }: { readonly topic: string; readonly name: string },
    hear: (heard: Heard) => void,
  ): Promise<AsyncDisposable> {
    const listener = { exchange, topic, hear };
    this.#channels.listeners.add(listener);
    return disposable(() => this.#channels.listeners.delete(listener));
  }

  receiveReplies(key: string, hear: (reply: Envelope) => void): Promise<AsyncDisposable> {
    return this.receiveFrom(replyQueue(key), hear);
  }

  reply(key: string, envelope: Envelope): Promise<void> {
    return this.sendTo(replyQueue(key), envelope);
  }

  async sendTo(queue: string, envelope: Envelope): Promise<void> {
    setImmediate(() => this.#channels.receivers.get(queue)?.(envelope));
  }

  async receiveFrom(queue: string, hear: (envelope: Envelope) => void): Promise<AsyncDisposable> {
    this.#channels.receivers.set(queue, hear);
    return disposable(() => this.#channels.receivers.delete(queue));
  }
}

/** Whether a topic (`#`, `worker.#`, or a key itself) takes a routing key. */
function matches(topic: string, routingKey: string): boolean {
  if (topic === "#") return true;
  if (topic.endsWith(".#")) return `${routingKey}.`.startsWith(topic.slice(0, -1));
  return topic === routingKey;
}

const replyQueue = (key: string) => `${key}.reply.celery.pidbox`;

function disposable(dispose: () => void): AsyncDisposable {
  return { [Symbol.asyncDispose]: async () => dispose() };
}
