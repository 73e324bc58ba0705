import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../base/error.ts";
import { silentLogger } from "../base/logger.ts";
import type { ChildData, FromChild, ToChild } from "../worker/pool/child-message.ts";
import { type ServedParts, serveAttempts, type WorkerChannel } from "../worker/pool/serve-attempts.ts";
import { loadConfig } from "./config-load.ts";
import { guardProcess } from "./guard-process.ts";
import { invalidConfig, library } from "./library.ts";
import { openMigratedApp } from "./open-app.ts";
import { taskSurroundings } from "./task-surroundings.ts";

const channel = isMainThread ? processChannel() : threadChannel();
const data = isMainThread ? (JSON.parse(process.argv[2] ?? "{}") as ChildData) : (workerData as ChildData);

try {
  serveAttempts(channel, await loadProject(data));
} catch (error) {
  channel.send({ kind: "failed", message: messageOf(error) });
  if (isMainThread) process.disconnect?.();
  process.exit(1);
}

/** The project by its own configuration, as its worker has it, with connections of this child's own. */
async function loadProject({ config: file, workingFolder, role }: ChildData): Promise<ServedParts> {
  const { config, load, problems } = await loadConfig({ file, workingFolder, env: process.env, library });
  if (config === undefined) throw invalidConfig(problems, file);
  const app = await openMigratedApp({ config, load, withApps: true, role, logger: silentLogger });
  return { ...app, ...taskSurroundings(app), registry: app.discovery.registry };
}

function processChannel(): WorkerChannel {
  // What the terminal says is the worker's to answer, and what a supervisor says to the whole group as well.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => {});
  // It may have been killed while this process was still starting: nobody will say so again.
  if (!process.connected) process.exit(1);
  process.on("disconnect", () => process.exit(1));
  guardProcess({ parent: process.ppid, hasGroup: true });
  return {
    send: (message: FromChild) => void process.send?.(message),
    onMessage: (heard) => void process.on("message", (message) => heard(message as ToChild)),
    memoryBytes: () => process.memoryUsage.rss(),
  };
}

function threadChannel(): WorkerChannel {
  if (parentPort === null) throw new Error("this is started by a worker");
  const port = parentPort;
  return {
    send: (message) => port.postMessage(message),
    onMessage: (heard) => void port.on("message", heard),
    // A thread shares its process's memory; what is its own is its heap.
    memoryBytes: () => process.memoryUsage().heapUsed,
  };
}
