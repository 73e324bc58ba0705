import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { UserField } from "../../catalog/import/crontab-file.ts";
import { importLines } from "../import-lines.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { readFile } from "../read-file.ts";
import { answer, type Terminal } from "../terminal.ts";

interface CrontabOptions {
  readonly userField: UserField;
  readonly zone?: string;
  readonly task?: string;
  readonly inputKey: string;
  readonly withCommentedOut?: true;
  readonly disabled?: true;
  readonly overwrite?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function importCrontabCommand(terminal: Terminal): Command {
  return new Command("crontab")
    .description("make a periodic task of each line of a crontab")
    .argument("<file>", "the crontab; - reads the standard input")
    .addOption(
      new Option("--user-field <form>", "whether lines name a user before the command, as in /etc/cron.d")
        .choices(["auto", "yes", "no"])
        .default("auto"),
    )
    .option("--zone <zone>", "the zone of lines above which no CRON_TZ stands (default: the project's)")
    .option("--task <name>", "the task that runs the commands (default: hyoshi.shell, else shell, where there is one)")
    .option("--input-key <key>", "the key of that task's input that takes the command", "command")
    .option("--with-commented-out", "make lines that are commented out too, switched off")
    .option("--disabled", "make everything switched off")
    .option("--overwrite", "take the file's version of what was imported before and was changed here")
    .option("--dry-run", "only report what would be done")
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nA line is known by the file's path and its own content: importing the file again changes nothing, and a line that was edited is another one.",
    )
    .action((file: string, _own: CrontabOptions, command: Command) =>
      withApp(terminal, command, { withApps: true }, async ({ catalog }) => {
        // `import` takes for itself what it has an option of the same name for.
        const options = command.optsWithGlobals<CrontabOptions>();
        const path = file === "-" ? "-" : resolve(terminal.workingFolder, file);
        const report = await catalog.imports.crontab({
          text: readFile(path),
          path,
          userField: options.userField,
          ...(options.zone !== undefined && { zone: options.zone }),
          ...(options.task !== undefined && { task: { name: options.task, commandKey: options.inputKey } }),
          withCommentedOut: options.withCommentedOut === true,
          disabled: options.disabled === true,
          overwrite: options.overwrite === true,
          dryRun: options.dryRun === true,
          by: operator(),
        });
        answer(terminal, options.json, report, () => importLines(report));
      }),
    );
}
