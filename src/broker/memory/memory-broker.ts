import type {
  Broker,
  BrokerCapabilities,
  BrokerState,
  OutgoingMessage,
  PublishAnswer,
  Subscription,
} from "../broker.ts";
import { MemoryBus, MemoryChannels } from "./memory-bus.ts";
import { MemoryQueues } from "./memory-queues.ts";
import { MemorySubscription } from "./memory-subscription.ts";

/** What several {@link MemoryBroker}s have in common that stand for processes on one broker. */
export class MemoryBrokerServer {
  readonly queues = new MemoryQueues();
  readonly channels = new MemoryChannels();
}

/** Queues that live and die with this process: for tests, and to read what a broker is. */
export class MemoryBroker implements Broker {
  static readonly capabilities: BrokerCapabilities = {
    name: "memory",
    priorities: true,
    keepsOrder: true,
    returnsOnDisconnect: true,
  };

  readonly capabilities = MemoryBroker.capabilities;
  readonly bus: MemoryBus;
  readonly #server: MemoryBrokerServer;
  readonly #subscriptions = new Set<MemorySubscription>();

  constructor(server: MemoryBrokerServer = new MemoryBrokerServer()) {
    this.#server = server;
    this.bus = new MemoryBus(server.channels);
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishAnswer[]> {
    for (const message of messages) this.#server.queues.add(message);
    return messages.map(() => "confirmed");
  }

  async subscribe(options: { readonly queues: readonly string[]; readonly prefetch: number }): Promise<Subscription> {
    const subscription = new MemorySubscription(this.#server.queues, options);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async depth(queue: string): Promise<number> {
    return this.#server.queues.depth(queue);
  }

  async purge(queue: string): Promise<number> {
    return this.#server.queues.purge(queue);
  }

  state(): BrokerState {
    return { kind: "connected" };
  }

  /** What its subscriptions hold waits again. */
  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) await subscription[Symbol.asyncDispose]();
  }
}
