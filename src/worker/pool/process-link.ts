import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../base/clock.ts";
import type { ChildEvents, StartChild } from "./child-link.ts";
import type { ChildData, FromChild } from "./child-message.ts";

/** What a child has started may keep its output open: it is not waited for longer. */
const OUTPUT_WITHIN_MS = 500;

/** Starts children as processes, each in a process group of its own; `execArgv` are what Node is given beside what this process has. */
export function startProcess(module: URL, data: ChildData, clock: Clock, execArgv: readonly string[] = []): StartChild {
  return (events) => {
    const child = fork(fileURLToPath(module), [JSON.stringify(data)], {
      cwd: data.workingFolder,
      // Apart from the terminal's group: its Ctrl-C is the worker's to answer.
      detached: true,
      serialization: "advanced",
      execArgv: [...process.execArgv, ...execArgv],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const gone = once(events.gone);
    const killGroup = () => killQuietly(child.pid === undefined ? undefined : -child.pid);
    for (const stream of ["stdout", "stderr"] as const)
      forEachLine(child[stream], (line) => events.wrote(stream, line));
    child.on("message", (message: FromChild) => events.said(message));
    child.on("error", (error) => {
      if (child.pid === undefined) gone(`it could not be started: ${error.message}`);
    });
    child.on("exit", (code, signal) => {
      const how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
      killGroup();
      child.on("close", () => gone(how));
      clock.after(OUTPUT_WITHIN_MS, () => gone(how));
    });
    return {
      pid: child.pid ?? 0,
      send(message) {
        // Whoever is gone says so itself.
        if (child.connected) child.send(message, () => {});
      },
      kill: killGroup,
    };
  };
}

function killQuietly(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

function forEachLine(stream: Readable | null, heard: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", heard);
}

function once(gone: ChildEvents["gone"]): ChildEvents["gone"] {
  let isTold = false;
  return (how) => {
    if (isTold) return;
    isTold = true;
    gone(how);
  };
}
