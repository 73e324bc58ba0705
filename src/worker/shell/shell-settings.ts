import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { TaskOptions } from "../../task/task-options.ts";

/** The task whose input is the command itself. */
export const SHELL_TASK = "hyoshi.shell";
/** What a person needs to send a shell task or to make a periodic task of one. */
export const SHELL_PERMISSION = "shell-tasks.run";

/** What becomes of processes that a command leaves behind in its process group when it ends. */
export type LeftoverRule = "stop" | "leave";

/** A command under a task's name. Besides what stands here it takes the options that any task does. */
export interface ShellTaskSettings extends TaskOptions {
  /** A text is run by `sh -c`; a list is a program and its arguments, and no shell reads it. */
  readonly command: string | readonly string[];
  /**
   * The schema of what it is sent with. Each property is a variable of the command's environment, `INPUT_` and its name: a text as it is, anything
   * else as JSON. It never becomes part of the command's text. Default: it takes nothing.
   */
  readonly input?: StandardSchemaV1;
  /** `"input"`: the command reads its input on its standard input as well, as JSON. Default: an empty one. */
  readonly stdin?: "input";
  /** Where it works: absolute, relative to the settings' file, or below the user's home (`~/…`). Default: the folder of the settings' file. */
  readonly cwd?: string;
  /** Whose process it is; another one than the worker's needs a worker that runs as root. Default: the worker's. */
  readonly user?: string;
  /** Variables beside the few that every command gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** The exit codes that mean success. Default: `[0]`. */
  readonly successCodes?: readonly number[];
  /** What becomes of processes that it leaves behind in its process group. Default: `"stop"`. */
  readonly leftover?: LeftoverRule;
}

/** Which shell tasks there are, and what bounds them. */
export interface ResolvedShell {
  /** Whether there is the task {@link SHELL_TASK}. */
  readonly commands: boolean;
  readonly tasks: Readonly<Record<string, ShellTaskSettings>>;
  /** Absolute. In these, or below them, commands of {@link SHELL_TASK} may work; null: anywhere. */
  readonly folders: readonly string[] | null;
  /** Whose processes commands of {@link SHELL_TASK} may be, beside the worker's own user. */
  readonly users: readonly string[];
  readonly passEnvironment: readonly string[];
  readonly onLost: "fail" | "retry";
}

/** The permission that a task's name asks for whether or not a process has told of it yet; undefined for one that is no shell task. */
export function shellPermissionOf(task: string, shell: ResolvedShell | null): string | null | undefined {
  const tasks = Object.entries(shell?.tasks ?? {});
  const own = tasks.find(([name, { formerNames }]) => name === task || formerNames?.includes(task))?.[1];
  // Null takes the question away: whoever may send tasks may send this one.
  if (own !== undefined) return own.permission === undefined ? SHELL_PERMISSION : own.permission;
  return task === SHELL_TASK ? SHELL_PERMISSION : undefined;
}
