import { HyoshiError, isHyoshiError, messageOf } from "../../base/error.ts";
import { pythonRepr, REPR_LIMIT } from "../../message/python-repr.ts";

/** An error that Celery's clients are shown as Python writes it, such as `KeyError('y')`. */
export function pythonError(type: string, message: string): HyoshiError {
  return new HyoshiError("remote_command", message, { fields: { pythonType: type } });
}

/** What a command that failed replies. */
export function errorReply(error: unknown): { readonly error: string } {
  const type = isHyoshiError(error, "remote_command") ? String(error.fields.pythonType) : "RuntimeError";
  return { error: exceptionRepr(type, messageOf(error)) };
}

export function exceptionRepr(type: string, message: string): string {
  return `${type}(${pythonRepr(message, { limit: REPR_LIMIT })})`;
}
