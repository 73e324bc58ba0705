const brand = Symbol.for("hyoshi.signature");

/**
 * What is to be sent, later and perhaps among others: one task with what it is given, or several in an order of theirs. Made by `signature`, `chain`, `group`, `chord`,
 * `map`, `starmap` and `chunks`; making one sends nothing. It is never changed: its methods answer another one.
 *
 * `Needs` is what it must be given by what comes before it, `unknown` where that is nothing; `Result` is what it brings.
 */
export interface Signature<Needs = never, Result = unknown> {
  /** The same, which takes nothing from what comes before it. */
  immutable(): Signature<unknown, Result>;
  /** What is sent, with its result, when it has succeeded: of a chain its last step, of a group its first member, of a chord its body. */
  link(callback: Signature<Result, unknown>): Signature<Needs, Result>;
  /** What is sent, with the id of the run that failed, when any task in it has failed. */
  linkError(callback: Signature<string, unknown>): Signature<Needs, Result>;
  /** Never there: notes for the compiler. What needs less fits where more is given. */
  readonly "~needs"?: (given: Needs) => void;
  readonly "~result"?: Result;
}

/** Whatever it needs and brings. */
export type AnySignature = Signature<never, unknown>;
export type NeedsOf<S> = S extends Signature<infer Needs, infer _Result> ? Needs : never;
export type BroughtBy<S> = S extends Signature<infer _Needs, infer Result> ? Result : never;

/** Whether `value` is a signature, whichever copy of the library made it. */
export function isSignature(value: unknown): value is AnySignature {
  return typeof value === "object" && value !== null && brand in value;
}

/** Makes `value` one that {@link isSignature} knows. */
export function branded<T extends object>(value: T): T {
  Object.defineProperty(value, brand, { value: 1 });
  return value;
}
