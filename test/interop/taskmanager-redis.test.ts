import { describe } from "vitest";
import { describeTaskManager } from "./taskmanager.ts";

describe("the example on PostgreSQL and Redis", () => describeTaskManager("redis", { kills: 4 }));
