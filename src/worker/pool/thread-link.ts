import { createInterface } from "node:readline";
import { getHeapStatistics } from "node:v8";
import { Worker } from "node:worker_threads";
import type { StartChild } from "./child-link.ts";
import type { ChildData, FromChild } from "./child-message.ts";

const MIB = 1024 * 1024;

/**
 * Starts children as threads of this process. A heap that grows beyond what Node gives a process ends its thread; where it grows in large steps it takes the whole
 * process along.
 */
export function startThread(module: URL, data: ChildData): StartChild {
  const resourceLimits = { maxOldGenerationSizeMb: Math.floor(getHeapStatistics().heap_size_limit / MIB) };
  return (events) => {
    const thread = new Worker(module, { workerData: data, stdout: true, stderr: true, resourceLimits });
    let error: Error | undefined;
    for (const stream of ["stdout", "stderr"] as const) {
      createInterface({ input: thread[stream], crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) =>
        events.wrote(stream, line),
      );
    }
    thread.on("message", (message: FromChild) => events.said(message));
    thread.on("error", (thrown) => {
      error = thrown;
    });
    thread.on("exit", (code) => events.gone(error === undefined ? `it ended with code ${code}` : error.message));
    return {
      pid: process.pid,
      send: (message) => thread.postMessage(message),
      kill: () => void thread.terminate(),
    };
  };
}
