import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { celeryOrReason } from "../../scripts/celery.mjs";
import { eventually } from "../../test/support/eventually.ts";
import { lastLine, type PeerAnswer, peerProgram } from "./peer-program.ts";

const peers = fileURLToPath(new URL("../peers", import.meta.url));

/** BullMQ's process; see bench/peers/bullmq-queue.mjs. */
export function bullmq(port: number, ...args: readonly (string | number)[]): Promise<PeerAnswer> {
  return peerProgram("bullmq-queue.mjs", port, ...args);
}

export interface CeleryAddresses {
  readonly broker: string;
  /** Where results are kept; left out: none are. */
  readonly results?: string;
  readonly queue: string;
}

const found = await celeryOrReason();

function python(args: readonly string[], { broker, results = "", queue }: CeleryAddresses): ChildProcess {
  if (found.python === undefined) throw new Error(found.reason);
  return spawn(found.python, args, {
    cwd: `${peers}/celery`,
    env: {
      ...process.env,
      BENCH_BROKER: broker,
      BENCH_RESULTS: results,
      BENCH_QUEUE: queue,
      PYTHONDONTWRITEBYTECODE: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

/** Celery's client; see bench/peers/celery/send.py. */
export function celerySends(addresses: CeleryAddresses, ...args: readonly (string | number)[]): Promise<PeerAnswer> {
  return lastLine(python(["send.py", ...args.map(String)], addresses));
}

/** Celery's worker, with its own defaults but the pool. */
export async function startCeleryWorker(
  addresses: CeleryAddresses,
  pool: "prefork" | "solo",
): Promise<{ stop(): Promise<void> }> {
  const args = ["-m", "celery", "-A", "tasks", "worker", "-P", pool, "-l", "INFO", "-Q", addresses.queue];
  const child = python(args, addresses);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      // Later it is a line for each task.
      if (!said.includes(" ready.")) said += text;
    });
  }
  const gone = once(child, "close");
  await eventually(() => said.includes(" ready.") || child.exitCode !== null, { within: 60_000, every: 5 });
  if (child.exitCode !== null) throw new Error(`Celery's worker ended:\n${said}`);
  return {
    async stop() {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await gone;
    },
  };
}
