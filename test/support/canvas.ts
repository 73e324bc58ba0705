import type { Json, JsonObject } from "../../src/base/json.ts";
import type { CanvasContext, CanvasMessage } from "../../src/canvas/canvas-message.ts";
import { withOptions } from "../../src/canvas/signature-parts.ts";
import type { Embed, WireSignature } from "../../src/message/task-message.ts";

/** Ids `new-1`, `new-2` …, and a fixed time. */
export const context = (): CanvasContext => {
  let count = 0;
  const newId = () => {
    count += 1;
    return `new-${count}`;
  };
  return { newId, now: 1_000_000 };
};

/** A signature of one task; the others put some together. */
export const sig = (task: string, ...args: Json[]): WireSignature => ({
  task,
  args,
  kwargs: {},
  options: {},
  subtask_type: null,
  immutable: false,
});

export const composite = (kind: string, kwargs: JsonObject): WireSignature => ({
  ...sig(`celery.${kind}`),
  kwargs,
  subtask_type: kind,
});

export const chain = (...tasks: WireSignature[]) => composite("chain", { tasks });

export const group = (...tasks: WireSignature[]) => composite("group", { tasks });

export const chord = (header: readonly WireSignature[], body: WireSignature) =>
  composite("chord", { header, body, kwargs: {} });

export const named = (id: string, signature: WireSignature) => withOptions(signature, { task_id: id });

/** The run `run`, with what follows it. */
export const runOf = (embed: Embed, more: Partial<CanvasMessage> = {}): CanvasMessage => ({
  id: "run",
  task: "proj.first",
  args: [],
  kwargs: {},
  embed,
  retries: 0,
  headers: {},
  ...more,
});

export const success = (result: Json) => ({ state: "SUCCESS", result }) as const;

export const failure = {
  state: "FAILURE",
  exception: { exc_type: "ValueError", exc_message: ["boom"], exc_module: "builtins" },
  traceback: "Traceback …",
} as const;
