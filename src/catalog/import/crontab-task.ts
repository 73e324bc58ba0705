import type { JsonObject } from "../../base/json.ts";
import type { PeriodicTaskInput } from "../periodic-task-check.ts";
import type { CrontabJob } from "./crontab-file.ts";

/** Which task runs the commands, and what of a line it takes. */
export interface CommandTask {
  readonly name: string;
  /** The key of its input that takes the command. */
  readonly commandKey: string;
  /** Whether it has an input schema; else the command is a keyword argument. */
  readonly hasSchema: boolean;
  /** The other keys that its schema has; `any` where it has none to say so. */
  readonly keys: ReadonlySet<string> | "any";
  /** The users that its `user` may be; absent: it names none. */
  readonly users?: ReadonlySet<string>;
}

export interface CrontabTaskContext {
  readonly task: CommandTask;
  readonly name: string;
  /** Of lines above which no CRON_TZ stands. */
  readonly zone: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
}

/** A line of a crontab as a periodic task, and what is not as it was there. */
export function crontabTask(
  job: CrontabJob,
  { task, name, zone, tags, enabled }: CrontabTaskContext,
): { input: PeriodicTaskInput; notes: readonly string[] } {
  const notes = [...job.notes];
  const takes = (key: string) => task.keys === "any" || task.keys.has(key);
  const values: Record<string, string | JsonObject> = { [task.commandKey]: job.command };
  if (job.stdin !== null) {
    if (takes("stdin")) values.stdin = job.stdin;
    else notes.push(`its standard input is lost: the task '${task.name}' takes no 'stdin'`);
  }
  if (Object.keys(job.env).length > 0) {
    if (takes("env")) values.env = job.env;
    else {
      const names = Object.keys(job.env).join(", ");
      notes.push(`the settings ${names} above it are lost: the task '${task.name}' takes no 'env'`);
    }
  }
  if (job.user !== null && task.users?.has(job.user)) values.user = job.user;
  else if (job.user !== null) notes.push(`ran as '${job.user}': here it runs as the worker's user`);
  // cron's commands begin in the home of their user.
  if (task.keys !== "any" && takes("cwd")) values.cwd = job.env.HOME ?? "~";
  if (job.mailTo !== null) notes.push(`cron mailed its output to ${job.mailTo}: here it is in the run's log`);
  if (job.zone === null && job.env.TZ !== undefined) {
    notes.push(`TZ=${job.env.TZ} is the command's, not the schedule's: its times are read in ${zone}`);
  }
  const schedule = {
    ...{ kind: "crontab", expression: job.expression, days: "or", zone: job.zone ?? zone },
    ...(job.delayMinutes !== null && { jitterMs: job.delayMinutes * 60_000 }),
  };
  return {
    input: {
      name,
      task: task.name,
      ...(task.hasSchema ? { input: values } : { kwargs: values }),
      enabled,
      description: job.comment,
      tags,
      schedules: [schedule],
    },
    notes,
  };
}
