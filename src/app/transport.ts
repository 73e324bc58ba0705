import { hostname } from "node:os";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Random } from "../base/random.ts";
import { uuidv7 } from "../base/random.ts";
import type { Broker } from "../broker/broker.ts";
import { createRabbitBroker } from "../broker/rabbitmq/rabbit-broker.ts";
import { createRedisBroker } from "../broker/redis/redis-broker.ts";
import { projectKey } from "../database/project-key.ts";
import { DatabaseChords } from "../result/database/database-chords.ts";
import { createDjangoResults } from "../result/django/django-results.ts";
import { createRedisResults } from "../result/redis/redis-results.ts";
import type { ChordCounter, ResultBackend } from "../result/result-backend.ts";
import { createRpcResults } from "../result/rpc/rpc-results.ts";
import { MessageCodec } from "../run/message-codec.ts";
import { MessageSeal } from "../run/message-seal.ts";
import type { ProjectDatabase } from "./open-database.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

/** What carries runs to the workers: their rows themselves, or messages of a broker. */
export type AppTransport = { readonly kind: "shared" } | RelayedTransport;

export interface RelayedTransport {
  readonly kind: "relayed";
  readonly broker: Broker;
  readonly codec: MessageCodec;
}

export interface Carriers {
  readonly transport: AppTransport;
  /** Where Celery's clients look for results, if anywhere. */
  readonly results: ResultBackend | undefined;
  /** Who counts the members of chords. */
  readonly chords: ChordCounter;
  /** Lets go of connections. */
  close(): Promise<void>;
}

export interface CarrierParts {
  readonly config: ResolvedConfig;
  readonly database: ProjectDatabase;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** In the place of the one that the settings name. */
  readonly broker?: Broker;
}

/** The broker and the result backend that the settings name. Connects to neither before it is needed, and loads no driver before that. */
export function createCarriers(parts: CarrierParts): Carriers {
  const { config, database, clock, random } = parts;
  const broker = parts.broker ?? createBroker(parts);
  // A queue of this process's own, for results that come as messages.
  const replyTo = config.results.kind === "rpc" ? uuidv7(clock.now(), random) : undefined;
  const results = createResults(parts, broker, replyTo);
  const transport: AppTransport =
    broker === undefined
      ? { kind: "shared" }
      : {
          kind: "relayed",
          broker,
          codec: new MessageCodec({
            seal: new MessageSeal(async () => config.secretKey ?? (await projectKey(database.db, random))),
            origin: `gen${process.pid}@${hostname()}`,
            ...(replyTo !== undefined && { replyTo, listening: async () => results?.listening?.() }),
          }),
        };
  return {
    transport,
    results,
    // Python workers count where their results are, and know of no other place.
    chords: results === undefined || results.kind === "rpc" ? new DatabaseChords({ database, clock }) : results,
    async close() {
      await results?.close();
      await broker?.close();
    },
  };
}

/** Which end of the priorities in Celery's signatures comes first there. */
export function prioritiesOf({ capabilities }: Pick<Broker, "capabilities">): "low-first" | "high-first" {
  return capabilities.name === "redis" ? "low-first" : "high-first";
}

/** Undefined where the database is the broker. Connects when it is used. */
export function createBroker({
  config,
  clock,
  random,
  logger,
}: Pick<CarrierParts, "config" | "clock" | "random" | "logger">): Broker | undefined {
  const { broker, brokerOptions } = config;
  const { keyPrefix, visibilityTimeoutMs, maxPriority, queueType, connectTimeoutMs } = brokerOptions;
  switch (broker.kind) {
    case "database":
      return undefined;
    case "redis":
      return createRedisBroker({
        ...{ url: broker.url, clock, random, logger },
        ...{ keyPrefix, visibilityTimeoutMs, connectTimeoutMs },
      });
    case "rabbitmq":
      return createRabbitBroker({
        ...{ url: broker.url, clock, random, logger },
        ...{ queueType, connectTimeoutMs },
        ...(maxPriority !== null && { maxPriority }),
      });
  }
}

function createResults(
  { config, database, clock, logger }: CarrierParts,
  broker: Broker | undefined,
  replyTo: string | undefined,
): ResultBackend | undefined {
  const { results, resultOptions } = config;
  const { keyPrefix, expiresMs, extended } = resultOptions;
  switch (results.kind) {
    case "none":
      return undefined;
    case "redis":
      return createRedisResults({ url: results.url, clock, logger, keyPrefix, expiresMs, extended });
    case "rpc":
      return broker && createRpcResults({ bus: broker.bus, replyTo: replyTo ?? "", extended });
    case "django":
      return createDjangoResults({ database, clock });
  }
}
