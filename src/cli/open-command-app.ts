import type { Command } from "commander";
import type { App } from "../app/app.ts";
import { openProject } from "./project.ts";
import type { Terminal } from "./terminal.ts";

/** Opens the project for one command, hands it to `use`, and closes it however that ends. */
export async function withApp<T>(
  terminal: Terminal,
  command: Command,
  { withApps = false }: { withApps?: boolean },
  use: (app: App) => Promise<T>,
): Promise<T> {
  const { config, load } = await openProject(terminal, command);
  const { openMigratedApp } = await import("../app/open-app.ts");
  const app = await openMigratedApp({ config, load, withApps, clock: terminal.clock });
  try {
    return await use(app);
  } finally {
    await app.close();
  }
}
