import { readFileSync } from "node:fs";
import { keptAlive } from "../base/keep-alive.ts";
import { runCommand } from "./run-command.ts";
import { systemTerminal } from "./system-terminal.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

process.exitCode = await keptAlive(runCommand(process.argv.slice(2), systemTerminal, version));

/** How long output that is under way may take. */
const EXIT_AFTER_MS = 1_000;
// What a project's code has left open, such as a task that does not heed its signal, does not keep an ended command alive.
setTimeout(() => process.exit(), EXIT_AFTER_MS).unref();
