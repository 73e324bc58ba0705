import type { Envelope } from "../message/envelope.ts";
import type { Bus } from "./bus.ts";

/** Whether the broker is responsible for a message now. `unknown`: the answer was lost; it may be there. */
export type PublishAnswer = "confirmed" | "refused" | "unknown";

export interface OutgoingMessage {
  readonly queue: string;
  /** 0 to 9, higher first, whatever the broker's own direction is. */
  readonly priority: number;
  readonly envelope: Envelope;
}

/** A message that this process holds until it is acknowledged, given back or refused. */
export interface Delivery {
  /** Names it towards its subscription. */
  readonly tag: string;
  readonly queue: string;
  readonly priority: number;
  readonly envelope: Envelope;
  /** It was handed out before, to this process or another. */
  readonly redelivered: boolean;
  /** How often it was handed out before, where the broker counts that (RabbitMQ's quorum queues). */
  readonly deliveries?: number;
  /**
   * Why what lay in the queue is no message at all (Redis, where anybody may write anything into a list). `envelope.body` is then what lay there, as it
   * was; it has neither headers nor properties.
   */
  readonly unreadable?: string;
}

export interface BrokerCapabilities {
  readonly name: "memory" | "redis" | "rabbitmq";
  readonly priorities: boolean;
  /** Whether what one sender published to one queue arrives in that order. */
  readonly keepsOrder: boolean;
  /** Whether it hands a message out again by itself when its holder's connection breaks (RabbitMQ), or only after a lease (Redis). */
  readonly returnsOnDisconnect: boolean;
}

/**
 * Carries messages. A message is a hint that carries the input: the run's row decides whether it may begin. Every method waits for the connection, reconnecting
 * with back-off for as long as it must, and fails only with `broker_away` when that took longer than the settings allow; `publish` answers `unknown` where a
 * connection was lost before the broker's answer came.
 */
export interface Broker {
  readonly capabilities: BrokerCapabilities;
  /** Resolves, message by message in the given order, when the broker is responsible for each; an unroutable one is `refused`. */
  publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishAnswer[]>;
  subscribe(options: { readonly queues: readonly string[]; readonly prefetch: number }): Promise<Subscription>;
  /** Messages that wait, those that are handed out not counted. */
  depth(queue: string): Promise<number>;
  /** Removes what waits; answers how many. */
  purge(queue: string): Promise<number>;
  /** Celery's events, remote control and replies. */
  readonly bus: Bus;
  /** Whether it can be reached now, for the admin. */
  state(): BrokerState;
  close(): Promise<void>;
}

export type BrokerState =
  | { readonly kind: "connected" }
  | { readonly kind: "away"; readonly sinceMs: number; readonly why: string };

export interface Subscription extends AsyncDisposable {
  /** Waits until there is at least one, or the signal aborts (then: none). */
  receive(limit: number, signal: AbortSignal): Promise<readonly Delivery[]>;
  /** Done with: they never come again. Resolves when the broker knows. */
  acknowledge(deliveries: readonly Delivery[]): Promise<void>;
  /** They wait again, in front where the broker can, for whoever asks next. */
  giveBack(deliveries: readonly Delivery[]): Promise<void>;
  /** It never comes again here; a dead-letter exchange of the queue's gets it. Whoever refuses has kept it as a dead letter in the database before. */
  refuse(deliveries: readonly Delivery[]): Promise<void>;
  /** Keeps what is held from being handed to others (unrecorded runs, whose lease is the broker's). Answers those that were lost meanwhile. */
  renew(deliveries: readonly Delivery[]): Promise<readonly Delivery[]>;
  /** Takes up or leaves a queue while it runs (Celery's add_consumer, cancel_consumer). */
  add(queue: string): Promise<void>;
  remove(queue: string): Promise<void>;
}
