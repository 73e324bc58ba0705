import { Command } from "commander";
import type { ProjectDatabase } from "../../app/open-database.ts";
import type { CodePlan } from "../../catalog/code/code-plan.ts";
import { Ending } from "../ending.ts";
import { exitCodes } from "../exit-code.ts";
import { planLines } from "../plan-lines.ts";
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
    .addHelpText(
      "after",
      "\nWhere no periodic task was ever made, it calls the settings' 'seed' as well; then it applies the periodic tasks that the apps' code defines, as 'hyoshi plan' shows.",
    )
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
  const { seeded, code } = to === undefined ? await seedAndApply(terminal, { config, discovery, database }) : untouched;
  answer(terminal, json, { steps, seeded, code: code.items }, () => {
    const lines = steps.map(({ migration, direction }) => `${direction} ${migration}`);
    if (seeded) lines.push("seeded the new database");
    lines.push(...planLines(code, { applied: true }));
    return lines.length === 0 ? "nothing to migrate" : lines.join("\n");
  });
  if (code.items.some(({ action }) => action === "invalid")) throw new Ending(exitCodes.failed);
}

const untouched: { readonly seeded: boolean; readonly code: CodePlan } = {
  seeded: false,
  code: { items: [], unread: [] },
};

type Parts = Parameters<typeof import("../../app/app.ts").composeApp>[0];

/** The seed first: it is for a project in which there is no periodic task yet. */
async function seedAndApply(terminal: Terminal, { config, discovery, database }: Parts): Promise<typeof untouched> {
  const [{ composeApp }, { seedProject }, { applyCode }] = await Promise.all([
    import("../../app/app.ts"),
    import("../../app/seed-project.ts"),
    import("../../app/apply-code.ts"),
  ]);
  const app = composeApp({ config, discovery, database, clock: terminal.clock });
  try {
    const seeded = config.seed !== null && (await seedProject(app));
    for (const { code, message } of discovery.problems) {
      if (code === "invalid_periodic_task") terminal.err(`! ${message}\n`);
    }
    return { seeded, code: await applyCode(app) };
  } finally {
    await app.release();
  }
}
