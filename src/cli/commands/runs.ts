import { Command } from "commander";
import { HyoshiError } from "../../base/error.ts";
import type { RunState } from "../../run/run.ts";
import { findPeriodicTaskId } from "../find-periodic-task.ts";
import { withApp } from "../open-command-app.ts";
import { names, timeBeforeNow, wholeNumber } from "../parse-options.ts";
import { durationOf } from "../run-lines.ts";
import { table } from "../table.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatDuration, formatTime } from "../times.ts";

interface RunsOptions {
  readonly state?: readonly string[];
  readonly task?: string;
  readonly periodicTask?: string;
  readonly queue?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly after?: string;
  readonly json?: true;
}

export function runsCommand(terminal: Terminal): Command {
  return new Command("runs")
    .description("list runs, the newest first")
    .option("--state <states>", "only in these states, apart by commas", names)
    .option("--task <name>", "only of this task")
    .option("--periodic-task <name>", "only of this periodic task, by name or id")
    .option("--queue <name>", "only of this queue")
    .option("--text <text>", "only with this in the task's name, input, result or error")
    .option("--since <time>", "only sent since: 30m, 24h, 7d, or an ISO 8601 time with an offset")
    .option("--until <time>", "only sent until")
    .option("--limit <number>", "how many", wholeNumber(1, 200), 20)
    .option("--after <cursor>", "go on after a page: its 'next'")
    .option("--json", "answer in JSON")
    .action((options: RunsOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const { state, task, queue, text, after, limit, periodicTask, since, until } = options;
        const now = terminal.clock.now();
        const page = await app.readers.runs.list({
          limit,
          ...(state ? { states: state.map(parseState) } : {}),
          ...(task ? { task } : {}),
          ...(queue ? { queue } : {}),
          ...(text ? { text } : {}),
          ...(after ? { after } : {}),
          ...(periodicTask ? { periodicTaskId: await findPeriodicTaskId(app, periodicTask) } : {}),
          ...(since ? { since: timeBeforeNow("--since", since, now) } : {}),
          ...(until ? { until: timeBeforeNow("--until", until, now) } : {}),
        });
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

const runStates = [
  "unpublished",
  "ready",
  "scheduled",
  "held",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "expired",
  "lost",
] as const satisfies readonly RunState[];

function parseState(text: string): RunState {
  const state = runStates.find((known) => known === text);
  if (state !== undefined) return state;
  throw new HyoshiError("usage", `option '--state' has '${text}': expected some of ${runStates.join(", ")}`);
}
