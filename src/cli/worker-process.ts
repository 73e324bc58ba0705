import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { siblingModule } from "../base/sibling-module.ts";

/** Set for a worker that a supervisor has started, and for nothing that it starts itself: how often it had ended unasked. */
export const SUPERVISED = "HYOSHI_SUPERVISED";

/** What a worker tells its supervisor. */
export type FromWorker =
  /** It is at work. */
  | { readonly kind: "ready" }
  /** Somebody told it to stop, and it stops for good. */
  | { readonly kind: "stopping" }
  /** It has executed enough, or has grown too large: another one is to take over. */
  | { readonly kind: "spent" };

/** One generation of a supervised worker. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly startedAt: number;
  state: "starting" | "ready" | "stopping";
}

export interface WorkerProcessEvents {
  readonly said: (one: WorkerProcess, message: FromWorker) => void;
  readonly ended: (one: WorkerProcess, code: number | null, signal: NodeJS.Signals | null) => void;
}

/** Starts a worker with the words of this command, in a process group of its own. */
export function startWorkerProcess(
  request: {
    readonly args: readonly string[];
    readonly env: NodeJS.ProcessEnv;
    readonly now: number;
    readonly restarts: number;
  },
  events: WorkerProcessEvents,
): WorkerProcess {
  const main = fileURLToPath(siblingModule(import.meta.url, "main"));
  const child = spawn(process.execPath, [...process.execArgv, main, ...request.args], {
    env: { ...request.env, [SUPERVISED]: String(request.restarts) },
    // Apart from the terminal's group: its Ctrl-C comes from the supervisor, once.
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const one: WorkerProcess = { child, startedAt: request.now, state: "starting" };
  child.on("message", (message: FromWorker) => events.said(one, message));
  child.on("error", () => {
    if (child.pid === undefined) events.ended(one, 1, null);
  });
  child.on("exit", (code, signal) => events.ended(one, code, signal));
  return one;
}
