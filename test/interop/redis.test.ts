import { describe } from "vitest";
import { describeCanvas } from "./canvas.ts";
import { describeHyoshiClient } from "./hyoshi-client.ts";
import { describeHyoshiControl } from "./hyoshi-control.ts";
import { describePoison } from "./poison.ts";
import { describePythonClient } from "./python-client.ts";
import { describePythonControl } from "./python-control.ts";
import { describePythonWorker } from "./python-worker.ts";
import { useStage } from "./stage.ts";
import { describeTypedCanvas } from "./typed-canvas.ts";

describe("Redis, with results in Redis", () => {
  const stage = useStage({ broker: "redis", results: "redis", database: "sqlite" });
  describe("a Python client and a worker of hyoshi's", () => describePythonClient(stage));
  describe("hyoshi's client and a Python worker", () => describePythonWorker(stage));
  describe("hyoshi's client and a worker of hyoshi's", () => describeHyoshiClient(stage));
  describe("a canvas", () => describeCanvas(stage, { chords: true }));
  describe("a canvas of hyoshi's code", () => describeTypedCanvas(stage));
  describe("Celery's commands on a worker of hyoshi's", () => describePythonControl(stage));
  describe("hyoshi's commands on a Python worker", () => describeHyoshiControl(stage));
  describe("a message that nobody can execute", () => describePoison(stage));
});
