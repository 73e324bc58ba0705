import type { Json, JsonObject } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";
import type { CanvasContext, CanvasMessage } from "./canvas-message.ts";
import { prepareSteps, withErrbacks } from "./chain-steps.ts";
import { chordSize, normal } from "./chord-size.ts";
import { freeze, type Place, placeOf } from "./freeze-signature.ts";
import { merge, type Partial } from "./merge-signature.ts";
import { messageOf } from "./message-of.ts";
import {
  argsOf,
  bodyOf,
  chordOf,
  headerOf,
  kindOf,
  kwargsOf,
  optionsOf,
  signaturesOf,
  tasksOf,
  withLinks,
  withOptions,
} from "./signature-parts.ts";

/** A chord that counts to `size`. */
export interface ChordStart {
  readonly groupId: string;
  readonly size: number;
  /** The result tuples of the header's members: the body is given their results in this order, nested as these are. */
  readonly members: readonly Json[];
}

/** What applying a signature asks for. */
export interface Applied {
  /** To be told to the result backend before any of the messages is sent. */
  readonly chords: readonly ChordStart[];
  /** To be sent, in this order. */
  readonly messages: readonly CanvasMessage[];
  /** The result tuples for the `children` of the run that applies it: of a chain the first step, of a chord the header. */
  readonly children: readonly Json[];
  /** The result that a client waits for: of a chain the last step, with those before it as its parents. Null where there was nothing to apply. */
  readonly result: Json;
}

/**
 * Applies a signature with partial arguments and options, as `apply_async` of a Celery worker does it: a chain sends its first step with the others, the next
 * one last, in its embed; a group all its members; a chord its header, each member with the body in its embed.
 */
export function applySignature(signature: WireSignature, partial: Partial, context: CanvasContext): Applied {
  const frozen = freeze(merge(signature, partial), {}, () => context.newId());
  const applying = new Applying(context);
  const child = applying.send(frozen.signature);
  const children = child === undefined ? [] : [child];
  return {
    chords: applying.chords,
    messages: applying.messages,
    children,
    result: child === undefined ? null : frozen.tuple(null),
  };
}

class Applying {
  readonly chords: ChordStart[] = [];
  readonly messages: CanvasMessage[] = [];
  readonly #context: CanvasContext;

  constructor(context: CanvasContext) {
    this.#context = context;
  }

  /** Sends a signature with what it was merged with; answers the tuple of what was sent first, undefined if that was nothing. */
  send(merged: WireSignature): Json | undefined {
    const signature = normal(merged);
    const kind = kindOf(signature);
    if (kind === "chain") return this.#sendChain(signature);
    if (kind === "group") return this.#sendGroup(signature);
    if (kind === "chord") return this.#sendChord(signature);
    this.messages.push(messageOf(signature, this.#context));
    return this.#freeze(signature, {}).tuple(null);
  }

  #sendChain(chain: WireSignature): Json | undefined {
    const { link, link_error: errbacks, chain: rest, task_id: id, ...options } = optionsOf(chain);
    const { group_id: _groupId, group_index: _groupIndex, chord: _chord, ...ofFirst } = options;
    const steps = prepareSteps(chain).map((step) => withErrbacks(step, signaturesOf(errbacks)));
    const after = signaturesOf(rest);
    const last = steps.pop();
    if (last === undefined) return this.#sendNext(after, chain, ofFirst);
    const place = { ...placeOf(options), ...(typeof id === "string" ? { taskId: id } : {}) };
    steps.push(this.#freeze(withLinks(last, "link", signaturesOf(link)), place).signature);
    return this.#sendNext(
      [...after, ...steps.map((step) => this.#freeze(step, {}).signature).reverse()],
      chain,
      ofFirst,
    );
  }

  /** @param steps those that remain, the next one last */
  #sendNext(steps: readonly WireSignature[], chain: WireSignature, options: JsonObject): Json | undefined {
    const next = steps.at(-1);
    if (next === undefined) return undefined;
    const { tasks: _tasks, ...kwargs } = kwargsOf(chain);
    return this.send(merge(next, { args: argsOf(chain), kwargs, options: { ...options, chain: steps.slice(0, -1) } }));
  }

  /** A group that something comes after is a chord with that as its body. */
  #sendGroup(group: WireSignature): Json | undefined {
    const rest = signaturesOf(optionsOf(group).chain);
    const next = rest.at(-1);
    if (next !== undefined) {
      const { chain: _chain, ...options } = optionsOf(group);
      const chord = { ...chordOf({ ...group, args: [], options: idOption(group) }, next), args: argsOf(group) };
      return this.#sendChord(withOptions(chord, { ...options, chain: rest.slice(0, -1) }));
    }
    const frozen = this.#freeze(group, {});
    const {
      task_id: groupId,
      link: _link,
      link_error: _errbacks,
      group_index: _index,
      ...options
    } = optionsOf(frozen.signature);
    const { tasks: _tasks, ...kwargs } = kwargsOf(group);
    const members = tasksOf(frozen.signature);
    for (const member of members) {
      this.send(merge(member, { args: argsOf(group), kwargs, options: { group_id: groupId ?? null, ...options } }));
    }
    return members.length === 0 ? undefined : frozen.tuple(null);
  }

  #sendChord(chord: WireSignature): Json | undefined {
    const frozen = this.#freeze(chord, {}).signature;
    const header = headerOf(frozen);
    const groupId = optionsOf(header).task_id as string;
    const { task_id: _id, link, link_error: errbacks, ...options } = optionsOf(chord);
    const body = this.#bodyOf(frozen, groupId, options, signaturesOf(link), signaturesOf(errbacks));
    const size = tasksOf(header).reduce((sum, member) => sum + chordSize(member), 0);
    if (size === 0) return body === undefined ? undefined : this.send(merge(body, { args: [[]] }));
    const { chain: _chain, chord: _chord, group_index: _index, ...ofMembers } = options;
    const members = tasksOf(header).map((member) => this.#freeze(member, {}).tuple(null));
    if (body !== undefined) this.chords.push({ groupId, size, members });
    for (const member of tasksOf(header)) {
      this.send(
        merge(member, {
          args: argsOf(chord),
          kwargs: chordKwargs(chord),
          options: { ...ofMembers, group_id: groupId, chord: body ?? null },
        }),
      );
    }
    return this.#freeze(header, {}).tuple(null);
  }

  /**
   * The body takes over what was asked of the chord, the rest of its chain above all. Since 5.3 it bears the header's id as its group's, which nothing counts; members of
   * a group are not named after a group that is not theirs.
   */
  #bodyOf(
    chord: WireSignature,
    groupId: string,
    options: JsonObject,
    callbacks: readonly WireSignature[],
    errbacks: readonly WireSignature[],
  ): WireSignature | undefined {
    const body = bodyOf(chord);
    if (body === undefined) return undefined;
    const linked = withLinks(withLinks(merge(body, { options }), "link", callbacks), "link_error", errbacks);
    return this.#freeze(linked, endsInTask(body) ? { groupId } : {}).signature;
  }

  #freeze(signature: WireSignature, place: Place) {
    return freeze(signature, place, () => this.#context.newId());
  }
}

function idOption(signature: WireSignature): JsonObject {
  const { task_id: id } = optionsOf(signature);
  return id === undefined ? {} : { task_id: id };
}

/** Partial kwargs of a chord go to its header's members. */
function chordKwargs(chord: WireSignature): JsonObject {
  const { header: _header, body: _body, kwargs, ...given } = kwargsOf(chord);
  return {
    ...(typeof kwargs === "object" && kwargs !== null && !Array.isArray(kwargs) ? (kwargs as JsonObject) : {}),
    ...given,
  };
}

function endsInTask(body: WireSignature): boolean {
  const signature = normal(body);
  const kind = kindOf(signature);
  if (kind === "task" || kind === "group") return kind === "task";
  const last = kind === "chain" ? prepareSteps(signature).at(-1) : bodyOf(signature);
  return last !== undefined && endsInTask(last);
}
