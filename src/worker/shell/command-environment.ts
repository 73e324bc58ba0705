import { HyoshiError } from "../../base/error.ts";
import type { Json, JsonObject } from "../../base/json.ts";

/** What every command is given of the worker's own environment, which may hold addresses with passwords. */
const PASSED = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR)$/;

export interface EnvironmentRequest {
  /** The worker's own. */
  readonly worker: Readonly<Record<string, string | undefined>>;
  /** Names of the worker's variables that are passed on beside the usual ones. */
  readonly pass: readonly string[];
  /** Where the command runs as another user: its name and home. */
  readonly user?: { readonly name: string; readonly home: string };
  /** Texts of the settings or of the input. */
  readonly given: readonly Readonly<Record<string, string>>[];
  /** Becomes `INPUT_…`. */
  readonly input?: JsonObject;
  /** Becomes `HYOSHI_…`; what is undefined is left out. */
  readonly run: Readonly<Record<string, string | undefined>>;
}

/** A command's environment. Later ones win: the worker's, the user's, what was given, the input, what hyoshi tells of the run. */
export function commandEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { worker, pass, user, given, input = {}, run } = request;
  const passed = new Set(pass);
  const own = Object.entries(worker).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && (PASSED.test(entry[0]) || passed.has(entry[0])),
  );
  const whole: Record<string, string> = {
    ...Object.fromEntries(own),
    ...(user !== undefined && { HOME: user.home, USER: user.name, LOGNAME: user.name }),
    ...Object.assign({}, ...given),
  };
  for (const [name, value] of Object.entries(input)) whole[variableName(`INPUT_${name}`)] = inputText(value);
  for (const [name, value] of Object.entries(run)) if (value !== undefined) whole[`HYOSHI_${name}`] = value;
  for (const [name, value] of Object.entries(whole)) {
    variableName(name);
    if (value.includes("\0")) throw notFit(`variable '${name}' holds a NUL, which no variable can`);
  }
  return whole;
}

function inputText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function variableName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw notFit(`'${name}' cannot be a variable's name: expected letters, digits and '_'`);
}

function notFit(message: string): HyoshiError {
  return new HyoshiError("invalid_input", `the command's environment: ${message}`, {
    fields: { issues: [{ path: "", message }] },
  });
}
