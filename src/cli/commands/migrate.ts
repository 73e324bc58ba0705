import { Command } from "commander";
import { openProject } from "../project.ts";
import { table } from "../table.ts";
import { answer, type Terminal } from "../terminal.ts";

interface MigrateOptions {
  readonly status?: true;
  readonly to?: string;
  readonly json?: true;
}

export function migrateCommand(terminal: Terminal): Command {
  return new Command("migrate")
    .description("make and update the database's tables: hyoshi's own, then the apps'")
    .option("--status", "only show which migrations are applied")
    .option(
      "--to <migration>",
      "go to an app's migration, such as tapp_a/0001, or undo all of an app's with tapp_a/zero",
    )
    .option("--json", "answer in JSON")
    .action(async (options: MigrateOptions, command: Command) => {
      const { config, load } = await openProject(terminal, command);
      const [{ openDatabase }, { migrateProject, migrationStates }, { appMigrations }, { discoverApps }] =
        await Promise.all([
          import("../../app/open-database.ts"),
          import("../../app/migrate-project.ts"),
          import("../../app/app-migrations.ts"),
          import("../../app/discover-apps.ts"),
        ]);
      const discovery = await discoverApps(config, load);
      const migrations = appMigrations(discovery.apps);
      const database = openDatabase(config);
      try {
        if (options.status) {
          const states = await migrationStates(database, migrations);
          answer(terminal, options.json, states, () =>
            table(
              ["migration", "state"],
              states.map(({ name, applied }) => [name, applied ? "applied" : "missing"]),
            ),
          );
          return;
        }
        const before = new Set(
          (await migrationStates(database, migrations)).filter((m) => m.applied).map((m) => m.name),
        );
        const done = await migrateProject(database, migrations, options.to);
        const steps = done.map((name) => ({ migration: name, direction: before.has(name) ? "undone" : "applied" }));
        answer(terminal, options.json, { steps }, () =>
          steps.length === 0
            ? "nothing to migrate"
            : steps.map(({ migration, direction }) => `${direction} ${migration}`).join("\n"),
        );
      } finally {
        await database.close();
      }
    });
}
