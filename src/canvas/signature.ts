import { didYouMean } from "../base/did-you-mean.ts";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import type { SendOptions } from "../task/send.ts";
import {
  type AnySignature,
  type BroughtBy,
  branded,
  isSignature,
  type NeedsOf,
  type Signature,
} from "../task/signature.ts";
import { type AnyTask, type Arguments, type InputOf, isTask, type ResultOf } from "../task/task.ts";

/** What may be said of one task in a signature. */
export interface SignatureOptions<Into extends string = string>
  extends Pick<
    SendOptions,
    "countdown" | "eta" | "expires" | "queue" | "priority" | "timeLimitMs" | "softTimeLimitMs" | "headers"
  > {
  /** The property of the input that what comes before it fills. Default: its result is an object that has all that the input lacks. */
  readonly into?: Into;
}

/** One task of a canvas, as it was written down. */
export interface TaskNode {
  readonly kind: "task";
  readonly task: AnyTask | string;
  readonly given: unknown;
  readonly options: SignatureOptions;
  /** Called once for each of these, one after the other, in one run. */
  readonly each?: { readonly items: readonly unknown[]; readonly spread: boolean };
}

export type Node =
  | TaskNode
  | { readonly kind: "chain" | "group"; readonly parts: readonly SignatureValue[] }
  | { readonly kind: "chord"; readonly header: SignatureValue; readonly body: SignatureValue };

/** A signature as the rest of the library sees it. */
export class SignatureValue implements Signature<unknown, never> {
  readonly node: Node;
  readonly isImmutable: boolean;
  readonly callbacks: readonly SignatureValue[];
  readonly errbacks: readonly SignatureValue[];

  constructor(node: Node, more: Partial<Pick<SignatureValue, "isImmutable" | "callbacks" | "errbacks">> = {}) {
    this.node = node;
    this.isImmutable = more.isImmutable ?? false;
    this.callbacks = more.callbacks ?? [];
    this.errbacks = more.errbacks ?? [];
    branded(this);
    Object.freeze(this);
  }

  immutable(): SignatureValue {
    return new SignatureValue(this.node, { ...this, isImmutable: true });
  }

  link(callback: AnySignature): SignatureValue {
    return new SignatureValue(this.node, { ...this, callbacks: [...this.callbacks, signatureValue(callback, "link")] });
  }

  linkError(callback: AnySignature): SignatureValue {
    return new SignatureValue(this.node, {
      ...this,
      errbacks: [...this.errbacks, signatureValue(callback, "linkError")],
    });
  }
}

// biome-ignore lint/complexity/noBannedTypes: {} is meant: "may it be left out" asks whether an empty object fits.
type Nothing = {};
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type IsObject<T> = T extends readonly unknown[] ? false : T extends object ? true : false;

/** What a task still lacks that was given this: nothing where it is given everything, and where it takes args and kwargs. */
type Lacking<Input, Given> =
  Same<Input, Arguments> extends true
    ? unknown
    : Given extends undefined
      ? Nothing extends Input
        ? unknown
        : Input
      : IsObject<Input> extends true
        ? Nothing extends Omit<Input, keyof Given>
          ? unknown
          : Omit<Input, keyof Given>
        : unknown;

type Part<Input> = IsObject<Input> extends true ? Partial<Input> : Input;
type Without<Given, Input> = Given & { readonly [Key in Exclude<keyof Given, keyof Input>]: never };

/** A task by its name alone: nobody knows what it takes and brings. */
// biome-ignore lint/suspicious/noExplicitAny: what nothing is known of fits everywhere, as in Celery.
export type NamedSignature = Signature<unknown, any>;

/**
 * A task with what it is given, to be sent later, alone or in a canvas: `signature(task, input, options)`.
 *
 * What the input lacks is filled by what comes before it: by an object that has all of it or, with `into: "rows"`, as that one property. A signature that lacks nothing takes
 * nothing. A task that takes args and kwargs is given the result as its first argument, as in Celery. A task that another process knows is named: then
 * nothing is checked, or `signature<typeof report>("app.report", …)` says what it is.
 */
export function signature(name: string, given?: Arguments, options?: SignatureOptions): NamedSignature;
export function signature<T extends AnyTask, const Into extends keyof InputOf<T> & string>(
  task: T | string,
  given: Omit<InputOf<T>, Into>,
  options: SignatureOptions<Into> & { readonly into: Into },
): Signature<InputOf<T>[Into], ResultOf<T>>;
export function signature<T extends AnyTask>(
  task: T | string,
  given: InputOf<T>,
  options?: Omit<SignatureOptions, "into">,
): Signature<unknown, ResultOf<T>>;
export function signature<T extends AnyTask, const Given extends Part<InputOf<T>> | undefined = undefined>(
  task: T | string,
  given?: Without<Given, InputOf<T>>,
  options?: Omit<SignatureOptions, "into">,
): Signature<Lacking<InputOf<T>, Given>, ResultOf<T>>;
export function signature(task: AnyTask | string, given?: unknown, options: SignatureOptions = {}): AnySignature {
  return new SignatureValue({ kind: "task", task: checkedTask(task), given, options: checkedOptions(options) });
}

const optionNames: { readonly [Name in keyof Required<SignatureOptions>]: true } = {
  countdown: true,
  eta: true,
  expires: true,
  queue: true,
  priority: true,
  timeLimitMs: true,
  softTimeLimitMs: true,
  headers: true,
  into: true,
};

/** What else a send can be told (`key`, `unique`, `transaction`, `detached`) decides about a run when it is sent, and this one may never be. */
function checkedOptions(options: SignatureOptions): SignatureOptions {
  for (const name in options) {
    if (Object.hasOwn(optionNames, name)) continue;
    const known = Object.keys(optionNames);
    throw invalid(
      "signature",
      `it has no option '${name}': expected some of ${known.join(", ")}${didYouMean(name, known)}`,
    );
  }
  return options;
}

type Accepting<S, Before> = [Before] extends [NeedsOf<S>] ? S : Signature<Before, BroughtBy<S>>;
type Chained<S extends readonly unknown[], Before> = S extends readonly [infer First, ...infer Rest]
  ? [Accepting<First, Before>, ...Chained<Rest, BroughtBy<First>>]
  : S;
type FirstOf<S> = S extends readonly [infer First, ...unknown[]] ? First : AnySignature;
type LastOf<S> = S extends readonly [...unknown[], infer Last] ? Last : AnySignature;

/**
 * One after the other, each with the result of the one before it; the last one's result is the chain's. A step that does not take what the one before it brings does not
 * compile. A step that fails ends the chain: the ones after it fail with it, and are not begun. A group as a step brings the list of its results.
 */
export function chain<const S extends readonly [AnySignature, ...AnySignature[]]>(
  ...steps: S & Chained<S, never>
): Signature<NeedsOf<FirstOf<S>>, BroughtBy<LastOf<S>>> {
  return new SignatureValue({ kind: "chain", parts: partsOf(steps, "chain") }) as never;
}

/** As {@link chain}, of a list that is put together at run time: only its first and last steps' types are known, to whoever says them. */
export function chainOf<Result = unknown>(steps: readonly AnySignature[]): Signature<unknown, Result> {
  return new SignatureValue({ kind: "chain", parts: partsOf(steps, "chain") }) as never;
}

type AllOf<S extends readonly unknown[]> = S extends readonly [infer First, ...infer Rest]
  ? NeedsOf<First> & AllOf<Rest>
  : unknown;
type ResultsOf<S extends readonly unknown[]> = { -readonly [Index in keyof S]: BroughtBy<S[Index]> };

/** All at the same time, each with the same from before it. Brings the list of their results, in the order in which they are written. */
export function group<Needs, Result>(members: readonly Signature<Needs, Result>[]): Signature<Needs, Result[]>;
export function group<const S extends readonly AnySignature[]>(...members: S): Signature<AllOf<S>, ResultsOf<S>>;
export function group(...given: readonly unknown[]): AnySignature {
  const [first] = given;
  const members = Array.isArray(first) && given.length === 1 ? (first as readonly unknown[]) : given;
  return new SignatureValue({ kind: "group", parts: partsOf(members, "group") });
}

/**
 * A group, and a body that is sent with the list of its results once all of them have succeeded. Brings what the body brings. A member that fails fails the chord at once: the
 * body is not begun, and fails with a `ChordError`.
 */
export function chord<Needs, Results, Result>(
  header: Signature<Needs, Results>,
  body: Signature<NoInfer<Results>, Result>,
): Signature<Needs, Result> {
  const [head, tail] = [signatureValue(header, "chord"), signatureValue(body, "chord")];
  if (head.node.kind !== "group") throw invalid("chord", "its header is not a group: expected group(…)");
  return new SignatureValue({ kind: "chord", header: head, body: tail }) as never;
}

/** A task called once for each input, one after the other, in one run that brings the list of results (`celery.map`). */
export function map<T extends AnyTask>(
  task: T | string,
  inputs: readonly InputOf<T>[],
  options: Omit<SignatureOptions, "into"> = {},
): Signature<unknown, ResultOf<T>[]> {
  return each(task, inputs, false, options);
}

/** As {@link map}, with a list of positional arguments for each call (`celery.starmap`). */
export function starmap<T extends AnyTask>(
  task: T | string,
  calls: readonly (readonly Json[])[],
  options: Omit<SignatureOptions, "into"> = {},
): Signature<unknown, ResultOf<T>[]> {
  return each(task, calls, true, options);
}

/** A group of maps, each over up to `size` of the inputs: brings a list of lists. */
export function chunks<T extends AnyTask>(
  task: T | string,
  inputs: readonly InputOf<T>[],
  size: number,
  options: Omit<SignatureOptions, "into"> = {},
): Signature<unknown, ResultOf<T>[][]> {
  if (!Number.isInteger(size) || size < 1)
    throw invalid("chunks", `its size is ${size}: expected a whole number of 1 or more`);
  const parts = Array.from({ length: Math.ceil(inputs.length / size) }, (_, part) =>
    map(task, inputs.slice(part * size, (part + 1) * size), options),
  );
  return group(parts);
}

function each(
  task: AnyTask | string,
  items: readonly unknown[],
  spread: boolean,
  options: SignatureOptions,
): Signature<unknown, never> {
  if (!Array.isArray(items)) throw invalid(spread ? "starmap" : "map", "it was given no list");
  const calls = { given: undefined, options: checkedOptions(options), each: { items, spread } };
  return new SignatureValue({ kind: "task", task: checkedTask(task), ...calls }, { isImmutable: true });
}

/** Fails with `invalid_signature`. */
export function signatureValue(given: unknown, of: string): SignatureValue {
  if (given instanceof SignatureValue) return given;
  // Of another copy of the library: the same fields.
  if (isSignature(given)) return new SignatureValue((given as SignatureValue).node, given as SignatureValue);
  const hint = isTask(given) ? ": write signature(task, input)" : "";
  throw invalid(of, `it was given something that is no signature${hint}`);
}

function partsOf(parts: readonly unknown[], of: string): readonly SignatureValue[] {
  return parts.map((part) => signatureValue(part, of));
}

function checkedTask(task: unknown): AnyTask | string {
  if (isTask(task) || (typeof task === "string" && task !== "")) return task;
  throw invalid("signature", "expected a task or its name");
}

function invalid(of: string, why: string): HyoshiError {
  return new HyoshiError("invalid_signature", `this ${of} makes no sense: ${why}`);
}
