import { Command } from "commander";
import { wholeNumber } from "../parse-options.ts";
import { runService } from "../run-service.ts";
import type { Terminal } from "../terminal.ts";

interface ServerOptions {
  readonly host?: string;
  readonly port?: number;
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
    .action(async (options: ServerOptions, command: Command) => {
      const { startAdmin } = await import("../start-admin.ts");
      await runService(terminal, command, {
        role: "admin",
        withApps: true,
        adjust: (config) => ({ ...config, admin: { ...config.admin, ...options } }),
        async start(app) {
          const admin = await startAdmin(app, version);
          app.logger.info({}, `the admin is at ${admin.address}`);
          process.send?.({ kind: "listening", address: admin.address });
          return admin;
        },
      });
    });
}
