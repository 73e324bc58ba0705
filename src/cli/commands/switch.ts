import { Command } from "commander";
import { findPeriodicTaskId } from "../find-periodic-task.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatTime } from "../times.ts";

/** `enable` and `disable`. */
export function switchCommand(terminal: Terminal, enabled: boolean): Command {
  const [name, description] = enabled
    ? ["enable", "let a periodic task fire; times that passed while it was off stay passed"]
    : ["disable", "keep a periodic task from firing; what was sent already goes on"];
  return new Command(name)
    .description(description)
    .argument("<periodic-task>", "its name or id")
    .option("--json", "answer in JSON")
    .action((text: string, options: { json?: true }, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const id = await findPeriodicTaskId(app, text);
        const task = await app.catalog.editor.setEnabled(id, enabled, operator());
        const nextAt = task.schedules.reduce<number | null>(
          (first, { nextAt: at }) => (at === null ? first : Math.min(first ?? at, at)),
          null,
        );
        answer(terminal, options.json, { id, name: task.name, enabled: task.enabled, nextAt }, () => {
          const next = nextAt === null ? "" : `; it fires next at ${formatTime(nextAt, app.config.timeZone)}`;
          return `${task.enabled ? "enabled" : "disabled"} '${task.name}'${next}`;
        });
      }),
    );
}
