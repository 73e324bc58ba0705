import type { JsonObject } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";
import { type Applied, applySignature } from "./apply-signature.ts";
import type { CanvasContext, CanvasMessage } from "./canvas-message.ts";
import { withErrbacks } from "./chain-steps.ts";
import { chordOf, kindOf, withLinks } from "./signature-parts.ts";

/**
 * What is sent when a run is replaced by a signature (Celery's `Task.replace`): it goes on under the run's id and takes over what follows the run. The run itself stores no
 * result, and counts in no chord.
 */
export function replaceRun(run: CanvasMessage, signature: WireSignature, context: CanvasContext): Applied {
  const { callbacks = [], errbacks = [], chain, chord } = run.embed;
  const linked = withLinks(withErrbacks(asOne(signature), errbacks), "link", callbacks);
  const options: JsonObject = {
    task_id: run.id,
    root_id: run.rootId ?? run.id,
    parent_id: run.id,
    group_id: run.groupId ?? null,
    group_index: run.groupIndex ?? null,
    chord: chord ?? null,
    chain: chain ?? null,
    replaced_task_nesting: nestingOf(run) + 1,
  };
  return applySignature(linked, { options }, context);
}

/** A group's results are made one by a body that hands them on. */
function asOne(signature: WireSignature): WireSignature {
  if (kindOf(signature) !== "group") return signature;
  return chordOf(signature, {
    task: "celery.accumulate",
    args: [],
    kwargs: { index: 0 },
    options: {},
    subtask_type: null,
    immutable: false,
  });
}

function nestingOf({ headers: { replaced_task_nesting: nesting } }: CanvasMessage): number {
  return typeof nesting === "number" ? nesting : 0;
}
