import type { JsonObject } from "../base/json.ts";
import { parseRabbitAddress } from "../broker/rabbitmq/rabbit-address.ts";
import { parseRedisAddress } from "../database/redis/redis-address.ts";
import { type BrokerAddress, describeDatabase, withoutPassword } from "./address.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

/** The settings in force as `inspect conf` and `report` tell them: by Celery's names where it has them, and without secrets. */
export function toldSettings(config: ResolvedConfig): JsonObject {
  const { broker, results, brokerOptions, resultOptions } = config;
  return {
    broker_url: broker.kind === "database" ? "database" : withoutPassword(broker.url),
    result_backend: results.kind === "redis" ? withoutPassword(results.url) : results.kind,
    result_expires: resultOptions.expiresMs / 1000,
    result_extended: resultOptions.extended,
    task_track_started: resultOptions.trackStarted,
    task_default_queue: config.defaultQueue,
    timezone: config.timeZone,
    enable_utc: true,
    task_serializer: "json",
    accept_content: ["json"],
    worker_concurrency: config.worker.concurrency,
    worker_send_task_events: config.celery.events,
    visibility_timeout: brokerOptions.visibilityTimeoutMs / 1000,
    global_keyprefix: brokerOptions.keyPrefix,
    hyoshi_project: config.projectName,
    hyoshi_database: describeDatabase(config.database),
  };
}

/** The broker as Celery's `stats` describes it. */
export function toldBroker(broker: BrokerAddress): JsonObject {
  const shared = { insist: false, transport_options: {}, connect_timeout: 4, login_method: null, uri_prefix: null };
  if (broker.kind === "redis") {
    const { socket, username, database } = parseRedisAddress(broker.url);
    return {
      ...("path" in socket ? { hostname: socket.path, port: null } : { hostname: socket.host, port: socket.port }),
      ...{ userid: username ?? null, virtual_host: String(database), transport: "redis", ssl: socket.tls },
      ...shared,
      ...{ heartbeat: 0, failover_strategy: "round-robin", alternates: [] },
    };
  }
  if (broker.kind === "rabbitmq") {
    const { host, port, user, virtualHost, tls, heartbeatSeconds } = parseRabbitAddress(broker.url);
    return {
      ...{ hostname: host, port, userid: user, virtual_host: virtualHost, transport: "amqp", ssl: tls },
      ...shared,
      ...{ heartbeat: heartbeatSeconds, failover_strategy: "round-robin", alternates: [] },
    };
  }
  return { hostname: null, transport: "database", ...shared };
}
