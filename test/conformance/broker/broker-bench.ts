import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Broker, Delivery, OutgoingMessage, Subscription } from "../../../src/broker/broker.ts";
import type { Envelope } from "../../../src/message/envelope.ts";

/** How another process makes its own broker on the same server: `(await import(module))[name](settings)`, with a clock and a logger added. */
export interface BrokerProcess {
  /** A file URL. */
  readonly module: string;
  readonly name: string;
  readonly settings: object;
}

export interface BrokerBench {
  readonly broker: Broker;
  /** A broker as another process would have it, on the same server. The bench closes it. */
  another(): Promise<Broker>;
  /** Undefined where the broker lives in this process. */
  readonly process?: BrokerProcess;
  close(): Promise<void>;
}

/** What the cases of one test work with. */
export class Cases {
  readonly bench: BrokerBench;
  readonly queue = `queue-${randomUUID()}`;
  readonly #subscriptions: Subscription[] = [];

  constructor(bench: BrokerBench) {
    this.bench = bench;
  }

  get broker(): Broker {
    return this.bench.broker;
  }

  async publish(...ids: readonly string[]): Promise<void> {
    await this.publishAll(ids.map((id) => message(this.queue, id)));
  }

  async publishAll(messages: readonly OutgoingMessage[]): Promise<void> {
    expect(await this.broker.publish(messages)).toEqual(messages.map(() => "confirmed"));
  }

  async subscribe({
    queues = [this.queue],
    prefetch = 100,
    broker = this.broker,
  }: {
    queues?: readonly string[];
    prefetch?: number;
    broker?: Broker;
  } = {}): Promise<Subscription> {
    const subscription = await broker.subscribe({ queues, prefetch });
    this.#subscriptions.push(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) await subscription[Symbol.asyncDispose]();
    await this.bench.close();
  }
}

export function envelope(id: string, overrides: Partial<Envelope> = {}): Envelope {
  return {
    headers: { task: "app.noop", id },
    properties: { contentType: "application/json", contentEncoding: "utf-8", correlationId: id, deliveryMode: 2 },
    body: Buffer.from("[[], {}, {}]"),
    ...overrides,
  };
}

export function message(queue: string, id: string, priority = 5): OutgoingMessage {
  return { queue, priority, envelope: envelope(id) };
}

export const idOf = ({ envelope }: Delivery) => String(envelope.headers.id);
export const idsOf = (deliveries: readonly Delivery[]) => deliveries.map(idOf);

const WITHIN_MS = 20_000;
/** Long enough for what is wrongly there to come, short enough to wait for it in every run. */
const NOTHING_WITHIN_MS = 300;

/** Exactly so many, however they arrive. */
export async function receive(subscription: Subscription, count: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  const deadline = AbortSignal.timeout(WITHIN_MS);
  while (deliveries.length < count) {
    const some = await subscription.receive(count - deliveries.length, deadline);
    if (deadline.aborted) throw new Error(`${deliveries.length} of ${count} messages arrived in ${WITHIN_MS} ms`);
    deliveries.push(...some);
  }
  return deliveries;
}

/** Receives until nothing has come for a while. */
export async function receiveRest(subscription: Subscription): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (;;) {
    const some = await subscription.receive(1_000, AbortSignal.timeout(NOTHING_WITHIN_MS));
    if (some.length === 0) return deliveries;
    deliveries.push(...some);
  }
}
