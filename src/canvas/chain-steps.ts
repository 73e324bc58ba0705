import type { WireSignature } from "../message/task-message.ts";
import { chordSize, normal } from "./chord-size.ts";
import { chordOf, kindOf, optionsOf, signaturesOf, tasksOf, withLinks, withOptions } from "./signature-parts.ts";

/**
 * A chain's steps in the order of their execution, made ready as Celery's clients make them: a chain among them is spliced in, a group of one is its one
 * member, a group that something comes after is a chord with that as its body, and what is empty does not end it.
 */
export function prepareSteps(chain: WireSignature): readonly WireSignature[] {
  const steps: WireSignature[] = [];
  for (const step of tasksOf(chain).map(normal).flatMap(spliced)) {
    const before = steps.at(-1);
    if (before !== undefined && kindOf(before) === "group") steps[steps.length - 1] = chordOf(before, step);
    else steps.push(step);
  }
  while (steps.length > 0 && chordSize(steps.at(-1) ?? {}) === 0) steps.pop();
  return steps;
}

function spliced(step: WireSignature): readonly WireSignature[] {
  if (kindOf(step) === "chain") return spliceChain(step);
  const [only, ...others] = tasksOf(step).map(normal);
  if (kindOf(step) !== "group" || only === undefined || others.length > 0) return [step];
  return spliced(only);
}

/** What was asked of the chain itself is asked of its steps now. */
function spliceChain(chain: WireSignature): readonly WireSignature[] {
  const { link, link_error: errbacks, task_id: id } = optionsOf(chain);
  const steps = prepareSteps(chain).map((step) => withErrbacks(step, signaturesOf(errbacks)));
  const last = steps.pop();
  if (last === undefined) return [];
  const named = id === undefined || optionsOf(last).task_id !== undefined ? last : withOptions(last, { task_id: id });
  return [...steps, withLinks(named, "link", signaturesOf(link))];
}

/** Errbacks reach each task that can fail: a chord's body, each member of a group. There they are called without the failed task's id, as Celery does it. */
export function withErrbacks(step: WireSignature, errbacks: readonly WireSignature[]): WireSignature {
  if (errbacks.length === 0) return step;
  const { kwargs } = step;
  if (kindOf(step) === "chord" && typeof kwargs === "object" && kwargs !== null && "body" in kwargs) {
    const [body] = signaturesOf(kwargs.body);
    return body === undefined ? step : { ...step, kwargs: { ...kwargs, body: withErrbacks(body, errbacks) } };
  }
  if (kindOf(step) === "group") {
    const immutable = errbacks.map((errback) => ({ ...errback, immutable: true }));
    const tasks = tasksOf(step).map((task) => withErrbacks(task, immutable));
    return { ...step, kwargs: { tasks } };
  }
  return withLinks(step, "link_error", errbacks);
}
