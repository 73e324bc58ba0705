import type { JsonObject } from "../base/json.ts";

/** What a broker carries: bytes with headers and properties, as AMQP has them and Celery's Redis transport writes them into JSON. */
export interface Envelope {
  readonly headers: JsonObject;
  readonly properties: EnvelopeProperties;
  readonly body: Uint8Array;
}

/** AMQP's basic properties, as far as Celery uses them. */
export interface EnvelopeProperties {
  readonly contentType: string;
  readonly contentEncoding: string;
  /** The run's id. */
  readonly correlationId?: string;
  /** The queue in which a client waits for results (`rpc://`). */
  readonly replyTo?: string;
  /** 2 (persistent) where absent. */
  readonly deliveryMode?: 1 | 2;
  /** How long RabbitMQ keeps it; Redis ignores it. */
  readonly expirationMs?: number;
}
