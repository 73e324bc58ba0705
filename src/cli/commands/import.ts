import { resolve } from "node:path";
import { Command } from "commander";
import { importLines } from "../import-lines.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { readFile } from "../read-file.ts";
import { answer, type Terminal } from "../terminal.ts";
import { importCeleryBeatCommand } from "./import-celery-beat.ts";
import { importCeleryResultsCommand } from "./import-celery-results.ts";
import { importCrontabCommand } from "./import-crontab.ts";

interface ImportOptions {
  readonly withPauses?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("take in what 'hyoshi export' wrote, or, by one of its commands, what another system schedules")
    .usage("[options] <file> | [command]")
    .argument("<file>", "YAML or JSON; - reads the standard input")
    .option("--with-pauses", "begin the file's pauses too")
    .option("--dry-run", "only report what would be done")
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nWhat is there already, by its uid or else its name, becomes as the file has it; what the file leaves out of it is at its default. What is not in the file stays.",
    )
    .action((file: string, { withPauses, dryRun, json }: ImportOptions, command: Command) =>
      withApp(terminal, command, { withApps: true }, async ({ documents }) => {
        const { readDocument } = await import("../../catalog/document/document-text.ts");
        const source = file === "-" ? "-" : resolve(terminal.workingFolder, file);
        const report = await documents.import({
          source,
          document: readDocument(readFile(source)),
          withPauses: withPauses === true,
          dryRun: dryRun === true,
          by: operator(),
        });
        answer(terminal, json, report, () => importLines(report));
      }),
    )
    .addCommand(importCrontabCommand(terminal))
    .addCommand(importCeleryBeatCommand(terminal))
    .addCommand(importCeleryResultsCommand(terminal));
}
