import { task } from "hyoshi";
import { z } from "zod";
import * as modelsOfA from "../tapp_a/models.ts";
import { counterUpper as counterUpperOfA } from "../tapp_a/tasks.ts";
import * as models from "./models.ts";

export const helloFromB = task("tapp_b.hello_from_b", {
  description: "Logs what it was given",
  input: z.object({ message: z.string().default("hello").describe("Written to the run's log") }),
  run: async (input, { log }) => {
    log.info("hello from B", input);
    return { from: "tapp_b" };
  },
});

export const counterUpper = task("tapp_b.counter_upper", {
  description: "Adds to a counter of tapp_b, and may send tapp_a's task to do the same there",
  input: z.object({
    counterId: z.number().int().positive().default(1),
    by: z.number().int().default(1).describe("How much is added; less than 0 takes away"),
    alsoInA: z.boolean().default(false).describe("Send tapp_a.counter_upper with the same input as well"),
  }),
  retry: { limit: 3 },
  run: async ({ counterId, by, alsoInA }, { db, log, send }) => {
    const counter = await db(models)
      .updateTable("tapp_b_counter")
      .set(({ eb }) => ({ count: eb("count", "+", by), updated: Date.now() }))
      .where("id", "=", counterId)
      .returning(["id", "count"])
      .executeTakeFirst();
    if (counter === undefined) throw new Error(`tapp_b has no counter ${counterId}`);
    log.info(`counter ${counter.id} is at ${counter.count}`);
    if (alsoInA) await send(counterUpperOfA, { counterId, by });
    return counter;
  },
});

export const counterUpperTaskAFromB = task("tapp_b.counter_upper_task_a_from_b", {
  description: "Adds to a counter of tapp_a, whose model it uses directly",
  input: z.object({ counterId: z.number().int().positive().default(1) }),
  retry: { limit: 3 },
  run: async ({ counterId }, { db, log }) => {
    const counter = await db(modelsOfA)
      .updateTable("tapp_a_counter")
      .set(({ eb }) => ({ count: eb("count", "+", 1), updated: Date.now() }))
      .where("id", "=", counterId)
      .returning(["id", "count"])
      .executeTakeFirst();
    if (counter === undefined) throw new Error(`tapp_a has no counter ${counterId}`);
    log.info(`B has raised counter ${counter.id} of A to ${counter.count}`);
    return counter;
  },
});

const recipient = z.object({
  name: z.string().min(1).max(100),
  email: z.email(),
  language: z.enum(["en", "ja"]).default("en"),
});

export const salesReport = task("tapp_b.sales_report", {
  description: "Puts a report together; its input has every kind of field that a form can draw",
  queue: "reports",
  input: z
    .object({
      title: z.string().min(1).max(80).describe("Stands above the report"),
      kind: z.enum(["daily", "weekly", "monthly"]).default("daily").describe("What one row sums up"),
      period: z
        .object({
          from: z.iso.date().describe("The first day"),
          to: z.iso.date().describe("The last day, itself included"),
        })
        .describe("The days that the report is about"),
      recipients: z.array(recipient).max(20).default([]).describe("Who gets it"),
      regions: z.array(z.enum(["east", "west", "abroad"])).default(["east", "west"]),
      threshold: z.number().min(0).default(0).describe("Sales below it are left out, in yen"),
      withCharts: z.boolean().default(true),
      sendAt: z.iso.datetime({ offset: true }).optional().describe("Not sent before; left out: at once"),
      notes: z.string().max(2_000).optional(),
      labels: z.record(z.string(), z.string()).default({}).describe("Free words to find it by"),
    })
    .refine(({ period }) => period.from <= period.to, { path: ["period", "to"], message: "lies before the first day" }),
  run: async (input, { log, progress }) => {
    const { period, kind, regions, recipients } = input;
    const days = (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000 + 1;
    const rows = Math.ceil(days / { daily: 1, weekly: 7, monthly: 30 }[kind]) * regions.length;
    log.info(`'${input.title}': ${rows} rows over ${days} days`, input);
    for (const [index, { name, language }] of recipients.entries()) {
      progress({ current: index + 1, total: recipients.length, text: name });
      log.info(language === "ja" ? `${name} 様へ送信` : `sent to ${name}`);
    }
    return { rows, recipients: recipients.length };
  },
});
