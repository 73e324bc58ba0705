import { Command } from "commander";
import { hasChanges } from "../../catalog/code/code-plan.ts";
import { Ending } from "../ending.ts";
import { exitCodes } from "../exit-code.ts";
import { withApp } from "../open-command-app.ts";
import { planLines, planSum } from "../plan-lines.ts";
import { answer, type Terminal } from "../terminal.ts";

export function planCommand(terminal: Terminal): Command {
  return new Command("plan")
    .description("show what 'hyoshi migrate' would do with the periodic tasks that the apps' code defines")
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nEnds with 0 where nothing is to be done, with 7 where something is, and with 1 where a definition makes no sense.",
    )
    .action((options: { json?: true }, command: Command) =>
      withApp(terminal, command, { withApps: true }, async ({ catalog, discovery }) => {
        const { codeRequest } = await import("../../app/code-request.ts");
        const plan = await catalog.code.plan(codeRequest(discovery));
        const isChanged = hasChanges(plan);
        answer(terminal, options.json, { changes: isChanged, ...plan }, () =>
          [
            ...planLines(plan, { applied: false }),
            `${discovery.periodicTasks.length} periodic tasks in code: ${planSum(plan, { applied: false }) ?? "nothing to do"}`,
          ].join("\n"),
        );
        for (const { message } of discovery.problems) terminal.err(`! ${message}\n`);
        if (plan.unread.length > 0 || plan.items.some(({ action }) => action === "invalid")) {
          throw new Ending(exitCodes.failed);
        }
        if (isChanged) throw new Ending(exitCodes.changes);
      }),
    );
}
