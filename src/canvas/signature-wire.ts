import type { Json, JsonObject } from "../base/json.ts";
import { RESULT_INTO } from "../message/result-into.ts";
import type { WireSignature } from "../message/task-message.ts";
import type { SignatureValue, TaskNode } from "./signature.ts";
import { bodyOf, chordOf, groupOf, headerOf, kindOf, tasksOf, withKwargs, withLinks } from "./signature-parts.ts";

/** A task of a canvas, looked up and looked at. */
export interface PreparedTask {
  readonly name: string;
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
  /** It has an input of its own, and not Celery's args and kwargs. */
  readonly takesInput: boolean;
  /** It is given all that it needs. */
  readonly isComplete: boolean;
  /** The inputs of a map, or the argument lists of a star map. */
  readonly items?: readonly Json[];
  /** Celery's options: where it waits, when it begins, how long it may take. */
  readonly options: JsonObject;
}

/** A signature in Celery's form, with the tasks in it as `preparedOf` has them. */
export function wireOf(value: SignatureValue, preparedOf: (node: TaskNode) => PreparedTask): WireSignature {
  const plain = plainWire(value, preparedOf);
  const own = value.isImmutable ? immutable(plain) : plain;
  const callbacks = value.callbacks.map((callback) => wireOf(callback, preparedOf));
  const errbacks = value.errbacks.map((errback) => wireOf(errback, preparedOf));
  return withErrbacks(withCallbacks(own, callbacks), errbacks);
}

function plainWire({ node }: SignatureValue, preparedOf: (node: TaskNode) => PreparedTask): WireSignature {
  if (node.kind === "task") return taskWire(node, preparedOf(node));
  if (node.kind === "chord") {
    return chordOf(wireOf(node.header, preparedOf), wireOf(node.body, preparedOf));
  }
  const tasks = node.parts.map((part) => wireOf(part, preparedOf));
  return node.kind === "group" ? groupOf(tasks) : { ...groupOf(tasks), task: "celery.chain", subtask_type: "chain" };
}

function taskWire({ options: { into, headers }, each }: TaskNode, prepared: PreparedTask): WireSignature {
  const { name, args, kwargs, takesInput, isComplete, items, options } = prepared;
  const marks = takesInput ? { [RESULT_INTO]: into ?? "" } : {};
  if (each !== undefined && items !== undefined) {
    const called = { ...single(name, [], {}), options: takesInput ? { headers: marks } : {} };
    return {
      ...single(each.spread ? "celery.starmap" : "celery.map", [], { task: called, it: items }),
      options: { ...options, ...(headers !== undefined && { headers }) },
      subtask_type: each.spread ? "xstarmap" : "xmap",
      immutable: true,
    };
  }
  const texts = { ...headers, ...marks };
  return {
    ...single(name, args, kwargs),
    options: { ...options, ...(Object.keys(texts).length > 0 && { headers: texts }) },
    immutable: isComplete,
  };
}

const single = (task: string, args: readonly Json[], kwargs: JsonObject): WireSignature => ({
  ...{ task, args, kwargs, options: {} },
  subtask_type: null,
  immutable: false,
});

/** What begins it takes nothing from what comes before. */
function immutable(wire: WireSignature): WireSignature {
  const kind = kindOf(wire);
  if (kind === "task") return { ...wire, immutable: true };
  if (kind === "chord") return withKwargs(wire, { header: immutable(headerOf(wire)) });
  const [first, ...others] = tasksOf(wire);
  if (first === undefined) return wire;
  const rest = kind === "group" ? others.map(immutable) : others;
  return withKwargs(wire, { tasks: [immutable(first), ...rest] });
}

/** At what ends it: of a chain the last step, of a group, as in Celery, the first member. */
function withCallbacks(wire: WireSignature, callbacks: readonly WireSignature[]): WireSignature {
  if (callbacks.length === 0) return wire;
  const kind = kindOf(wire);
  if (kind === "task") return withLinks(wire, "link", callbacks);
  const body = kind === "chord" ? bodyOf(wire) : undefined;
  if (body !== undefined) return withKwargs(wire, { body: withCallbacks(body, callbacks) });
  const tasks = [...tasksOf(wire)];
  const at = kind === "group" ? 0 : tasks.length - 1;
  const end = tasks[at];
  if (end !== undefined) tasks[at] = withCallbacks(end, callbacks);
  return withKwargs(wire, { tasks });
}

/** At whatever can fail: each step of a chain, each member of a group, of a chord its body, which fails with any of its header. */
function withErrbacks(wire: WireSignature, errbacks: readonly WireSignature[]): WireSignature {
  if (errbacks.length === 0) return wire;
  const kind = kindOf(wire);
  if (kind === "task") return withLinks(wire, "link_error", errbacks);
  const body = kind === "chord" ? bodyOf(wire) : undefined;
  if (body !== undefined) return withKwargs(wire, { body: withErrbacks(body, errbacks) });
  return withKwargs(wire, { tasks: tasksOf(wire).map((task) => withErrbacks(task, errbacks)) });
}
