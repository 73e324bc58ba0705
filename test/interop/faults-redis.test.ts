import { describe } from "vitest";
import { describeFaults } from "./faults.ts";
import { useStage } from "./stage.ts";

describe("Redis", () => {
  describeFaults(useStage({ broker: "redis", results: "redis", database: "sqlite", workers: "none", faults: true }));
});
