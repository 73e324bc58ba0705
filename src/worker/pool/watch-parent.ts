import { Worker } from "node:worker_threads";

const LOOK_EVERY_MS = 250;

/** In a thread, for a task may block this process's event loop for ever. */
const watch = `
const { workerData } = require("node:worker_threads");
setInterval(() => {
  if (process.ppid === workerData.parent) return;
  try { process.kill(-process.pid, "SIGKILL"); } catch {}
  process.kill(process.pid, "SIGKILL");
}, workerData.everyMs);
`;

/** Ends this process, and all of its group, when the one that started it is gone, however that ended. */
export function watchParent(): void {
  const workerData = { parent: process.ppid, everyMs: LOOK_EVERY_MS };
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 };
  new Worker(watch, { eval: true, workerData, resourceLimits: limits, execArgv: [] }).unref();
  process.on("disconnect", () => {
    try {
      process.kill(-process.pid, "SIGKILL");
    } finally {
      process.exit(1);
    }
  });
}
