import { Command } from "commander";
import type { ProjectDatabase } from "../../app/open-database.ts";
import { openProject, type Project } from "../project.ts";
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
    .addHelpText("after", "\nWhere no periodic task was ever made, it calls the settings' 'seed' as well.")
    .action(async (options: MigrateOptions, command: Command) => {
      const project = await openProject(terminal, command);
      const { openDatabase } = await import("../../app/open-database.ts");
      const database = await openDatabase(project.config);
      try {
        await migrate(terminal, project, database, options);
      } finally {
        await database.close();
      }
    });
}

async function migrate(
  terminal: Terminal,
  { config, load }: Project,
  database: ProjectDatabase,
  { status, to, json }: MigrateOptions,
): Promise<void> {
  const [{ migrateProject, migrationStates }, { appMigrations }, { discoverApps }] = await Promise.all([
    import("../../app/migrate-project.ts"),
    import("../../app/app-migrations.ts"),
    import("../../app/discover-apps.ts"),
  ]);
  const discovery = await discoverApps(config, load);
  const migrations = appMigrations(discovery.apps);
  const states = await migrationStates(database, migrations);
  if (status) {
    const rows = states.map(({ name, applied }) => [name, applied ? "applied" : "missing"]);
    answer(terminal, json, states, () => table(["migration", "state"], rows));
    return;
  }
  const before = new Set(states.filter(({ applied }) => applied).map(({ name }) => name));
  const steps = (await migrateProject(database, migrations, to)).map((name) => ({
    migration: name,
    direction: before.has(name) ? "undone" : "applied",
  }));
  const seeded = to === undefined && (await seed(terminal, { config, discovery, database }));
  answer(terminal, json, { steps, seeded }, () => {
    const lines = steps.map(({ migration, direction }) => `${direction} ${migration}`);
    if (seeded) lines.push("seeded the new database");
    return lines.length === 0 ? "nothing to migrate" : lines.join("\n");
  });
}

type SeedParts = Parameters<typeof import("../../app/app.ts").composeApp>[0];

async function seed(terminal: Terminal, { config, discovery, database }: SeedParts): Promise<boolean> {
  if (config.seed === null) return false;
  const [{ composeApp }, { seedProject }] = await Promise.all([
    import("../../app/app.ts"),
    import("../../app/seed-project.ts"),
  ]);
  const app = composeApp({ config, discovery, database, clock: terminal.clock });
  try {
    return await seedProject(app);
  } finally {
    await app.release();
  }
}
