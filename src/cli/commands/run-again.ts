import { Command } from "commander";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { answer, type Terminal } from "../terminal.ts";

export function runAgainCommand(terminal: Terminal): Command {
  return new Command("run-again")
    .description("send a run once more, as it was sent")
    .argument("<id>", "the run's id")
    .option("--current", "as its periodic task is today, instead of as it was sent")
    .option("--json", "answer in JSON")
    .action((id: string, { current, json }: { current?: true; json?: true }, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog }) => {
        const asker = { by: operator(), via: "api" as const };
        const again = await catalog.requests.rerun(id, current ? "current" : "sent", asker);
        answer(terminal, json, { id: again, rerunOf: id }, () => again);
      }),
    );
}
