import { Command } from "commander";
import { withApp } from "../open-command-app.ts";
import { wholeNumber } from "../parse-options.ts";
import { durationOf } from "../run-lines.ts";
import { addSearchOptions, type SearchOptions, searchOf } from "../run-search-options.ts";
import { table } from "../table.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatDuration, formatTime } from "../times.ts";

interface RunsOptions extends SearchOptions {
  readonly limit: number;
  readonly after?: string;
  readonly json?: true;
}

export function runsCommand(terminal: Terminal): Command {
  return addSearchOptions(new Command("runs").description("list runs, the newest first"))
    .option("--limit <number>", "how many", wholeNumber(1, 200), 20)
    .option("--after <cursor>", "go on after a page: its 'next'")
    .option("--json", "answer in JSON")
    .action((options: RunsOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const { after, limit } = options;
        const now = terminal.clock.now();
        const search = await searchOf(app, options, now);
        const page = await app.readers.runs.list({ ...search, limit, ...(after ? { after } : {}) });
        answer(terminal, options.json, { items: page.items, next: page.next ?? null }, () =>
          page.items.length === 0
            ? "no runs"
            : table(
                ["id", "state", "task", "periodic task", "sent", "duration", "worker"],
                page.items.map((run) => [
                  run.id,
                  run.state,
                  run.task,
                  run.periodicTask?.name ?? "-",
                  formatTime(run.queuedAt, app.config.timeZone),
                  formatDuration(durationOf(run, now)),
                  run.worker ?? "-",
                ]),
              ),
        );
        if (!options.json && page.next !== undefined) terminal.err(`there are more: --after ${page.next}\n`);
      }),
    );
}
