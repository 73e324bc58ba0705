import { Command } from "commander";
import type { JsonObject } from "../../base/json.ts";
import type { ControlCommand } from "../../control/remote-control.ts";
import { type AskOptions, askWorkers, withAskOptions } from "../ask-workers.ts";
import { operatorName } from "../operator.ts";
import { seconds, wholeNumber } from "../parse-options.ts";
import type { Terminal } from "../terminal.ts";

const count = wholeNumber(1, 1_000);

/** Works on hyoshi's workers and on Celery's alike. */
export function controlCommandGroup(terminal: Terminal): Command {
  const group = new Command("control").description("command workers over the broker, hyoshi's and Celery's alike");
  const add = (name: ControlCommand, description: string) =>
    withAskOptions(group.command(name).description(description));
  const ask = (command: Command, name: ControlCommand, given: JsonObject, options: AskOptions) =>
    askWorkers(terminal, command, { command: name, arguments: given }, options);

  /** The database's word holds for hyoshi's workers, the broadcast for the others. */
  const revoke = (
    ids: readonly string[],
    options: AskOptions & { signal?: string },
    command: Command,
    force: boolean,
  ) =>
    askWorkers(
      terminal,
      command,
      {
        command: force ? "terminate" : "revoke",
        arguments: { task_id: [...ids], signal: options.signal ?? "SIGTERM" },
      },
      options,
      async ({ runs }) => {
        await runs.cancel({ ids, by: operatorName(), now: terminal.clock.now(), force });
      },
    );
  add("revoke", "cancel runs: hyoshi's where they are, and those that other workers have not begun")
    .argument("<id...>", "the runs' ids")
    .option("--terminate", "end them by force where they are being executed")
    .option("--signal <name>", "what a Celery worker's process gets with --terminate (default: SIGTERM)")
    .action((ids: string[], options: AskOptions & { terminate?: true; signal?: string }, command: Command) =>
      revoke(ids, options, command, options.terminate ?? false),
    );
  add("terminate", "end runs by force")
    .argument("<id...>", "the runs' ids")
    .option("--signal <name>", "what a Celery worker's process gets (default: SIGTERM)")
    .action((ids: string[], options: AskOptions & { signal?: string }, command: Command) =>
      revoke(ids, options, command, true),
    );

  add("rate_limit", "let the runs of a task begin no more often than so, at each worker")
    .argument("<task>", "the task's name")
    .argument("<rate>", "such as 10/s, 100/m or 1000/h; 0: no limit")
    .action((task: string, rate: string, options: AskOptions, command: Command) =>
      ask(command, "rate_limit", { task_name: task, rate_limit: rate }, options),
    );
  add("time_limit", "ask the runs of a task to stop that take longer, or end them")
    .argument("<task>", "the task's name")
    .argument("<soft>", "seconds after which the task is asked to stop")
    .argument("[hard]", "seconds after which it is ended")
    .action((task: string, soft: string, hard: string | undefined, options: AskOptions, command: Command) =>
      ask(
        command,
        "time_limit",
        { task_name: task, soft: seconds(soft) / 1000, hard: hard === undefined ? null : seconds(hard) / 1000 },
        options,
      ),
    );

  add("pool_grow", "execute more runs at a time")
    .argument("[number]", "how many more", count, 1)
    .action((n: number, options: AskOptions, command: Command) => ask(command, "pool_grow", { n }, options));
  add("pool_shrink", "execute fewer runs at a time")
    .argument("[number]", "how many fewer", count, 1)
    .action((n: number, options: AskOptions, command: Command) => ask(command, "pool_shrink", { n }, options));
  add("autoscale", "let workers that scale by themselves do so between these")
    .argument("<max>", "runs at a time, at most", count)
    .argument("[min]", "runs at a time, at least", wholeNumber(0, 1_000), 0)
    .action((max: number, min: number, options: AskOptions, command: Command) =>
      ask(command, "autoscale", { max, min }, options),
    );

  add("add_consumer", "serve one more queue, until the worker stops")
    .argument("<queue>", "the queue's name")
    .action((queue: string, options: AskOptions, command: Command) => ask(command, "add_consumer", { queue }, options));
  add("cancel_consumer", "serve a queue no more, until the worker stops")
    .argument("<queue>", "the queue's name")
    .action((queue: string, options: AskOptions, command: Command) =>
      ask(command, "cancel_consumer", { queue }, options),
    );

  const plain: readonly (readonly [ControlCommand, string])[] = [
    ["enable_events", "tell what becomes of runs, to monitors"],
    ["disable_events", "tell it no more"],
    ["shutdown", "stop: what runs may finish; without --destination all workers stop"],
  ];
  for (const [name, description] of plain) {
    add(name, description).action((options: AskOptions, command: Command) => ask(command, name, {}, options));
  }
  return group;
}
