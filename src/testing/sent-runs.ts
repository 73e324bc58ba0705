import { AssertionError } from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";
import type { App } from "../app/app.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { Run } from "../run/run.ts";
import { isInputPayload } from "../task/payload.ts";
import { type AnyTask, isTask } from "../task/task.ts";

/** A run that was sent, by the test, by a task or by a schedule, as it is now. */
export interface SentByTest {
  readonly id: string;
  readonly task: string;
  /** As it was sent: for a task without a schema `{ args, kwargs }`. */
  readonly input: Json;
  readonly queue: string;
  readonly priority: number;
  readonly state: Run["state"];
  /** The earliest start, in ms since the epoch. */
  readonly availableAt: number;
  /** The instant that its schedule named. */
  readonly nominalAt: number | undefined;
  /** The run that sent it. */
  readonly parentId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Attempts that have begun. */
  readonly attempt: number;
  readonly result: Json | undefined;
  readonly error: Run["error"];
}

/** All runs that there are, in the order of sending. */
export async function sentRuns({ database, runs }: App, task?: AnyTask | string): Promise<readonly SentByTest[]> {
  const { reader } = database;
  const live = await reader.selectFrom("run_live").select(["id", "queued_at as at"]).execute();
  const done = await reader.selectFrom("run_done").select(["id", "queued_at as at"]).execute();
  const ids = [...live, ...done].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  const found = await Promise.all(ids.map((id) => runs.find(id)));
  const name = task === undefined ? undefined : nameOf(task);
  return found.flatMap((run) => (run === undefined || (name !== undefined && run.task !== name) ? [] : [asSent(run)]));
}

export function nameOf(task: AnyTask | string): string {
  return isTask(task) ? task.name : task;
}

export function asSent(run: Run): SentByTest {
  const { id, task, payload, queue, priority, state, availableAt, nominalAt, parentId, options } = run;
  return {
    ...{ id, task, queue, priority, state, availableAt, nominalAt, parentId },
    input: isInputPayload(payload) ? payload.input : { args: [...payload.args], kwargs: payload.kwargs },
    headers: options.headers ?? {},
    attempt: run.attempt,
    result: run.result,
    error: run.error,
  };
}

/** Those among them whose input has at least what is expected. Throws an AssertionError, which every test runner shows. */
export function assertSent(
  sent: readonly SentByTest[],
  { task, input, times }: { readonly task: string; readonly input?: unknown; readonly times?: number },
): readonly SentByTest[] {
  const fitting = input === undefined ? sent : sent.filter((run) => holds(run.input, input));
  if (times === undefined ? fitting.length > 0 : fitting.length === times) return fitting;
  const wanted = times === undefined ? "sent" : `sent ${times} times`;
  const what = input === undefined ? "" : ` with ${inspect(input, { depth: 5 })}`;
  const inputs = sent.map((run) => inspect(run.input, { depth: 5 }));
  const there = inputs.length === 0 ? "it was not sent at all" : `it was sent with ${inputs.join(", ")}`;
  throw new AssertionError({
    message: `expected task '${task}' to be ${wanted}${what}: ${there}`,
    actual: sent.map((run) => run.input),
    expected: input ?? times,
    operator: "expectSent",
    stackStartFn: assertSent,
  });
}

/** Whether each property that is expected is there; lists have to be the same. */
function holds(actual: Json, expected: unknown): boolean {
  if (!isJsonObject(actual) || typeof expected !== "object" || expected === null || Array.isArray(expected)) {
    return isDeepStrictEqual(actual, expected);
  }
  return Object.entries(expected).every(([key, value]) => {
    const there = actual[key];
    return value === undefined ? there === undefined : there !== undefined && holds(there, value);
  });
}
