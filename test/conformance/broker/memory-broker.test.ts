import type { Broker } from "../../../src/broker/broker.ts";
import { MemoryBroker, MemoryBrokerServer } from "../../../src/broker/memory/memory-broker.ts";
import { describeBroker } from "./describe-broker.ts";

describeBroker("in memory", { ...MemoryBroker.capabilities, givesBackInFront: true }, async () => {
  const server = new MemoryBrokerServer();
  const brokers: Broker[] = [];
  const another = async () => {
    const broker = new MemoryBroker(server);
    brokers.push(broker);
    return broker;
  };
  return {
    broker: await another(),
    another,
    async close() {
      for (const broker of brokers) await broker.close();
    },
  };
});
