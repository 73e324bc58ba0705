import { writeFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { Command, Option } from "commander";
import { HyoshiError, messageOf } from "../../base/error.ts";
import type { DocumentFormat } from "../../catalog/document/document-text.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import type { Terminal } from "../terminal.ts";

export function exportCommand(terminal: Terminal): Command {
  return new Command("export")
    .description("write everything that people have set as one file: periodic tasks, calendars, pauses, groups")
    .argument("[file]", "where it is written (default: the standard output)")
    .addOption(
      new Option("--format <format>", "yaml or json (default: as the file is called, else yaml)").choices([
        "yaml",
        "json",
      ]),
    )
    .addHelpText(
      "after",
      "\nUsers, passwords, tokens, runs and the ledger are not part of it. 'hyoshi import' takes it in again.",
    )
    .action((file: string | undefined, options: { format?: DocumentFormat }, command: Command) =>
      withApp(terminal, command, {}, async ({ documents }) => {
        const { writeDocument } = await import("../../catalog/document/document-text.ts");
        const format = options.format ?? (file !== undefined && extname(file) === ".json" ? "json" : "yaml");
        const document = await documents.export(operator());
        const text = writeDocument(document, format);
        if (file === undefined) return terminal.out(text);
        write(resolve(terminal.workingFolder, file), text);
        terminal.err(`${file}: ${document.periodicTasks.length} periodic tasks\n`);
      }),
    );
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new HyoshiError("usage", `the file '${file}' cannot be written: ${messageOf(error)}`);
  }
}
