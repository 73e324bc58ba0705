import { writeSync } from "node:fs";
import pico from "picocolors";
import { systemClock } from "../base/clock.ts";
import type { Terminal } from "./terminal.ts";

/** The process's own terminal. Writes at once, so that nothing is lost when the process ends. */
export const systemTerminal: Terminal = {
  get env() {
    return process.env;
  },
  get workingFolder() {
    return process.cwd();
  },
  clock: systemClock,
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  isTerminal: Boolean(process.stdout.isTTY),
  canAsk: Boolean(process.stdin.isTTY && process.stdout.isTTY),
  colours: pico.isColorSupported,
};

function write(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(fd, bytes, from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The reader went away (`hyoshi runs | head`): there is nobody left to tell.
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
      // A full pipe that another process made non-blocking: give its reader a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
