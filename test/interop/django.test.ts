import { describe } from "vitest";
import { describeCanvas } from "./canvas.ts";
import { describePriorities } from "./priorities.ts";
import { describePythonClient } from "./python-client.ts";
import { describePythonWorker } from "./python-worker.ts";
import { useStage } from "./stage.ts";

describe("Redis, with results in the tables of django-celery-results", () => {
  const stage = useStage({ broker: "redis", results: "django", database: "postgres" });
  describe("a Python client and a worker of hyoshi's", () => describePythonClient(stage));
  describe("hyoshi's client and a Python worker", () => describePythonWorker(stage));
  describe("a canvas", () => describeCanvas(stage, { chords: true }));
  describe("priorities", () => describePriorities(stage));
});
