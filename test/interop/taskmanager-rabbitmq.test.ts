import { describe } from "vitest";
import { describeTaskManager } from "./taskmanager.ts";

describe("the example on PostgreSQL and RabbitMQ", () => describeTaskManager("rabbitmq", { kills: 2 }));
