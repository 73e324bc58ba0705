import type { Instant } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { displayedResult } from "../../message/displayed-result.ts";
import { parseIsoTime } from "../../message/iso-time.ts";
import { parsePythonLiteral } from "../../message/python-literal.ts";
import type { ObservedFacts, ObservedRun } from "../../run/observed-runs.ts";
import type { RunError } from "../../run/run.ts";
import { foreignWorkerId } from "../foreign-workers.ts";
import { type CeleryEvent, eventAt } from "./events.ts";

type Retried = NonNullable<ObservedRun["retried"]>[number];

/** What is known of one run that another's worker has, from its events so far. */
export interface ObservedTask {
  readonly id: string;
  readonly state?: ObservedRun["state"];
  readonly facts?: ObservedFacts;
  readonly node?: string;
  readonly retries?: number;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly result?: Json;
  readonly error?: RunError;
  readonly retried: readonly Retried[];
  /** The start of an attempt that has ended although nobody has told so: the next one was received already, before the worker told of the retry. */
  readonly overtaken?: Instant;
}

/** What an event adds to what is known of its run. `queue`: where runs of the worker come from, where no event says it. */
export function afterEvent(
  task: ObservedTask | undefined,
  event: CeleryEvent,
  { now, queue }: { readonly now: Instant; readonly queue: string },
): ObservedTask {
  const before = task ?? { id: String(event.uuid), retried: [] };
  const at = eventAt(event, now);
  const worker = { node: event.hostname };
  switch (event.type) {
    case "task-sent":
      return { ...before, facts: factsOf(event, at, textOf(event.queue) ?? queue) };
    case "task-received": {
      const retries = wholeOf(event.retries);
      const facts = factsOf(event, before.facts?.queuedAt ?? at, before.facts?.queue ?? queue);
      // The next attempt of a run that was tried again.
      const { startedAt, endedAt: _, error: __, ...rest } = before;
      const next = { ...rest, ...(startedAt !== undefined && { overtaken: startedAt }) };
      const base = retries > (before.retries ?? 0) ? next : before;
      return { ...base, ...worker, facts, retries, state: "ready" };
    }
    case "task-started":
      return { ...before, ...worker, startedAt: at, state: "running" };
    case "task-succeeded": {
      const runtimeMs = typeof event.runtime === "number" ? Math.round(event.runtime * 1000) : 0;
      const result = resultOf(textOf(event.result));
      return {
        ...{ ...before, ...worker, endedAt: at, state: "succeeded" },
        startedAt: before.startedAt ?? at - runtimeMs,
        ...(result !== undefined && { result }),
      };
    }
    case "task-failed":
      return {
        ...{ ...before, ...worker, endedAt: at, error: errorOf(event), state: "failed" },
        startedAt: before.startedAt ?? at,
      };
    case "task-retried": {
      const { overtaken, startedAt: current, ...rest } = before;
      const startedAt = overtaken ?? current;
      const number = (before.retries ?? 0) + (overtaken === undefined ? 1 : 0);
      const attempt: Retried = {
        ...{ number, endedAt: at, error: errorOf(event) },
        ...(startedAt !== undefined && { startedAt }),
      };
      const retried = [...before.retried, attempt];
      if (overtaken === undefined) return { ...rest, ...worker, state: "ready", retries: number, retried };
      return { ...rest, ...(current !== undefined && { startedAt: current }), retried };
    }
    case "task-revoked": {
      const isExpired = event.expired === true;
      const message = isExpired ? "expired" : event.terminated === true ? "terminated" : "revoked";
      return {
        ...{ ...before, ...worker, endedAt: at, state: isExpired ? "expired" : "cancelled" },
        error: { name: "TaskRevokedError", message },
      };
    }
    case "task-rejected":
      // It is put back, or was thrown away without a result, which nothing distinguishes from one that waits but this.
      if (event.requeue === true) return { ...before, ...worker, state: "ready" };
      return {
        ...{ ...before, ...worker, endedAt: at, state: "failed" },
        error: { name: "Reject", message: "the task rejected its message" },
      };
    default:
      return before;
  }
}

/** As it is written down; undefined while no worker has it. */
export function observedRunOf({ node, state, ...task }: ObservedTask): ObservedRun | undefined {
  if (state === undefined || node === undefined) return undefined;
  const { retried, overtaken: _, ...rest } = task;
  return {
    ...{ ...rest, state, worker: { id: foreignWorkerId(node), name: node } },
    ...(retried.length > 0 && { retried }),
  };
}

function factsOf(event: CeleryEvent, queuedAt: Instant, queue: string): ObservedFacts {
  const argsRepr = textOf(event.args) ?? "()";
  const kwargsRepr = textOf(event.kwargs) ?? "{}";
  const args = argsRepr === "()" ? [] : parsePythonLiteral(argsRepr);
  const kwargs = parsePythonLiteral(kwargsRepr);
  const isKnown = Array.isArray(args) && isJsonObject(kwargs) && !isShortened(argsRepr) && !isShortened(kwargsRepr);
  const expiresAt = timeOf(event.expires);
  const parentId = textOf(event.parent_id);
  const rootId = textOf(event.root_id);
  return {
    task: textOf(event.name) ?? "(unknown)",
    payload: isKnown ? { args: args as readonly Json[], kwargs: kwargs as JsonObject } : { args: [], kwargs: {} },
    ...{ argsRepr, kwargsRepr, inputUnknown: !isKnown, queue, queuedAt },
    availableAt: Math.max(timeOf(event.eta) ?? queuedAt, queuedAt),
    ...(expiresAt !== undefined && { expiresAt }),
    // A retried run of Celery's may be its own parent.
    ...(parentId !== undefined && parentId !== event.uuid && { parentId }),
    ...(rootId !== undefined && rootId !== event.uuid && { rootId }),
  };
}

/** What Celery has shortened, or what is no plain value, is only displayed. */
function resultOf(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  const value = isShortened(text) ? undefined : parsePythonLiteral(text);
  return value === undefined ? displayedResult(text) : value;
}

/** Celery marks so what it leaves out; a text of a task's own may look the same, and counts as shortened too. */
const isShortened = (repr: string) => repr.includes("...");

/** `ValueError('boom', 42)` and a traceback. */
function errorOf(event: CeleryEvent): RunError {
  const text = textOf(event.exception) ?? "";
  const stack = textOf(event.traceback);
  const [, name = "", rest = ""] = /^([\w.]+)\(([\s\S]*)\)$/.exec(text) ?? [];
  if (name === "") return { name: "Error", message: text, ...(stack !== undefined && { stack }) };
  const parsed = parsePythonLiteral(`[${rest}]`);
  const parts = Array.isArray(parsed)
    ? parsed.map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    : [rest];
  return { name, message: parts.join(", "), ...(stack !== undefined && { stack }) };
}

/** PostgreSQL's texts have no NUL. */
function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value.replaceAll("\0", "\ufffd") : undefined;
}

function timeOf(value: Json | undefined): Instant | undefined {
  return typeof value === "string" ? parseIsoTime(value) : undefined;
}

function wholeOf(value: Json | undefined): number {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0;
}
