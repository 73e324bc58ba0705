import type { Terminal } from "../../src/cli/terminal.ts";
import { FakeClock } from "./fake-clock.ts";

export interface TestTerminal extends Terminal {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A terminal at which nobody sits, in a folder without a project. */
export function testTerminal(
  parts: Partial<Pick<Terminal, "env" | "workingFolder" | "isTerminal" | "clock">> = {},
): TestTerminal {
  let stdout = "";
  let stderr = "";
  return {
    env: {},
    workingFolder: "/nowhere",
    clock: new FakeClock(Date.UTC(2027, 0, 1)),
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    isTerminal: false,
    canAsk: false,
    colours: false,
    stdout: () => stdout,
    stderr: () => stderr,
    ...parts,
  };
}
