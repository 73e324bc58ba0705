import { ERROR_MATCHERS, type ErrorMatcher, isErrorMatchers } from "./error-matcher.ts";

/** What a task was called before, and which of its failures surprise nobody. */
export interface AttemptOptions {
  /**
   * Names that the task had before. Periodic tasks, messages, Python callers and `send` still reach it under these; what is sent from here on bears its name of today.
   */
  readonly formerNames?: readonly string[];
  /**
   * Errors that are part of the task's work, by class or name: they fail the run as any other, but stand in the worker's log as one line without a stack. Whether
   * they are tried again is for `retry` to say. Default: none.
   */
  readonly expectedErrors?: readonly ErrorMatcher[];
}

export interface ResolvedAttemptOptions {
  readonly formerNames: readonly string[];
  readonly expectedErrors: readonly ErrorMatcher[];
}

type Invalid = (option: string, value: unknown, accepted: string) => Error;

const namePattern = /^[^\s\p{Cc}]{1,200}$/u;

export function resolveAttemptOptions(
  task: string,
  { formerNames, expectedErrors }: AttemptOptions,
  invalid: Invalid,
): ResolvedAttemptOptions {
  if (formerNames !== undefined && !areFormerNames(task, formerNames)) {
    throw invalid(
      "formerNames",
      formerNames,
      "a list of different names without white space, the task's own not among them",
    );
  }
  if (expectedErrors !== undefined && !isErrorMatchers(expectedErrors)) {
    throw invalid("expectedErrors", expectedErrors, ERROR_MATCHERS);
  }
  return {
    formerNames: Object.freeze([...(formerNames ?? [])]),
    expectedErrors: Object.freeze([...(expectedErrors ?? [])]),
  };
}

function areFormerNames(task: string, names: unknown): boolean {
  if (!Array.isArray(names) || new Set(names).size !== names.length) return false;
  return names.every((name) => typeof name === "string" && namePattern.test(name) && name !== task);
}
