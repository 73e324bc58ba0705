import { Command } from "commander";
import type { App } from "../../app/app.ts";
import type { Instant } from "../../base/clock.ts";
import { didYouMean } from "../../base/did-you-mean.ts";
import { HyoshiError, isHyoshiError } from "../../base/error.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { readTaskDirectory } from "../../catalog/task-directory.ts";
import type { SendOptions, SentRun } from "../../task/send.ts";
import { Ending } from "../ending.ts";
import { exitCodeOf } from "../exit-code.ts";
import { withApp } from "../open-command-app.ts";
import { operatorName } from "../operator.ts";
import { json, jsonList, jsonObject, seconds, timeFromNow, wholeNumber } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";

interface CommandOptions {
  readonly input?: Json;
  readonly args?: readonly Json[];
  readonly kwargs?: JsonObject;
  readonly queue?: string;
  readonly priority?: number;
  readonly countdown?: number;
  readonly eta?: string;
  readonly expires?: string;
  readonly key?: string;
  readonly timeLimit?: number;
  readonly wait?: true;
  readonly timeout?: number;
  readonly unknown?: true;
  readonly json?: true;
}

export function sendCommand(terminal: Terminal): Command {
  return new Command("send")
    .description("send a task now")
    .argument("<task>", "the task's name")
    .option("--input <json>", "its input, for a task with a schema", json)
    .option("--args <json>", "its positional arguments, for a task without one", jsonList)
    .option("--kwargs <json>", "its keyword arguments, for a task without a schema", jsonObject)
    .option("--queue <name>", "the queue (default: the task's own)")
    .option("--priority <number>", "0 to 9, higher first (default: the task's own)", wholeNumber(0, 9))
    .option("--countdown <seconds>", "how long it waits before it may start", seconds)
    .option("--eta <time>", "when it may start at the earliest: 30m, 12h, 90d, or an ISO 8601 time with an offset")
    .option("--expires <time>", "when it expires unless it has begun, as --eta says it (default: never)")
    .option("--key <text>", "makes all sends of the task with this key one run")
    .option("--time-limit <seconds>", "the longest that one attempt may take (default: the task's own)", seconds)
    .option("--wait", "wait until it has ended, print its result, and end as it ends")
    .option("--timeout <seconds>", "how long to wait at most", seconds)
    .option("--unknown", "send it although neither the project nor any process knows the task")
    .option("--json", "answer in JSON")
    .action((task: string, options: CommandOptions, command: Command) => {
      const { input, args, kwargs, timeout, wait } = options;
      if (input !== undefined && (args !== undefined || kwargs !== undefined)) {
        throw new HyoshiError(
          "usage",
          "'--input' cannot be combined with '--args' and '--kwargs': a task takes the one or the others",
        );
      }
      if (timeout !== undefined && !wait) throw new HyoshiError("usage", "'--timeout' needs '--wait'");
      return withApp(terminal, command, { withApps: true }, async (app) => {
        if (!options.unknown) await assertKnown(app, task);
        const send = app.client.as({ origin: { kind: "api", by: operatorName() } });
        const given = input ?? { ...(args ? { args } : {}), ...(kwargs ? { kwargs } : {}) };
        const run = await send(task, given, sendOptionsOf(options, terminal.clock.now()));
        if (wait) await waitFor(terminal, run, options);
        else answer(terminal, options.json, { id: run.id, task }, () => run.id);
      });
    });
}

function sendOptionsOf(options: CommandOptions, now: Instant): SendOptions {
  const { queue, priority, countdown, eta, expires, key, timeLimit } = options;
  return {
    ...(queue !== undefined && { queue }),
    ...(priority !== undefined && { priority }),
    ...(countdown !== undefined && { countdown: countdown / 1000 }),
    ...(eta !== undefined && { eta: timeFromNow("--eta", eta, now) }),
    ...(expires !== undefined && { expires: new Date(timeFromNow("--expires", expires, now)) }),
    ...(key !== undefined && { key }),
    ...(timeLimit !== undefined && { timeLimitMs: timeLimit }),
  };
}

async function waitFor(terminal: Terminal, run: SentRun, { timeout, json }: CommandOptions): Promise<void> {
  if (!json) terminal.err(`run ${run.id}\n`);
  try {
    const result = (await run.result(timeout === undefined ? {} : { timeoutMs: timeout })) ?? null;
    answer(terminal, json, { id: run.id, state: "succeeded", result }, () => JSON.stringify(result, null, 2));
  } catch (error) {
    const isUnknown = isHyoshiError(error, "result_unknown");
    if (!json && isUnknown) return terminal.err(`${error.message}\n`);
    if (!json || !isHyoshiError(error)) throw error;
    const { code, message } = error;
    if (isUnknown)
      return answer(terminal, json, { id: run.id, state: "succeeded", error: { code, message } }, () => "");
    // `run_failed` and its like name the state.
    const state = code.startsWith("run_") ? code.slice("run_".length) : null;
    answer(terminal, json, { id: run.id, state, error: { code, message } }, () => "");
    throw new Ending(exitCodeOf(error));
  }
}

async function assertKnown({ discovery, readers, config, clock }: App, task: string): Promise<void> {
  if (discovery.registry.find(task) !== undefined) return;
  const { defaultQueue } = config;
  const directory = await readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
  if (directory.find(task) !== undefined) return;
  const known = new Set([...discovery.registry.names(), ...directory.names()]);
  throw new HyoshiError(
    "not_found",
    `no task is called '${task}'${didYouMean(task, known) || "; 'hyoshi tasks' lists them, and --unknown sends it nevertheless"}`,
  );
}
