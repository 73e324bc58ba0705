import { Command, Option } from "commander";
import { type LineFilter, type LineLevel, linesOfChunk, logLevels, textOfChunk } from "../../catalog/log-line.ts";
import type { LogChunk } from "../../run/log-store.ts";
import { withApp } from "../open-command-app.ts";
import { wholeNumber } from "../parse-options.ts";
import type { Terminal } from "../terminal.ts";
import { noRun } from "./run.ts";

const CHUNKS = 64;
const LOOK_EVERY_MS = 250;

interface LogsOptions {
  readonly follow?: true;
  readonly level?: LineLevel;
  readonly attempt?: number;
  readonly json?: true;
}

export function logsCommand(terminal: Terminal): Command {
  return new Command("logs")
    .description("print what a run has logged")
    .argument("<run>", "the run's id")
    .option("-f, --follow", "go on until the run has ended")
    .addOption(new Option("--level <level>", "only lines of this level and above").choices(logLevels))
    .option("--attempt <number>", "only lines of this attempt", wholeNumber(1, 1_000_000))
    .option("--json", "answer in JSON: an object for each line, with its number, time, level, attempt and text")
    .action((id: string, { follow, level, attempt, json }: LogsOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ runs, logs }) => {
        const print = json ? inJson : textOfChunk;
        let from = 0;
        for (;;) {
          // Looked at before the log: what a run has written is there when it has ended.
          const run = await runs.find(id);
          if (run === undefined) throw noRun(id);
          let chunks = await logs.read(id, from, CHUNKS);
          for (; chunks.length > 0; chunks = await logs.read(id, from, CHUNKS)) {
            for (const chunk of chunks) {
              terminal.out(print(chunk, { level, attempt }));
              from = chunk.chunk + 1;
            }
          }
          if (!follow || run.endedAt !== undefined) return;
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        }
      }),
    );
}

function inJson(chunk: LogChunk, filter: LineFilter): string {
  return linesOfChunk(chunk, filter)
    .map(({ at, ...line }) => `${JSON.stringify({ ...line, at: new Date(at).toISOString() })}\n`)
    .join("");
}
