import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
import { z } from "zod";
import { helloFromB } from "../tapp_b/tasks.ts";
import * as models from "./models.ts";

export const helloFromA = task("tapp_a.hello_from_a", {
  description: "Logs what it was given, and may pass it on to tapp_b",
  input: z.object({
    message: z.string().default("hello").describe("Written to the run's log"),
    passOn: z.boolean().default(false).describe("Send it to tapp_b.hello_from_b as well"),
  }),
  run: async (input, { log, send }) => {
    log.info("hello from A", input);
    if (!input.passOn) return { from: "tapp_a" };
    const { id } = await send(helloFromB, { message: input.message });
    log.info(`passed on to tapp_b as run ${id}`);
    return { from: "tapp_a", passedOn: id };
  },
});

export const counterUpper = task("tapp_a.counter_upper", {
  description: "Adds to a counter of tapp_a",
  input: z.object({
    counterId: z.number().int().positive().default(1),
    by: z.number().int().default(1).describe("How much is added; less than 0 takes away"),
  }),
  retry: { limit: 3 },
  run: async ({ counterId, by }, { db, log }) => {
    // One statement, so that runs at the same time lose nothing of each other's.
    const counter = await db(models)
      .updateTable("tapp_a_counter")
      .set(({ eb }) => ({ count: eb("count", "+", by), updated: Date.now() }))
      .where("id", "=", counterId)
      .returning(["id", "count"])
      .executeTakeFirst();
    if (counter === undefined) throw new Error(`tapp_a has no counter ${counterId}`);
    log.info(`counter ${counter.id} is at ${counter.count}`);
    return counter;
  },
});

export const unreliable = task("tapp_a.unreliable", {
  description: "Fails now and then, is tried again, and so shows retries and failures",
  input: z.object({
    failures: z.number().min(0).max(1).default(0.4).describe("How often an attempt fails, from 0 to 1"),
  }),
  retry: { limit: 2, delayMs: 2_000 },
  run: async ({ failures }, { log, attempt }) => {
    log.info(`attempt ${attempt}`);
    await sleep(200);
    if (Math.random() < failures) throw new Error("the other side did not answer");
    return { attempts: attempt };
  },
});

export const longWalk = task("tapp_a.long_walk", {
  description: "Takes 30 seconds and tells how far it is",
  queue: "reports",
  input: z.object({
    steps: z.number().int().min(1).max(1_000).default(30),
    stepMs: z.number().int().min(10).max(60_000).default(1_000).describe("How long one step takes, in milliseconds"),
  }),
  run: async ({ steps, stepMs }, { log, progress, signal }) => {
    for (let step = 1; step <= steps; step += 1) {
      // Cancelling the run ends the sleep, and with it the run.
      await sleep(stepMs, undefined, { signal });
      progress({ current: step, total: steps, text: `step ${step}` });
      if (step % 10 === 0) log.info(`${step} of ${steps} steps`);
    }
    return { steps };
  },
});
