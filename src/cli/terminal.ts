import type { Clock } from "../base/clock.ts";

/** All that a command knows of the outside. Tests hand in another one. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly clock: Clock;
  /** What the command answers. */
  out(text: string): void;
  /** What it has to say beside the answer. */
  err(text: string): void;
  /** Whether a person reads the answer. */
  readonly isTerminal: boolean;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  readonly colours: boolean;
}

/** Writes the answer: JSON for scripts, or the lines for people. */
export function answer(terminal: Terminal, json: boolean | undefined, value: unknown, lines: () => string): void {
  terminal.out(json ? `${JSON.stringify(value, null, 2)}\n` : withNewline(lines()));
}

function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
