import { isJsonObject, type Json } from "../base/json.ts";
import { pythonRepr } from "./python-repr.ts";
import { plainValue } from "./rich-value.ts";

/** An error as a run's record keeps it. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
}

const JAVASCRIPT: Readonly<Record<string, string>> = {
  Error: "Exception",
  TypeError: "TypeError",
  RangeError: "ValueError",
  SyntaxError: "SyntaxError",
  ReferenceError: "NameError",
  HyoshiError: "Exception",
};

/** hyoshi's own errors that Celery or Python has a class for, by code. */
const CELERY: Readonly<Record<string, readonly [type: string, module: string]>> = {
  unknown_task: ["NotRegistered", "celery.exceptions"],
  run_cancelled: ["TaskRevokedError", "celery.exceptions"],
  run_expired: ["TaskRevokedError", "celery.exceptions"],
  time_limit: ["TimeLimitExceeded", "billiard.exceptions"],
  soft_time_limit: ["SoftTimeLimitExceeded", "billiard.exceptions"],
  run_lost: ["WorkerLostError", "billiard.exceptions"],
  // As a call with other arguments, and a result that cannot be encoded, fail in Python.
  invalid_input: ["TypeError", "builtins"],
  invalid_output: ["ValueError", "builtins"],
  result_not_json: ["ValueError", "builtins"],
};

/** Python's names that a client raises as they are, from `builtins`. What is not among them is a class of the client's making, whatever it is called. */
const BUILTINS: ReadonlySet<string> = new Set(
  "ArithmeticError AssertionError AttributeError BrokenPipeError BufferError ConnectionError EOFError Exception FileExistsError FileNotFoundError ImportError IndexError IndentationError InterruptedError IsADirectoryError KeyError LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PermissionError RecursionError RuntimeError SyntaxError SystemError TimeoutError TypeError UnicodeError ValueError ZeroDivisionError".split(
    " ",
  ),
);

/**
 * An error as a result record holds it: `{ exc_type, exc_message, exc_module }`. A Python client raises the class of that name where it has it, else one of its own
 * making. JavaScript's own errors become their Python relatives; others keep their name.
 */
export function exceptionObject(error: WireError): Json {
  const celery = error.code === undefined ? undefined : CELERY[error.code];
  const [type, module] = celery ?? [JAVASCRIPT[error.name] ?? (error.name || "Exception"), undefined];
  return {
    exc_type: type,
    exc_message: [error.message],
    exc_module: module ?? (BUILTINS.has(type) ? "builtins" : "hyoshi"),
  };
}

/** The exception of Celery's that a state without an error of its own is stored with: `revoked`, `expired` or `terminated`. */
export function revokedException(reason: "revoked" | "expired" | "terminated"): Json {
  return { exc_type: "TaskRevokedError", exc_message: [reason], exc_module: "celery.exceptions" };
}

/** A result record's exception as an error, with the traceback as its stack. Takes whatever stands there: a plain text becomes the message. */
export function runErrorOf(exception: Json, traceback?: string | null): WireError {
  const stack = typeof traceback === "string" && traceback !== "" ? { stack: traceback } : {};
  if (!isJsonObject(exception)) return { name: "Exception", message: messageOf(exception), ...stack };
  const { exc_type: type, exc_message: message, exc_module: module } = exception;
  const name = typeof type === "string" && type !== "" ? type : "Exception";
  return { name: isKnown(module) ? name : `${module}.${name}`, message: messageOf(message ?? []), ...stack };
}

const KNOWN: ReadonlySet<Json> = new Set([
  "builtins",
  "exceptions",
  "hyoshi",
  "celery.exceptions",
  "billiard.exceptions",
]);

const isKnown = (module: Json | undefined): boolean => typeof module !== "string" || module === "" || KNOWN.has(module);

/** An exception's arguments as Python's `str()` of it: one as it is, several as a tuple. */
function messageOf(args: Json): string {
  if (Array.isArray(args) && args.length !== 1) return args.length === 0 ? "" : pythonRepr(args, { tuple: true });
  const [only] = Array.isArray(args) ? args : [args];
  const plain = plainValue(only ?? null);
  return typeof plain === "string" ? plain : pythonRepr(plain);
}

/** An exception as Python shows it, `ValueError('boom', 42)`: what a ChordError and events quote. */
export function exceptionRepr(exception: Json): string {
  if (!isJsonObject(exception)) return pythonRepr(exception);
  const { exc_type: type, exc_message: message } = exception;
  const args = Array.isArray(message) ? message : message === undefined || message === null ? [] : [message];
  return `${typeof type === "string" ? type : "Exception"}(${args.map((arg) => pythonRepr(arg)).join(", ")})`;
}
