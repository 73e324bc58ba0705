import { Command } from "commander";
import { runService } from "../run-service.ts";
import type { Terminal } from "../terminal.ts";

export function beatCommand(terminal: Terminal): Command {
  return new Command("beat")
    .description("fire schedules when they are due; any number may run at once")
    .action(async (_options: object, command: Command) => {
      const { startBeat } = await import("../../app/run-beat.ts");
      await runService(terminal, command, {
        role: "beat",
        withApps: false,
        async start(app) {
          const beat = await startBeat(app);
          app.logger.info({}, "beat is at work");
          return beat;
        },
      });
    });
}
