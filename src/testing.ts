export type { SentByTest } from "./testing/sent-runs.ts";
export type { TestApp, TestAppOptions } from "./testing/test-app.ts";
export { createTestApp } from "./testing/test-app.ts";
