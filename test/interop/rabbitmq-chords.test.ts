import { describe } from "vitest";
import { describeCanvas } from "./canvas.ts";
import { describePriorities } from "./priorities.ts";
import { useStage } from "./stage.ts";
import { describeTypedCanvas } from "./typed-canvas.ts";

describe("RabbitMQ with priorities, and results in Redis", () => {
  const stage = useStage({
    broker: "rabbitmq",
    results: "redis",
    database: "sqlite",
    hyoshi: { brokerOptions: { maxPriority: 10 } },
    celery: { task_queue_max_priority: 10 },
  });
  describe("a canvas", () => describeCanvas(stage, { chords: true }));
  describe("a canvas of hyoshi's code", () => describeTypedCanvas(stage));
  describe("priorities", () => describePriorities(stage));
});
