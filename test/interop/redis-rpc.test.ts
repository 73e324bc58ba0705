import { describe } from "vitest";
import { describeCanvas } from "./canvas.ts";
import { describeHyoshiClient } from "./hyoshi-client.ts";
import { describePythonClient } from "./python-client.ts";
import { describePythonWorker } from "./python-worker.ts";
import { useStage } from "./stage.ts";

describe("Redis, with results by rpc", () => {
  const stage = useStage({ broker: "redis", results: "rpc", database: "postgres" });
  describe("a Python client and a worker of hyoshi's", () => describePythonClient(stage));
  describe("hyoshi's client and a Python worker", () => describePythonWorker(stage));
  describe("hyoshi's client and a worker of hyoshi's", () => describeHyoshiClient(stage));
  describe("a canvas", () => describeCanvas(stage, { chords: false }));
});
