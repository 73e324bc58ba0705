import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { composeApp } from "../../src/app/app.ts";
import { checkConfig } from "../../src/app/config-check.ts";
import { openTelemetry } from "../../src/app/open-telemetry.ts";
import { startWorker } from "../../src/app/run-worker.ts";
import { MemoryBroker, MemoryBrokerServer } from "../../src/broker/memory/memory-broker.ts";
import { TaskRegistry } from "../../src/task/registry.ts";
import { task } from "../../src/task/task.ts";
import { openTestDatabase } from "../support/database.ts";
import { makeTables } from "../support/make-tables.ts";
import { createTestProject } from "../support/project.ts";

const exporter = new InMemorySpanExporter();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});
afterAll(() => {
  for (const api of [context, propagation, trace]) api.disable();
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  exporter.reset();
});

const child = task("app.child", { run: () => "done" });
const parent = task("app.parent", {
  run: async (_input, { send }) => {
    const own = trace.getTracer("project").startSpan("work of the project");
    own.end();
    await (await send(child)).result({ timeoutMs: 20_000 });
  },
});
const broken = task("app.broken", {
  run: () => {
    throw new TypeError("no");
  },
});

async function tracedApp(server?: MemoryBrokerServer) {
  const database = await openTestDatabase();
  const { config } = checkConfig({ apps: [] }, { env: {}, workingFolder: database.folder, file: null });
  if (config === undefined) throw new Error("the test's settings are wrong");
  const registry = new TaskRegistry();
  for (const one of [parent, child, broken]) registry.add({ task: one, app: "app", file: null });
  const app = composeApp({
    ...{ config, database, tracing: await openTelemetry("1.2.3") },
    discovery: { apps: [], registry, periodicTasks: [], problems: [] },
    ...(server && { broker: new MemoryBroker(server) }),
  });
  closing.push(() => app.close());
  const worker = await startWorker(app);
  closing.push(() => worker.stop());
  return app;
}

const spanOf = (name: string) => {
  const span = exporter.getFinishedSpans().find((one) => one.name === name);
  if (span === undefined) throw new Error(`no span '${name}'`);
  return span;
};

test.each([
  ["the database", undefined],
  ["a broker", () => new MemoryBrokerServer()],
])("one trace goes from the web request over %s to the attempt, and on to its children", async (_name, server) => {
  const app = await tracedApp(server?.());
  const request = trace.getTracer("web").startSpan("POST /orders");
  const run = await context.with(trace.setSpan(context.active(), request), () => app.client.send(parent));
  request.end();
  await run.result({ timeoutMs: 20_000 });
  const [sent, attempt] = [spanOf("send app.parent"), spanOf("process app.parent")];
  const [childSent, childAttempt] = [spanOf("send app.child"), spanOf("process app.child")];
  const ids = [sent, attempt, childSent, childAttempt, spanOf("work of the project")];
  for (const span of ids) expect(span.spanContext().traceId).toBe(request.spanContext().traceId);
  expect(sent.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
  expect(attempt.parentSpanContext?.spanId).toBe(sent.spanContext().spanId);
  expect(spanOf("work of the project").parentSpanContext?.spanId).toBe(attempt.spanContext().spanId);
  expect(childSent.parentSpanContext?.spanId).toBe(attempt.spanContext().spanId);
  expect(childAttempt.parentSpanContext?.spanId).toBe(childSent.spanContext().spanId);
  expect([sent.kind, attempt.kind]).toEqual([SpanKind.PRODUCER, SpanKind.CONSUMER]);
  expect(attempt.instrumentationScope).toMatchObject({ name: "hyoshi", version: "1.2.3" });
  expect(attempt.attributes).toMatchObject({
    "messaging.system": "hyoshi",
    "messaging.destination.name": "default",
    "messaging.message.id": run.id,
    "hyoshi.task": "app.parent",
    "hyoshi.attempt": 1,
    "hyoshi.state": "succeeded",
  });
  expect((await app.runs.find(run.id))?.options.headers?.traceparent).toContain(sent.spanContext().spanId);
});

test("an attempt that fails says so", async () => {
  const app = await tracedApp();
  const run = await app.client.send(broken);
  await expect(run.result({ timeoutMs: 20_000 })).rejects.toMatchObject({ code: "run_failed" });
  const span = spanOf("process app.broken");
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "no" });
  expect(span.attributes).toMatchObject({ "hyoshi.state": "failed", "error.type": "TypeError" });
  expect(span.events[0]).toMatchObject({ name: "exception" });
});

test("a scheduled run begins a trace of its own, with a link to what its headers name", async () => {
  const app = await tracedApp();
  const old = trace.getTracer("web").startSpan("saving the periodic task");
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), old), headers);
  old.end();
  const now = app.clock.now();
  const sent = { id: "scheduled", task: "app.child", payload: { args: [], kwargs: {} }, queue: "default", priority: 5 };
  await app.runs.add([
    { ...sent, options: { headers }, origin: { kind: "schedule" }, availableAt: now, queuedAt: now, nominalAt: now },
  ]);
  await app.client.result("scheduled", 20_000);
  const span = spanOf("process app.child");
  expect(span.parentSpanContext).toBeUndefined();
  expect(span.spanContext().traceId).not.toBe(old.spanContext().traceId);
  expect(span.links.map((link) => link.context.spanId)).toEqual([old.spanContext().spanId]);
  expect(span.attributes["hyoshi.nominal_time"]).toBe(new Date(now).toISOString());
});

test("nothing of it is loaded where the settings do not ask for it", async () => {
  const config = (more: string) =>
    `import { defineConfig } from "hyoshi";\nexport default defineConfig({ apps: ["./app"]${more} });\n`;
  const project = createTestProject({
    "hyoshi.config.ts": config(""),
    "app/tasks.ts": `import { task } from "hyoshi";\nexport const none = task("app.none", { run: () => 1 });\n`,
    "told.mjs": `
      import { registerHooks } from "node:module";
      registerHooks({ resolve(name, context, next) {
        if (name.startsWith("@opentelemetry")) console.error("loads " + name);
        return next(name, context);
      } });`,
  });
  closing.push(() => project.close());
  const env = { NODE_OPTIONS: `--import ${pathToFileURL(join(project.folder, "told.mjs"))}` };
  await makeTables(project.databaseFile);
  const without = await project.run(["send", "app.none"], env);
  expect(without).toMatchObject({ code: 0, stderr: expect.not.stringContaining("loads") });
  project.write("hyoshi.config.ts", config(", openTelemetry: true"));
  const asked = await project.run(["send", "app.none"], env);
  expect(asked).toMatchObject({ code: 0, stderr: expect.stringContaining("loads @opentelemetry/api") });
});
