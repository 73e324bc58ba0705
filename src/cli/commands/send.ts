import { Command } from "commander";
import type { App } from "../../app/app.ts";
import { didYouMean } from "../../base/did-you-mean.ts";
import { HyoshiError, isHyoshiError } from "../../base/error.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { readTaskDirectory } from "../../catalog/task-directory.ts";
import type { SentRun } from "../../task/send.ts";
import { Ending } from "../ending.ts";
import { exitCodeOf } from "../exit-code.ts";
import { withApp } from "../open-command-app.ts";
import { operatorName } from "../operator.ts";
import { json, jsonList, jsonObject, seconds } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";

interface SendOptions {
  readonly input?: Json;
  readonly args?: readonly Json[];
  readonly kwargs?: JsonObject;
  readonly queue?: string;
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
    .option("--wait", "wait until it has ended, print its result, and end as it ends")
    .option("--timeout <seconds>", "how long to wait at most", seconds)
    .option("--unknown", "send it although neither the project nor any process knows the task")
    .option("--json", "answer in JSON")
    .action((task: string, options: SendOptions, command: Command) => {
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
        const run = await send(task, given, options.queue === undefined ? {} : { queue: options.queue });
        if (wait) await waitFor(terminal, run, options);
        else answer(terminal, options.json, { id: run.id, task }, () => run.id);
      });
    });
}

async function waitFor(terminal: Terminal, run: SentRun, { timeout, json }: SendOptions): Promise<void> {
  if (!json) terminal.err(`run ${run.id}\n`);
  try {
    const result = (await run.result(timeout === undefined ? {} : { timeoutMs: timeout })) ?? null;
    answer(terminal, json, { id: run.id, state: "succeeded", result }, () => JSON.stringify(result, null, 2));
  } catch (error) {
    if (!json || !isHyoshiError(error)) throw error;
    const { code, message } = error;
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
