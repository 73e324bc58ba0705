import { CommanderError } from "commander";
import { isHyoshiError, messageOf } from "../base/error.ts";
import type { FieldError } from "../base/field-error.ts";
import { Ending } from "./ending.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one command to its end and answers its exit code. Errors are one line on the error output, with `--debug` their stack too. */
export async function runCommand(words: readonly string[], terminal: Terminal, version: string): Promise<ExitCode> {
  const program = createProgram(terminal, version);
  try {
    await program.parseAsync(words, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof Ending) return error.exitCode;
    if (error instanceof CommanderError) return afterCommander(error, terminal);
    terminal.err(`hyoshi: ${describeError(error)}\n`);
    if (program.opts<{ debug?: boolean }>().debug) terminal.err(`${stackOf(error)}\n`);
    return exitCodeOf(error);
  }
}

/** commander throws to end after help, too. */
function afterCommander(error: CommanderError, terminal: Terminal): ExitCode {
  if (error.exitCode === 0) return exitCodes.ok;
  // Without a command it has printed the help, which says all.
  if (error.code !== "commander.help") {
    const hint = error.message.replace(/^error: /, "").replace(/\n\(Did you mean (.*)\)$/s, "; did you mean $1");
    terminal.err(`hyoshi: ${hint}\n`);
  }
  return exitCodes.usage;
}

function describeError(error: unknown): string {
  // What the prompts throw at Ctrl-C.
  if (error instanceof Error && error.name === "ExitPromptError") return "cancelled";
  const text = faultsOf(error) ?? messageOf(error).trim();
  // Each mistake in the settings has a line of its own; everything else is one line.
  if (isHyoshiError(error, "config_invalid")) return text;
  const line = text.replace(/\s*\n\s*/g, " ");
  return isHyoshiError(error) ? line : `unexpected error: ${line} (--debug prints its stack)`;
}

/** The API names the parts of a document by pointers; a command's user has typed no document. */
function faultsOf(error: unknown): string | undefined {
  if (!isHyoshiError(error, "invalid")) return undefined;
  const errors = error.fields.errors as readonly FieldError[];
  return errors.map(({ path, detail }) => `${path.slice(1).replaceAll("/", ".")} ${detail}`.trim()).join("; ");
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
