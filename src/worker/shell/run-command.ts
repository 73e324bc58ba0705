import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Clock } from "../../base/clock.ts";
import { HyoshiError, isHyoshiError, messageOf } from "../../base/error.ts";
import type { TaskLog } from "../../task/context.ts";
import { CommandGroup } from "./command-group.ts";
import { CommandGuard } from "./command-guard.ts";
import { HEAD_BYTES, type OutputBudget, OutputLines } from "./output-lines.ts";
import type { LeftoverRule } from "./shell-settings.ts";

/** How long a command has between TERM and KILL: less than the attempt is given to end after it was asked to. */
export const KILL_AFTER_MS = 4_000;
/** The same where the worker stops, which is in more of a hurry. */
const KILL_AFTER_STOP_MS = 700;
/** What ends so soon after a command was not left behind by it. */
const SETTLES_MS = 500;
/** How long the output of a command that has ended is waited for, where something that left its group holds it open. */
const OUTPUT_AFTER_END_MS = 1_000;

export interface Command {
  /** The program and its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  readonly stdin: string | undefined;
  readonly successCodes: readonly number[];
  readonly leftover: LeftoverRule;
}

export interface CommandRun {
  readonly log: TaskLog;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

const guard = new CommandGuard();

/**
 * Runs a command in a process group of its own until it has ended and nothing of its group is left. What it writes goes to the log as it comes: its
 * output as `INFO`, its errors as `WARN`. When the signal is aborted the whole group gets TERM, and KILL a few seconds later; when this
 * process dies, however, a guard does the same.
 *
 * @throws HyoshiError `command_failed` (another exit code, or a signal), `command_not_started`, or the signal's reason
 */
export async function runCommand(command: Command, { log, signal, clock }: CommandRun): Promise<{ exitCode: number }> {
  signal.throwIfAborted();
  const child = start(command);
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  if (child.pid === undefined) {
    throw notStarted(command, await exited.catch((error: unknown) => error));
  }
  const group = new CommandGroup(child.pid, clock);
  guard.add(group.id);
  const closed = once(child, "close");
  closed.catch(() => {});
  const finishOutput = keepOutput(child, log);
  if (command.stdin !== undefined) give(child, command.stdin);
  let ending: Promise<void> | undefined;
  const stop = () => {
    log.warn(`hyoshi: the command is told to end (TERM): ${messageOf(signal.reason)}`);
    const isStopping = isHyoshiError(signal.reason, "worker_stopped");
    ending = group.end(isStopping ? KILL_AFTER_STOP_MS : KILL_AFTER_MS);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [exitCode, killedBy] = await exited;
    signal.removeEventListener("abort", stop);
    if (ending !== undefined) await ending;
    else if (group.isAlive && command.leftover === "stop") await endLeftover(group, log);
    await outputEnd(child, closed, { clock, log, rule: command.leftover });
    finishOutput();
    if (ending !== undefined) signal.throwIfAborted();
    if (exitCode !== null && command.successCodes.includes(exitCode)) return { exitCode };
    throw failed(command, exitCode, killedBy);
  } finally {
    signal.removeEventListener("abort", stop);
    guard.remove(group.id);
  }
}

function start({ program, args, cwd, env, ids, stdin }: Command): ChildProcess {
  try {
    return spawn(program, [...args], {
      cwd,
      env,
      // A group and session of its own, so that all of it can be ended at once, and ^C at a terminal is the worker's alone.
      detached: true,
      stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      ...ids,
    });
  } catch (error) {
    throw notStarted({ program, cwd }, error);
  }
}

/** Answers what writes the rest when the streams have ended. */
function keepOutput(child: ChildProcess, log: TaskLog): () => void {
  const budget: OutputBudget = { left: HEAD_BYTES };
  const out = new OutputLines(budget, log.info);
  const err = new OutputLines(budget, log.warn);
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk)).on("error", () => {});
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk)).on("error", () => {});
  return () => {
    out.close();
    err.close();
  };
}

function give(child: ChildProcess, text: string): void {
  // A command need not read all of it.
  child.stdin?.on("error", () => {});
  child.stdin?.end(text);
}

async function endLeftover(group: CommandGroup, log: TaskLog): Promise<void> {
  if (await group.gone(SETTLES_MS)) return;
  log.warn("hyoshi: the command has ended and left processes behind, which are told to end (TERM)");
  await group.end(KILL_AFTER_MS);
}

/** Waits for the ends of both streams, for a moment only where something else holds them open. */
async function outputEnd(
  child: ChildProcess,
  closed: Promise<unknown>,
  { clock, log, rule }: { clock: Clock; log: TaskLog; rule: LeftoverRule },
): Promise<void> {
  let stopWaiting = () => {};
  const tired = new Promise<"tired">((resolve) => {
    stopWaiting = clock.after(OUTPUT_AFTER_END_MS, () => resolve("tired"));
  });
  const first = await Promise.race([closed, tired]);
  stopWaiting();
  if (first !== "tired") return;
  child.stdout?.destroy();
  child.stderr?.destroy();
  const who = rule === "leave" ? "a process that the command left behind" : "a process that left the command's group";
  log.warn(`hyoshi: ${who} still holds its output; what it writes from now on is not kept`);
}

function failed({ successCodes }: Command, exitCode: number | null, killedBy: NodeJS.Signals | null): HyoshiError {
  const expected = successCodes.join(", ");
  const what =
    exitCode === null ? `the command was ended by ${killedBy}` : `the command ended with exit code ${exitCode}`;
  return new HyoshiError("command_failed", `${what}: expected ${expected}`, {
    fields: { exitCode, signal: killedBy, accepted: expected },
  });
}

function notStarted({ program, cwd }: Pick<Command, "program" | "cwd">, error: unknown): HyoshiError {
  const { code, message } = (error ?? {}) as { readonly code?: string; readonly message?: string };
  const why =
    code === "ENOENT"
      ? `there is no program '${program}', or no folder '${cwd}'`
      : code === "EACCES"
        ? `'${program}' may not be executed, or '${cwd}' not be entered`
        : code === "EPERM"
          ? "the worker may not run a command as another user"
          : code === "E2BIG"
            ? "its arguments and environment are larger than the system takes: give large input on the standard input"
            : (message ?? "the system did not say why");
  return new HyoshiError("command_not_started", `the command was not started: ${why}`, { cause: error });
}
