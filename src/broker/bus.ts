import type { Envelope } from "../message/envelope.ts";

/** `celeryev` carries events by topic (`worker.heartbeat`), `celery.pidbox` remote control to every worker. */
export type BusExchange = "celeryev" | "celery.pidbox";

export interface Heard {
  readonly routingKey: string;
  readonly envelope: Envelope;
}

/** What Celery's processes tell each other beside the queues. Nothing is stored: who does not listen misses it. */
export interface Bus {
  /** Whether anybody listens, where the broker says so. Fails when it is away; nothing is kept for later. */
  publish(exchange: BusExchange, routingKey: string, envelope: Envelope): Promise<boolean | undefined>;
  /**
   * Hears what is published from now on, again after a reconnection.
   * @param topic for `celeryev`: `#` or `worker.#`; for `celery.pidbox`: ``
   * @param name the listener's own name where the exchange needs one (a worker's node name, for `celery.pidbox`)
   */
  listen(
    exchange: BusExchange,
    options: { readonly topic: string; readonly name: string },
    hear: (heard: Heard) => void,
  ): Promise<AsyncDisposable>;
  /** Receives the replies to what this process asks with `reply_to: { exchange: "reply.celery.pidbox", routing_key: key }`. */
  receiveReplies(key: string, hear: (reply: Envelope) => void): Promise<AsyncDisposable>;
  /** Answers such a question; a client that has gone is no error. */
  reply(key: string, envelope: Envelope): Promise<void>;
  /** Sends to a plain queue by its name and without a receipt: results of `rpc://`. */
  sendTo(queue: string, envelope: Envelope): Promise<void>;
  /** Receives from a queue of this process's own: results of `rpc://`. */
  receiveFrom(queue: string, hear: (envelope: Envelope) => void): Promise<AsyncDisposable>;
}
