import { Command } from "commander";
import { withApp } from "../open-command-app.ts";
import type { Terminal } from "../terminal.ts";
import { noRun } from "./run.ts";

const CHUNKS = 64;
const LOOK_EVERY_MS = 250;

export function logsCommand(terminal: Terminal): Command {
  return new Command("logs")
    .description("print what a run has logged")
    .argument("<run>", "the run's id")
    .option("-f, --follow", "go on until the run has ended")
    .action((id: string, { follow }: { follow?: true }, command: Command) =>
      withApp(terminal, command, {}, async ({ runs, logs }) => {
        let from = 0;
        for (;;) {
          // Looked at before the log: what a run has written is there when it has ended.
          const run = await runs.find(id);
          if (run === undefined) throw noRun(id);
          let chunks = await logs.read(id, from, CHUNKS);
          for (; chunks.length > 0; chunks = await logs.read(id, from, CHUNKS)) {
            for (const { chunk, text } of chunks) {
              terminal.out(text);
              from = chunk + 1;
            }
          }
          if (!follow || run.endedAt !== undefined) return;
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        }
      }),
    );
}
