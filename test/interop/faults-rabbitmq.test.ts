import { describe } from "vitest";
import { describeFaults } from "./faults.ts";
import { useStage } from "./stage.ts";

describe("RabbitMQ", () => {
  describeFaults(useStage({ broker: "rabbitmq", results: "redis", database: "sqlite", workers: "none", faults: true }));
});
