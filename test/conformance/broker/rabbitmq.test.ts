import { beforeAll } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import type { Broker } from "../../../src/broker/broker.ts";
import { createRabbitBroker } from "../../../src/broker/rabbitmq/rabbit-broker.ts";
import { ownVirtualHost, RABBITMQ_STARTS_WITHIN_MS } from "../../support/rabbitmq.ts";
import { describeBroker } from "./describe-broker.ts";

let url = "";
beforeAll(async () => {
  url = await ownVirtualHost();
}, RABBITMQ_STARTS_WITHIN_MS);

const module = new URL("../../../src/broker/rabbitmq/rabbit-broker.ts", import.meta.url).href;
const maxPriority = 9;

describeBroker(
  "RabbitMQ",
  { name: "rabbitmq", priorities: true, keepsOrder: true, returnsOnDisconnect: true, givesBackInFront: true },
  async () => {
    const brokers: Broker[] = [];
    const another = async () => {
      const broker = createRabbitBroker({ url, maxPriority, clock: systemClock, logger: silentLogger });
      brokers.push(broker);
      return broker;
    };
    return {
      broker: await another(),
      another,
      process: { module, name: "createRabbitBroker", settings: { url, maxPriority } },
      async close() {
        await Promise.all(brokers.map((broker) => broker.close()));
      },
    };
  },
);
