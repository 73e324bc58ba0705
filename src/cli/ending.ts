import type { ExitCode } from "./exit-code.ts";

/** Ends a command that has said all it had to say. */
export class Ending extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`ends with ${exitCode}`);
    this.exitCode = exitCode;
  }
}
