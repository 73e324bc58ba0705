export type { HyoshiErrorOptions } from "./base/error.ts";
export { HyoshiError, isHyoshiError } from "./base/error.ts";
export type { Json, JsonObject } from "./base/json.ts";
export type { OpenDatabase, TableModel, TaskContext, TaskLog } from "./task/context.ts";
export type { RetryOptions } from "./task/retry-policy.ts";
export type { Send, SendOptions, SentRun } from "./task/send.ts";
export type { AnyTask, Arguments, InputOf, ResultOf, Task, TaskDefinition } from "./task/task.ts";
export { isTask, task } from "./task/task.ts";
export type { TaskOptions } from "./task/task-options.ts";
