import { describe } from "vitest";
import { describeCanvas } from "./canvas.ts";
import { describeHyoshiClient } from "./hyoshi-client.ts";
import { describeHyoshiControl } from "./hyoshi-control.ts";
import { describePoison } from "./poison.ts";
import { describePythonClient } from "./python-client.ts";
import { describePythonControl } from "./python-control.ts";
import { describePythonWorker } from "./python-worker.ts";
import { useStage } from "./stage.ts";

describe("RabbitMQ, with results by rpc", () => {
  const stage = useStage({ broker: "rabbitmq", results: "rpc", database: "postgres" });
  describe("a Python client and a worker of hyoshi's", () => describePythonClient(stage));
  describe("hyoshi's client and a Python worker", () => describePythonWorker(stage));
  describe("hyoshi's client and a worker of hyoshi's", () => describeHyoshiClient(stage));
  describe("a canvas", () => describeCanvas(stage, { chords: false }));
  describe("Celery's commands on a worker of hyoshi's", () => describePythonControl(stage));
  describe("hyoshi's commands on a Python worker", () => describeHyoshiControl(stage));
  describe("a message that nobody can execute", () => describePoison(stage));
});
