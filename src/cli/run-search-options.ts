import type { Command } from "commander";
import type { App } from "../app/app.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { type RunSearch, runStates } from "../catalog/run-searches.ts";
import type { RunState } from "../run/run.ts";
import { findPeriodicTaskId } from "./find-periodic-task.ts";
import { names, timeBeforeNow } from "./parse-options.ts";

/** Which runs a command means. */
export interface SearchOptions {
  readonly state?: readonly string[];
  readonly task?: string;
  readonly periodicTask?: string;
  readonly queue?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly unhandled?: true;
}

export function addSearchOptions(command: Command): Command {
  return command
    .option("--state <states>", "only in these states, apart by commas", names)
    .option("--task <name>", "only of this task")
    .option("--periodic-task <name>", "only of this periodic task, by name or id")
    .option("--queue <name>", "only of this queue")
    .option("--text <text>", "only with this in the task's name, input, result or error")
    .option("--since <time>", "only sent since: 30m, 24h, 7d, or an ISO 8601 time with an offset")
    .option("--until <time>", "only sent until")
    .option("--unhandled", "only what failed or was lost, and was neither run again nor set aside");
}

export async function searchOf(app: App, options: SearchOptions, now: Instant): Promise<RunSearch> {
  const { state, task, queue, text, periodicTask, since, until, unhandled } = options;
  return {
    ...(state ? { states: state.map(parseState) } : {}),
    ...(task ? { task } : {}),
    ...(queue ? { queue } : {}),
    ...(text ? { text } : {}),
    ...(unhandled ? { unhandled } : {}),
    ...(periodicTask ? { periodicTaskId: await findPeriodicTaskId(app, periodicTask) } : {}),
    ...(since ? { since: timeBeforeNow("--since", since, now) } : {}),
    ...(until ? { until: timeBeforeNow("--until", until, now) } : {}),
  };
}

function parseState(text: string): RunState {
  const state = runStates.find((known) => known === text);
  if (state !== undefined) return state;
  throw new HyoshiError("usage", `option '--state' has '${text}': expected some of ${runStates.join(", ")}`);
}
