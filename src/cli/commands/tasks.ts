import { Command } from "commander";
import { describeLimits } from "../../catalog/limit-words.ts";
import { readTaskDirectory } from "../../catalog/task-directory.ts";
import { withApp } from "../open-command-app.ts";
import { table } from "../table.ts";
import { answer, type Terminal } from "../terminal.ts";

export function tasksCommand(terminal: Terminal): Command {
  return new Command("tasks")
    .description("list the tasks that the project has and that processes have announced")
    .option("--json", "answer in JSON")
    .action((options: { json?: true }, command: Command) =>
      withApp(terminal, command, { withApps: true }, async ({ discovery, config, readers, queueOf }) => {
        const now = terminal.clock.now();
        const directory = await readTaskDirectory(readers.processes, { now, defaultQueue: config.defaultQueue });
        const own = new Map([...discovery.registry.entries()].map((found) => [found.task.name, found]));
        const names = [...new Set([...own.keys(), ...directory.names()])].sort();
        const items = names.map((name) => {
          const announced = directory.find(name)?.announced;
          const mine = own.get(name);
          return {
            task: name,
            app: mine?.app ?? announced?.app ?? null,
            queue: mine === undefined ? directory.queueOf(name) : (mine.task.options.queue ?? queueOf(name)),
            workers: directory.find(name)?.workers ?? 0,
            limits: describeLimits(announced?.limits)?.en ?? null,
            description: mine?.task.options.description ?? announced?.description ?? null,
            inProject: mine !== undefined,
          };
        });
        answer(terminal, options.json, items, () =>
          items.length === 0
            ? "no tasks"
            : table(
                ["task", "queue", "workers", "limits", "description"],
                items.map(({ task, queue, workers, limits, description }) => [
                  task,
                  queue,
                  String(workers),
                  limits ?? "-",
                  description ?? "-",
                ]),
              ),
        );
        for (const { message } of discovery.problems) terminal.err(`! ${message}\n`);
      }),
    );
}
