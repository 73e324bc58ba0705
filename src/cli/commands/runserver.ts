import { Command } from "commander";
import type { App } from "../../app/app.ts";
import { wholeNumber } from "../parse-options.ts";
import { runService } from "../run-service.ts";
import type { Terminal } from "../terminal.ts";

interface ServerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly applyCode?: true;
}

export function runserverCommand(terminal: Terminal, version: string): Command {
  return new Command("runserver")
    .description("serve the admin and the API")
    .option("--host <address>", "the address to listen on (default: the settings' admin.host)")
    .option(
      "--port <number>",
      "the port; 0 takes any free one (default: the settings' admin.port)",
      wholeNumber(0, 65_535),
    )
    .option("--apply-code", "first apply the periodic tasks that the apps' code defines, as 'hyoshi migrate' does")
    .action(async ({ applyCode, ...options }: ServerOptions, command: Command) => {
      const { startAdmin } = await import("../start-admin.ts");
      await runService(terminal, command, {
        role: "admin",
        withApps: true,
        adjust: (config) => ({ ...config, admin: { ...config.admin, ...options } }),
        async start(app) {
          if (applyCode) await applyDefinitions(app);
          const admin = await startAdmin(app, version);
          app.logger.info({}, `the admin is at ${admin.address}`);
          process.send?.({ kind: "listening", address: admin.address });
          return admin;
        },
      });
    });
}

/** What cannot be applied is told, and the admin is served all the same. */
async function applyDefinitions(app: App): Promise<void> {
  const [{ applyCode }, { planLines, planSum }] = await Promise.all([
    import("../../app/apply-code.ts"),
    import("../plan-lines.ts"),
  ]);
  const plan = await applyCode(app);
  if (planSum(plan, { applied: true }) === undefined) return;
  for (const line of planLines(plan, { applied: true })) app.logger.info({}, line);
}
