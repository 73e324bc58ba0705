import type { Command } from "commander";
import type { App } from "../app/app.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { RemoteReplies, RemoteRequest } from "../control/remote-control.ts";
import { Ending } from "./ending.ts";
import { exitCodes } from "./exit-code.ts";
import { withApp } from "./open-command-app.ts";
import { names, seconds } from "./parse-options.ts";
import { answer, type Terminal } from "./terminal.ts";

export interface AskOptions {
  readonly destination?: readonly string[];
  /** In ms. */
  readonly timeout?: number;
  readonly json?: true;
}

const TIMEOUT_MS = 1_000;

/** The options of every command to workers. */
export function withAskOptions(command: Command): Command {
  return command
    .option("--destination <nodes>", "only these workers, by their node names (default: all)", names)
    .option("--timeout <seconds>", "how long replies are waited for (default: 1)", seconds)
    .option("--json", "answer in JSON");
}

/** Sends a command to workers and prints what they reply; `before` is done first, with the project open. */
export function askWorkers(
  terminal: Terminal,
  command: Command,
  request: Pick<RemoteRequest, "command" | "arguments">,
  options: AskOptions,
  before: (app: App) => Promise<void> = async () => {},
): Promise<void> {
  const { destination, timeout = TIMEOUT_MS, json } = options;
  return withApp(terminal, command, {}, async (app) => {
    await before(app);
    const replies = await app.catalog.remote.ask({
      ...request,
      timeoutMs: Math.max(timeout, 1),
      ...(destination !== undefined && { to: destination }),
    });
    answer(terminal, json, Object.fromEntries(replies), () => linesOf(replies));
    if (request.command === "shutdown") return;
    const missing = destination?.filter((node) => !replies.has(node)) ?? [];
    if (replies.size === 0 || missing.length > 0) {
      const who = missing.length > 0 ? missing.join(", ") : "any worker";
      terminal.err(`no reply from ${who} within ${timeout / 1000} s\n`);
      throw new Ending(exitCodes.timedOut);
    }
    if ([...replies.values()].some(hasError)) throw new Ending(exitCodes.failed);
  });
}

const hasError = (reply: Json): boolean => isJsonObject(reply) && reply.error !== undefined;

/** Each worker's name, and its reply below it. */
function linesOf(replies: RemoteReplies): string {
  return [...replies]
    .map(([node, reply]) => [node, ...replyLines(reply).map((line) => `  ${line}`)].join("\n"))
    .join("\n");
}

function replyLines(reply: Json): readonly string[] {
  if (Array.isArray(reply)) {
    if (reply.length === 0) return ["(none)"];
    return (reply as readonly Json[]).flatMap((item) => (typeof item === "string" ? item : linesOfValue(item)));
  }
  if (!isJsonObject(reply)) return linesOfValue(reply);
  const { ok, error } = reply;
  if (error !== undefined) return [`error: ${textOf(error)}`];
  if (ok !== undefined && Object.keys(reply).length === 1) return textOf(ok).split("\n");
  if (Object.keys(reply).length === 0) return ["(none)"];
  return linesOfValue(reply);
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
const linesOfValue = (value: Json): readonly string[] => JSON.stringify(value, null, 2).split("\n");
