import type { Json, JsonObject } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";
import {
  argsOf,
  bodyOf,
  headerOf,
  idOf,
  kindOf,
  kwargsOf,
  optionsOf,
  signaturesOf,
  taskOf,
  tasksOf,
} from "./signature-parts.ts";

/** A member of a chord, as the chord counts it. */
export interface PartOfChord {
  readonly groupId: string;
  /** Null: it comes after all others, in any order. */
  readonly groupIndex: number | null;
  /** What is applied to the results once all members have ended. */
  readonly body: WireSignature;
}

/** The end of a run that never begins. */
export interface StepEnding {
  readonly id: string;
  readonly task: string;
  /** What it would have been given, beside the result of what comes before it. */
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
  readonly state: "FAILURE" | "REVOKED";
  readonly exception: Json;
  readonly traceback: string | null;
  readonly groupId?: string;
  readonly parentId?: string;
  readonly replyTo?: string;
  /** The chord that counts it. */
  readonly part?: PartOfChord;
}

type Failure = Pick<StepEnding, "state" | "exception" | "traceback">;

/**
 * How a step ends that is never reached, with all that is in it and has an id: somebody may wait for any of these. Each ends with the exception of the run that
 * failed. Members of a chord's header that never begin are not counted: its body ends here as well.
 */
export function endingsOf(step: WireSignature, failure: Failure): readonly StepEnding[] {
  const kind = kindOf(step);
  const own = endingOf(step, failure);
  if (kind === "task") return own;
  if (kind === "chain" || kind === "group")
    return [...own, ...tasksOf(step).flatMap((task) => endingsOf(task, failure))];
  const header = tasksOf(headerOf(step)).flatMap((member) => endingsOf(member, failure));
  const body = bodyOf(step);
  const uncounted = header.map(({ part: _part, ...ending }) => ending);
  return [...own, ...uncounted, ...(body === undefined ? [] : endingsOf(body, failure))];
}

function endingOf(step: WireSignature, failure: Failure): readonly StepEnding[] {
  const id = idOf(step);
  if (id === undefined) return [];
  const options = optionsOf(step);
  const text = (name: string) => (typeof options[name] === "string" ? (options[name] as string) : undefined);
  const [groupId, parentId, replyTo] = [text("group_id"), text("parent_id"), text("reply_to")];
  const [body] = signaturesOf(options.chord);
  const index = typeof options.group_index === "number" ? options.group_index : null;
  const isCounted = body !== undefined && groupId !== undefined && kindOf(step) === "task";
  return [
    {
      id,
      task: taskOf(step),
      args: argsOf(step),
      kwargs: kindOf(step) === "task" ? kwargsOf(step) : {},
      state: failure.state,
      exception: failure.exception,
      traceback: failure.traceback,
      ...(groupId === undefined ? {} : { groupId }),
      ...(parentId === undefined ? {} : { parentId }),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(isCounted ? { part: { groupId, groupIndex: index, body } } : {}),
    },
  ];
}
