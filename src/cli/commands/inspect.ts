import { Command } from "commander";
import type { JsonObject } from "../../base/json.ts";
import type { InspectCommand } from "../../control/remote-control.ts";
import { type AskOptions, askWorkers, withAskOptions } from "../ask-workers.ts";
import type { Terminal } from "../terminal.ts";

const questions: readonly (readonly [command: InspectCommand, description: string, given?: JsonObject])[] = [
  ["ping", "ask which workers live"],
  ["active", "show the runs that workers execute"],
  ["reserved", "show the runs that workers have taken and not begun"],
  ["scheduled", "show the runs that wait for their time"],
  ["registered", "show the tasks that workers know"],
  ["active_queues", "show the queues that workers serve"],
  ["stats", "show workers' pools, brokers and counts"],
  ["revoked", "show the ids that workers know to be revoked"],
  ["conf", "show workers' settings, without secrets", { with_defaults: false }],
  ["report", "show workers' versions and settings as a text"],
];

/** Works on hyoshi's workers and on Celery's alike. */
export function inspectCommandGroup(terminal: Terminal): Command {
  const group = new Command("inspect").description("ask workers over the broker, hyoshi's and Celery's alike");
  for (const [name, description, given = {}] of questions) {
    withAskOptions(group.command(name).description(description)).action((options: AskOptions, command: Command) =>
      askWorkers(terminal, command, { command: name, arguments: given }, options),
    );
  }
  withAskOptions(
    group
      .command("query_task")
      .description("ask which worker has these runs, and whether it executes them")
      .argument("<id...>", "the runs' ids"),
  ).action((ids: string[], options: AskOptions, command: Command) =>
    askWorkers(terminal, command, { command: "query_task", arguments: { ids } }, options),
  );
  return group;
}
