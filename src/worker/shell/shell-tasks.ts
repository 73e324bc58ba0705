import { realpathSync } from "node:fs";
import { resolve, sep } from "node:path";
import { z } from "zod";
import { type Clock, systemClock } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { TaskContext } from "../../task/context.ts";
import { type AnyTask, type Arguments, task } from "../../task/task.ts";
import { invalidTask } from "../../task/task-options.ts";
import { toJson } from "../../task/to-json.ts";
import { commandEnvironment } from "./command-environment.ts";
import { runCommand } from "./run-command.ts";
import {
  type LeftoverRule,
  type ResolvedShell,
  SHELL_PERMISSION,
  SHELL_TASK,
  type ShellTaskSettings,
} from "./shell-settings.ts";
import { findUser, ownUser } from "./system-user.ts";

export interface ShellSurroundings {
  /** What relative folders are relative to: where the settings' file lies. */
  readonly folder: string;
  /** The worker's own environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

/** The shell tasks that the settings name. Fails with `invalid_task` where one makes no sense. */
export function shellTasks(shell: ResolvedShell, surroundings: ShellSurroundings): readonly AnyTask[] {
  const named = Object.entries(shell.tasks).map(([name, settings]) => namedTask(name, settings, shell, surroundings));
  return shell.commands ? [commandTask(shell, surroundings), ...named] : named;
}

/** A command as it was asked for, before anything was looked up. */
interface Asked {
  readonly command: string | readonly string[];
  readonly given: readonly Readonly<Record<string, string>>[];
  readonly input?: JsonObject;
  readonly stdin: string | undefined;
  readonly cwd: string;
  /** Null: anywhere. */
  readonly folders: readonly string[] | null;
  readonly user: string | undefined;
  readonly successCodes: readonly number[];
  readonly leftover: LeftoverRule;
}

const leftover = z.enum(["stop", "leave"]);
const exitCode = z.number().int().min(0).max(255);
const variables = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string());

function commandTask(shell: ResolvedShell, surroundings: ShellSurroundings): AnyTask {
  const [first, ...others] = shell.users;
  const input = z.strictObject({
    command: z
      .union([
        z.string().trim().min(1).meta({ title: "Line" }),
        z.array(z.string()).min(1).meta({ title: "Arguments" }),
      ])
      .describe("A line for sh -c, or a program with its arguments, which no shell reads."),
    env: variables.optional().describe("Variables of its environment."),
    secrets: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().meta({ secret: true }))
      .optional()
      .describe("Variables of its environment that nobody is shown again."),
    stdin: z.string().optional().describe("What it reads on its standard input."),
    cwd: z.string().min(1).optional().describe("Where it works; ~ is the home of its user."),
    ...(first !== undefined && {
      user: z
        .enum([first, ...others])
        .optional()
        .describe("Whose process it is; else the worker's user."),
    }),
    successCodes: z.array(exitCode).min(1).default([0]).describe("The exit codes that mean success."),
    leftover: leftover.default("stop").describe("What becomes of processes that it leaves behind."),
  });
  return task(SHELL_TASK, {
    description: "Runs a command of the worker's machine",
    permission: SHELL_PERMISSION,
    accept: "project",
    onLost: shell.onLost,
    // It only waits for another process.
    pool: "loop",
    input,
    run: (parsed, context) => {
      const { command, env = {}, secrets = {}, stdin, cwd = ".", successCodes } = parsed;
      const { user } = parsed as { readonly user?: string };
      const asked = { command, given: [env, secrets], stdin, cwd, user, folders: shell.folders };
      return execute({ ...asked, successCodes, leftover: parsed.leftover }, context, shell, surroundings);
    },
  });
}

function namedTask(
  name: string,
  settings: ShellTaskSettings,
  shell: ResolvedShell,
  surroundings: ShellSurroundings,
): AnyTask {
  const { command, input, stdin, cwd = ".", user, env = {}, successCodes = [0], leftover: rule, ...options } = settings;
  checkSettings(name, settings);
  const run = (parsed: unknown, context: TaskContext) => {
    const values = input === undefined ? {} : inputOf(name, parsed);
    if (input === undefined) refuseArguments(name, parsed as Required<Arguments>);
    return execute(
      {
        ...{ command, given: [env], input: values, cwd, user, folders: null, successCodes, leftover: rule ?? "stop" },
        stdin: stdin === "input" ? JSON.stringify(values) : undefined,
      },
      context,
      shell,
      surroundings,
    );
  };
  return task(name, {
    permission: SHELL_PERMISSION,
    accept: "project",
    onLost: shell.onLost,
    pool: "loop",
    ...options,
    ...(input !== undefined && { input }),
    run,
  });
}

function checkSettings(name: string, settings: ShellTaskSettings): void {
  const { command, stdin, user, cwd } = settings;
  const isLine = typeof command === "string" && command.trim() !== "";
  const isList = Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === "string");
  if (!isLine && !isList)
    throw invalidTask(name, "command", command, "a text for sh -c, or a list of a program and its arguments");
  if (stdin !== undefined && stdin !== "input") throw invalidTask(name, "stdin", stdin, `"input"`);
  if (user !== undefined && typeof user !== "string") throw invalidTask(name, "user", user, "a user's name");
  if (cwd !== undefined && typeof cwd !== "string") throw invalidTask(name, "cwd", cwd, "a folder's path");
  if (!variables.optional().safeParse(settings.env).success) {
    throw invalidTask(name, "env", settings.env, "texts by the names of variables");
  }
  if (!z.array(exitCode).min(1).optional().safeParse(settings.successCodes).success) {
    throw invalidTask(name, "successCodes", settings.successCodes, "a list of exit codes from 0 to 255");
  }
  if (!leftover.optional().safeParse(settings.leftover).success) {
    throw invalidTask(name, "leftover", settings.leftover, `"stop" or "leave"`);
  }
}

/** Of a schema that gives something else than JSON, what can be told as such. */
function inputOf(name: string, parsed: unknown): JsonObject {
  const { value } = toJson(parsed);
  if (value !== undefined && isJsonObject(value)) return value;
  throw new HyoshiError(
    "invalid_input",
    `the input of shell task '${name}' is no object, and cannot become variables`,
    {
      fields: { issues: [{ path: "", message: "expected an object" }] },
    },
  );
}

/** What takes no input must not seem to take any. */
function refuseArguments(name: string, { args, kwargs }: Required<Arguments>): void {
  if (args.length === 0 && Object.keys(kwargs).length === 0) return;
  throw new HyoshiError("invalid_input", `shell task '${name}' takes no input: its settings give it no schema`, {
    fields: { issues: [{ path: "", message: "expected nothing" }] },
  });
}

async function execute(
  asked: Asked,
  context: TaskContext,
  { passEnvironment }: ResolvedShell,
  { folder, env: worker, clock = systemClock }: ShellSurroundings,
): Promise<{ exitCode: number }> {
  const user = asked.user === undefined ? ownUser() : await findUser(asked.user);
  const env = commandEnvironment({
    worker,
    pass: passEnvironment,
    ...(user.ids !== undefined && { user }),
    given: asked.given,
    ...(asked.input !== undefined && { input: asked.input }),
    run: told(context),
  });
  const { command } = asked;
  // As cron has it: SHELL among the variables is what reads the line.
  const given: Readonly<Record<string, string>> = Object.assign({}, ...asked.given);
  const line = typeof command === "string" ? [given.SHELL || "/bin/sh", "-c", command] : command;
  const [program = "", ...args] = line;
  return runCommand(
    {
      ...{ program, args, env, ids: user.ids, stdin: asked.stdin },
      cwd: placeOf(asked, folder, user.home),
      successCodes: asked.successCodes,
      leftover: asked.leftover,
    },
    { log: context.log, signal: context.signal, clock },
  );
}

/** What the command is told of its run. */
function told(context: TaskContext): Record<string, string | undefined> {
  const { runId, attempt, queuedAt, nominalAt, periodicTask } = context;
  return {
    RUN_ID: runId,
    ATTEMPT: String(attempt),
    QUEUED_AT: new Date(queuedAt).toISOString(),
    NOMINAL_AT: nominalAt === undefined ? undefined : new Date(nominalAt).toISOString(),
    PERIODIC_TASK_ID: periodicTask === undefined ? undefined : String(periodicTask.id),
  };
}

/** The working folder. Links are followed before it is compared with the allowed ones. */
function placeOf({ cwd, folders }: Asked, folder: string, home: string): string {
  const place = cwd === "~" || cwd.startsWith("~/") ? resolve(home, cwd.slice(2)) : resolve(folder, cwd);
  if (folders === null) return place;
  const real = realPath(place);
  const isAllowed = folders.some((allowed) => {
    const top = realPath(allowed);
    return real === top || real.startsWith(top.endsWith(sep) ? top : top + sep);
  });
  if (isAllowed) return real;
  throw new HyoshiError(
    "command_not_started",
    `the command was not started: the settings do not let it work in '${place}', expected ${folders.join(", ")} or a folder below`,
    { fields: { cwd: place, accepted: folders } },
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
