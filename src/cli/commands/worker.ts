import { Command, Option } from "commander";
import { poolNames } from "../../app/usual-concurrency.ts";
import type { PoolKind } from "../../task/pool-options.ts";
import { createLogger } from "../create-logger.ts";
import { Ending } from "../ending.ts";
import type { ExitCode } from "../exit-code.ts";
import { bounds, names, seconds, wholeNumber } from "../parse-options.ts";
import { runService } from "../run-service.ts";
import type { Terminal } from "../terminal.ts";
import { type FromWorker, SUPERVISED } from "../worker-process.ts";

interface WorkerOptions {
  readonly queues?: readonly string[];
  readonly excludeQueues?: readonly string[];
  readonly name?: string;
  readonly concurrency?: number;
  readonly pool?: PoolKind;
  readonly autoscale?: { readonly min: number; readonly max: number };
  readonly maxRunsPerChild?: number;
  readonly maxMemoryPerChild?: number;
  readonly grace?: number;
  readonly supervisor: boolean;
}

export function workerCommand(terminal: Terminal): Command {
  return new Command("worker")
    .description("execute runs; any number may run at once")
    .option("--queues <names>", "the queues that it serves (default: all of the project's)", names)
    .option("--exclude-queues <names>", "queues that it does not serve", names)
    .option("--name <name>", "what it is called (default: worker, its process and its host)")
    .option(
      "--concurrency <number>",
      "how many runs at a time (default: the settings' worker.concurrency)",
      wholeNumber(1, 1000),
    )
    .addOption(new Option("--pool <name>", "where tasks are executed that do not say it themselves").choices(poolNames))
    .option(
      "--autoscale <max,min>",
      "how many runs at a time, at most and at least, as many as there is work for (default: the settings' worker.autoscale)",
      bounds,
    )
    .option(
      "--max-runs-per-child <number>",
      "replace a child of a pool after so many runs (default: the settings' worker.maxRunsPerChild)",
      wholeNumber(1, 1_000_000_000),
    )
    .option(
      "--max-memory-per-child <mb>",
      "replace a child of a pool that has grown larger, in MB (default: the settings' worker.maxMemoryMb)",
      wholeNumber(16, 1_000_000),
    )
    .option("--grace <seconds>", "how long a stop lets runs finish (default: the settings' worker.graceMs)", seconds)
    .option(
      "--no-supervisor",
      "work in this process alone, for a place that starts it again itself when it ends (default: a process of its own, which a supervisor starts again)",
    )
    .action(async (options: WorkerOptions, command: Command) => {
      const {
        grace,
        autoscale,
        maxRunsPerChild,
        maxMemoryPerChild,
        supervisor: wantsSupervisor,
        ...settings
      } = options;
      const supervisor = terminal.env[SUPERVISED] === undefined ? undefined : heardBySupervisor();
      if (wantsSupervisor && supervisor === undefined) return supervise(terminal);
      const { startWorker } = await import("../../app/run-worker.ts");
      const { guardProcess } = await import("../../app/guard-process.ts");
      const guard = guardProcess(supervisor === undefined ? {} : { parent: process.ppid, hasGroup: true });
      await runService(terminal, command, {
        role: "worker",
        withApps: true,
        adjust: (config) => ({
          ...config,
          worker: {
            ...config.worker,
            ...(grace !== undefined && { graceMs: Math.round(grace) }),
            ...(autoscale !== undefined && { autoscale }),
            ...(maxRunsPerChild !== undefined && { maxRunsPerChild }),
            ...(maxMemoryPerChild !== undefined && { maxMemoryMb: maxMemoryPerChild }),
          },
        }),
        ...(supervisor !== undefined && { supervisor }),
        start: (app) =>
          startWorker(app, {
            ...settings,
            guard,
            ...(supervisor !== undefined && { spent: supervisor.spent, restarts: supervisor.restarts }),
          }),
      });
    });
}

async function supervise(terminal: Terminal): Promise<void> {
  const { superviseWorker } = await import("../supervise-worker.ts");
  const code = await superviseWorker({
    args: process.argv.slice(2),
    env: terminal.env,
    clock: terminal.clock,
    logger: createLogger(terminal, "info", { role: "supervisor" }),
    hasTerminal: process.stdin.isTTY === true,
  });
  throw new Ending(code as ExitCode);
}

/** The other end of what a supervisor hears. */
function heardBySupervisor() {
  const restarts = Number(process.env[SUPERVISED]) || 0;
  // What this process starts is not supervised by it.
  delete process.env[SUPERVISED];
  // It may have been killed while this process was still starting: nobody will say so again.
  if (!process.connected) process.exit(1);
  // Its end is this one's, however it came: whoever started it again would have two.
  process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
  const say = (kind: FromWorker["kind"]) => () =>
    void (process.connected && process.send?.({ kind } satisfies FromWorker));
  return { ready: say("ready"), stopping: say("stopping"), spent: say("spent"), restarts };
}
