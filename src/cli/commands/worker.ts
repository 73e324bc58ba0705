import { Command } from "commander";
import { names, seconds, wholeNumber } from "../parse-options.ts";
import { runService } from "../run-service.ts";
import type { Terminal } from "../terminal.ts";

interface WorkerOptions {
  readonly queues?: readonly string[];
  readonly excludeQueues?: readonly string[];
  readonly name?: string;
  readonly concurrency?: number;
  readonly grace?: number;
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
    .option("--grace <seconds>", "how long a stop lets runs finish (default: the settings' worker.graceMs)", seconds)
    .action(async ({ grace, ...settings }: WorkerOptions, command: Command) => {
      const { startWorker } = await import("../../app/run-worker.ts");
      await runService(terminal, command, {
        role: "worker",
        withApps: true,
        adjust: (config) =>
          grace === undefined ? config : { ...config, worker: { ...config.worker, graceMs: Math.round(grace) } },
        start: (app) => startWorker(app, settings),
      });
    });
}
