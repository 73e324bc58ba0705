import { describe } from "vitest";
import { describeFaults } from "./faults.ts";
import { useStage } from "./stage.ts";

describe("RabbitMQ", () => {
  describeFaults(
    useStage({
      ...{ broker: "rabbitmq", results: "redis", database: "sqlite", workers: "none", faults: true },
      // Without it what a Python client has just sent is gone with the server: it does not wait for RabbitMQ's answer.
      celery: { broker_transport_options: { confirm_publish: true } },
    }),
  );
});
