import type { LossyProxy } from "../support/lossy-proxy.ts";
import { openRabbitPlace } from "./rabbit-place.ts";
import { openRedisPlace } from "./redis-place.ts";

export type BrokerKind = "redis" | "rabbitmq";

/** A broker for one stage alone. */
export interface Place {
  readonly url: string;
  /** The same by way of a proxy that can cut connections. */
  readonly urlByProxy: string;
  /** A Redis database for results. */
  readonly resultsUrl: string;
  readonly proxy: LossyProxy;
  readonly server: {
    /** Ends it as a crash would. */
    kill(): Promise<void>;
    start(options?: { readonly empty?: boolean }): Promise<void>;
  };
  /** The server of the results, where that is another one. */
  readonly resultServer: { kill(): Promise<void>; start(): Promise<void> } | undefined;
  /** Messages that wait in a queue; 0 where there is none. */
  depth(queue: string): Promise<number>;
  /** Messages that somebody has taken and not settled, in all queues. */
  unsettled(): Promise<number>;
  close(): Promise<void>;
}

export function openPlace(kind: BrokerKind, options: { readonly alone?: boolean } = {}): Promise<Place> {
  return kind === "redis" ? openRedisPlace() : openRabbitPlace(options);
}
