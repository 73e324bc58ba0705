import { Command, Option } from "commander";
import { withoutPassword } from "../../app/address.ts";
import type { PriorityOrder } from "../../catalog/import/celery-beat-task.ts";
import { importLines } from "../import-lines.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { answer, type Terminal } from "../terminal.ts";

interface CeleryBeatOptions {
  readonly database: string;
  readonly takeOver?: true;
  readonly enabled?: true;
  readonly zone?: string;
  readonly storedZone?: string;
  readonly priorities?: PriorityOrder;
  readonly misfire: "skip" | "latest" | "all";
  readonly prefix: string;
  readonly overwrite?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function importCeleryBeatCommand(terminal: Terminal): Command {
  return new Command("django-celery-beat")
    .description("make a periodic task of each of django-celery-beat's, of any version")
    .requiredOption("--database <address>", "their database: an SQLite file, or sqlite: or postgres: with the rest")
    .option(
      "--take-over",
      "with their beat stopped: switch their rows off, and go on here from their last runs, so that no time is lost or sent twice",
    )
    .option("--enabled", "switch on what is on there (default: all is switched off here until --take-over)")
    .option("--zone <zone>", "the zone of crontabs that have none, as before version 1.2 (default: the project's)")
    .option("--stored-zone <zone>", "the zone of the times in SQLite, where their USE_TZ is off (default: UTC)")
    .addOption(
      new Option(
        "--priorities <order>",
        "which end of their priorities comes first: RabbitMQ's high, Redis's low",
      ).choices(["high-first", "low-first"]),
    )
    .addOption(
      new Option("--misfire <rule>", "what becomes of times that are late, of every schedule")
        .choices(["skip", "latest", "all"])
        .default("latest"),
    )
    .option("--prefix <text>", "put before every name, to tell two projects apart", "")
    .option("--overwrite", "take their version of what was imported before and was changed here")
    .option("--dry-run", "only report what would be done")
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nA row is known by its name (and the prefix): importing again changes nothing. Nothing is written to their database but by --take-over.",
    )
    .action((_own: CeleryBeatOptions, command: Command) =>
      withApp(terminal, command, { withApps: true }, async ({ catalog }) => {
        const options = command.optsWithGlobals<CeleryBeatOptions>();
        const { database, zone, storedZone, priorities, misfire, prefix } = options;
        const { openForeignTables } = await import("../../app/open-foreign-tables.ts");
        const [takeOver, dryRun] = [options.takeOver === true, options.dryRun === true];
        const tables = await openForeignTables(database, terminal.workingFolder, { writable: takeOver && !dryRun });
        try {
          const report = await catalog.imports.celeryBeat({
            ...{ tables, source: withoutPassword(database), takeOver, dryRun, misfire, prefix },
            enabled: options.enabled === true,
            ...(zone !== undefined && { zone }),
            ...(storedZone !== undefined && { storedZone }),
            ...(priorities !== undefined && { priorities }),
            overwrite: options.overwrite === true,
            by: operator(),
          });
          answer(terminal, options.json, report, () => importLines(report));
        } finally {
          await tables.close();
        }
      }),
    );
}
