import { Command } from "commander";
import { withoutPassword } from "../../app/address.ts";
import { importLines } from "../import-lines.ts";
import { withApp } from "../open-command-app.ts";
import { wholeNumber } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";

interface CeleryResultsOptions {
  readonly database: string;
  readonly storedZone?: string;
  readonly prefix: string;
  readonly after?: number;
  readonly dryRun?: true;
  readonly json?: true;
}

/** How often the command says how far it is, in rows. */
const TOLD_EVERY = 10_000;

export function importCeleryResultsCommand(terminal: Terminal): Command {
  return new Command("django-celery-results")
    .description("take over what ended under django-celery-results, of any version, as runs that have ended")
    .requiredOption("--database <address>", "their database: an SQLite file, or sqlite: or postgres: with the rest")
    .option("--stored-zone <zone>", "the zone of the times in SQLite, where their USE_TZ is off (default: UTC)")
    .option("--prefix <text>", "as the periodic tasks were imported with", "")
    .option(
      "--after <id>",
      "only rows with a greater id: where one that was interrupted goes on",
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option("--dry-run", "only report what would be done")
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nIds stay, and what is here already is passed over: it may be interrupted and called again. Nothing is written to their database. Call 'hyoshi import django-celery-beat' first, so that runs find their periodic tasks.",
    )
    .action((_own: CeleryResultsOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog }) => {
        const { database, storedZone, prefix, after, dryRun, json } = command.optsWithGlobals<CeleryResultsOptions>();
        const { openForeignTables } = await import("../../app/open-foreign-tables.ts");
        const tables = await openForeignTables(database, terminal.workingFolder, { writable: false });
        let told = 0;
        try {
          const report = await catalog.imports.celeryResults({
            ...{ tables, source: withoutPassword(database), prefix, dryRun: dryRun === true },
            ...(storedZone !== undefined && { storedZone }),
            ...(after !== undefined && { after }),
            progress({ id, read }) {
              if (read - told < TOLD_EVERY) return;
              told = read;
              terminal.err(`${read} task results read, up to id ${id}\n`);
            },
          });
          answer(terminal, json, report, () => importLines(report));
        } finally {
          await tables.close();
        }
      }),
    );
}
