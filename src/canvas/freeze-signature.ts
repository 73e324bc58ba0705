import type { Json, JsonObject } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";
import { prepareSteps } from "./chain-steps.ts";
import { chordSize, normal } from "./chord-size.ts";
import { groupTuple, taskTuple } from "./result-tuple.ts";
import {
  bodyOf,
  headerOf,
  idOf,
  kindOf,
  lastIdOf,
  optionsOf,
  signaturesOf,
  tasksOf,
  withKwargs,
  withOptions,
} from "./signature-parts.ts";

/** Where a signature stands among others; what counts it in a group or chord. */
export interface Place {
  readonly taskId?: string;
  readonly groupId?: string;
  readonly groupIndex?: number;
  readonly chord?: WireSignature;
}

/** A signature all of whose parts have ids, and the result that a client waits for. */
export interface Frozen {
  readonly signature: WireSignature;
  tuple(parent: Json): Json;
}

/** Gives an id to each part that has none. Its place in a group or chord is handed down to the part that ends it. */
export function freeze(unfrozen: WireSignature, given: Place, newId: () => string): Frozen {
  const signature = normal(unfrozen);
  const kind = kindOf(signature);
  const place = { ...placeOf(optionsOf(signature)), ...given };
  if (kind === "chain") return freezeChain(signature, place, newId);
  if (kind === "group") return freezeGroup(signature, place, newId);
  if (kind === "chord") return freezeChord(signature, place, newId);
  const id = idOf(signature) ?? place.taskId ?? newId();
  return {
    signature: withOptions(placed(signature, place), { task_id: id }),
    tuple: (parent) => taskTuple(id, parent),
  };
}

/** The last step ends a chain: it has the chain's id and place. The chain names it as its own, for workers that tell of the chain's failure. */
function freezeChain(signature: WireSignature, place: Place, newId: () => string): Frozen {
  const prepared = prepareSteps(signature);
  const own = idOf(signature);
  const last: Place = own === undefined ? place : { taskId: own, ...place };
  const steps = prepared.map((step, index) => freeze(step, index === prepared.length - 1 ? last : {}, newId));
  const tasks = steps.map((step) => step.signature);
  const id = own ?? place.taskId ?? lastIdOf(tasks.at(-1) ?? {});
  return {
    signature: withOptions(withKwargs(signature, { tasks }), id === undefined ? {} : { task_id: id }),
    tuple: (parent) => steps.reduce((before, step) => step.tuple(before), parent),
  };
}

function freezeGroup(signature: WireSignature, place: Place, newId: () => string): Frozen {
  const id = idOf(signature) ?? newId();
  const { taskId: _taskId, ...ofMembers } = place;
  const members = flatMembers(signature).map((member, groupIndex) =>
    freeze(member, { ...ofMembers, groupIndex }, newId),
  );
  return {
    signature: withOptions(withKwargs(signature, { tasks: members.map((member) => member.signature) }), {
      task_id: id,
    }),
    tuple: (parent) =>
      groupTuple(
        id,
        parent,
        members.map((member) => member.tuple(null)),
      ),
  };
}

/** Groups in a group are one group with it. */
function flatMembers(group: WireSignature): readonly WireSignature[] {
  return tasksOf(group)
    .filter((task) => chordSize(task) > 0)
    .map(normal)
    .flatMap((task) => (kindOf(task) === "group" ? flatMembers(task) : [task]));
}

/**
 * The body ends a chord: it has the chord's place. The id of a chord whose header is a group is that group's, unless only the chord has one; Celery's clients
 * give the same one to both.
 */
function freezeChord(signature: WireSignature, place: Place, newId: () => string): Frozen {
  const own = idOf(signature);
  const group = headerOf(signature);
  const body = bodyOf(signature);
  const headerId = idOf(group) ?? (body !== undefined && idOf(body) !== undefined ? own : undefined) ?? newId();
  const header = freeze(withOptions(group, { task_id: headerId }), {}, newId);
  const bodyPlace = own === undefined || own === headerId ? place : { taskId: own, ...place };
  const ending = body === undefined ? undefined : freeze(body, bodyPlace, newId);
  return {
    signature: withOptions(withKwargs(signature, { header: header.signature, body: ending?.signature ?? null }), {
      task_id: own ?? headerId,
    }),
    tuple: (parent) => ending?.tuple(header.tuple(parent)) ?? header.tuple(parent),
  };
}

function placed(signature: WireSignature, place: Place): WireSignature {
  const options: Record<string, Json> = {};
  const stored: JsonObject = optionsOf(signature);
  if (place.groupId !== undefined && stored.group_id === undefined) options.group_id = place.groupId;
  if (place.groupIndex !== undefined) options.group_index = place.groupIndex;
  if (place.chord !== undefined) options.chord = place.chord;
  return withOptions(signature, options);
}

/** The place in a group or chord that options name. */
export function placeOf({ group_id: groupId, group_index: groupIndex, chord }: JsonObject): Place {
  const [body] = signaturesOf(chord);
  return {
    ...(typeof groupId === "string" ? { groupId } : {}),
    ...(typeof groupIndex === "number" ? { groupIndex } : {}),
    ...(body === undefined ? {} : { chord: body }),
  };
}
