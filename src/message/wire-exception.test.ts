import { expect, it } from "vitest";
import { exceptionObject, exceptionRepr, runErrorOf } from "./wire-exception.ts";

it.each([
  [{ name: "Error", message: "boom" }, "Exception", "builtins"],
  [{ name: "TypeError", message: "boom" }, "TypeError", "builtins"],
  [{ name: "RangeError", message: "boom" }, "ValueError", "builtins"],
  [{ name: "KeyError", message: "boom" }, "KeyError", "builtins"],
  [{ name: "CounterMissing", message: "boom" }, "CounterMissing", "hyoshi"],
  // A name that Python has for something else than an exception would be an error of its own there.
  [{ name: "print", message: "boom" }, "print", "hyoshi"],
  [{ name: "HyoshiError", code: "time_limit", message: "boom" }, "TimeLimitExceeded", "billiard.exceptions"],
  [{ name: "HyoshiError", code: "unknown_task", message: "boom" }, "NotRegistered", "celery.exceptions"],
  [{ name: "HyoshiError", code: "invalid_input", message: "boom" }, "TypeError", "builtins"],
  [{ name: "HyoshiError", code: "result_not_json", message: "boom" }, "ValueError", "builtins"],
  [{ name: "HyoshiError", code: "lease_lost", message: "boom" }, "Exception", "builtins"],
])("tells Python of %j", (error, type, module) => {
  expect(exceptionObject(error)).toEqual({ exc_type: type, exc_message: ["boom"], exc_module: module });
});

it.each([
  [{ exc_type: "ValueError", exc_message: ["boom", 42], exc_module: "builtins" }, "ValueError", "('boom', 42)"],
  [{ exc_type: "KeyError", exc_message: ["first try"], exc_module: "builtins" }, "KeyError", "first try"],
  [{ exc_type: "Outer.Inner", exc_message: [], exc_module: "proj.errors" }, "proj.errors.Outer.Inner", ""],
  [
    { exc_type: "NotRegistered", exc_message: ["no.task"], exc_module: "celery.exceptions" },
    "NotRegistered",
    "no.task",
  ],
  [{ exc_type: "ValueError", exc_message: "a scalar", exc_module: "builtins" }, "ValueError", "a scalar"],
  [{}, "Exception", ""],
  ["plain text", "Exception", "plain text"],
  [null, "Exception", "None"],
])("reads the exception %j", (exception, name, message) => {
  expect(runErrorOf(exception)).toEqual({ name, message });
  expect(runErrorOf(exception, "Traceback …")).toEqual({ name, message, stack: "Traceback …" });
});

it("shows an exception as Python does", () => {
  expect(exceptionRepr({ exc_type: "ValueError", exc_message: ["in header", 42], exc_module: "builtins" })).toBe(
    "ValueError('in header', 42)",
  );
  expect(exceptionRepr({ exc_type: "SoftTimeLimitExceeded", exc_message: [], exc_module: "billiard.exceptions" })).toBe(
    "SoftTimeLimitExceeded()",
  );
});
