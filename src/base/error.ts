export interface HyoshiErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** What a caller may branch on or show: the field, the value, what is accepted. Never a secret. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class of hyoshi. Branch on `code`, which never changes its meaning, and not on the class or
 * the text: two copies of the library in one program have two classes.
 *
 * The text says what happened, with the offending value quoted, where it came from and what is accepted.
 */
export class HyoshiError extends Error {
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: HyoshiErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HyoshiError";
    this.code = code;
    this.fields = options.fields ?? {};
  }
}

/** Whether `error` is hyoshi's own, whichever copy of the library made it; with `code`, whether it is that one. */
export function isHyoshiError(error: unknown, code?: string): error is HyoshiError {
  if (!(error instanceof Error) || error.name !== "HyoshiError" || !("code" in error)) return false;
  return code === undefined || error.code === code;
}

/** The text of whatever was thrown, for logs and messages that quote it. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
