import { Command } from "commander";
import type { App } from "../../app/app.ts";
import { HyoshiError } from "../../base/error.ts";
import type { ListedPause, PauseTarget } from "../../ledger/pause-store.ts";
import { findPeriodicTaskId } from "../find-periodic-task.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { timeFromNow } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatTime } from "../times.ts";

interface TargetOptions {
  readonly all?: true;
  readonly tag?: string;
  readonly periodicTask?: string;
  readonly schedule?: string;
  readonly json?: true;
}

interface PauseOptions extends TargetOptions {
  readonly reason: string;
  readonly until?: string;
}

const withTarget = (command: Command): Command =>
  command
    .option("--all", "everything")
    .option("--tag <tag>", "every periodic task with this tag")
    .option("--periodic-task <name>", "this periodic task, by name or id")
    .option("--schedule <id>", "one schedule, by id")
    .option("--json", "answer in JSON");

export function pauseCommand(terminal: Terminal): Command {
  return withTarget(new Command("pause"))
    .description("skip nominal times for a while; what was sent already goes on")
    .requiredOption("--reason <text>", "why: it stands in the ledger and on the screens")
    .option(
      "--until <time>",
      "when it ends by itself: 30m, 12h, 90d, or an ISO 8601 time with an offset (default: when resumed)",
    )
    .action((options: PauseOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const target = await targetOf(app, options);
        const untilAt =
          options.until === undefined ? null : timeFromNow("--until", options.until, terminal.clock.now());
        const pause = await app.catalog.pauses.begin(target, { reason: options.reason, untilAt }, operator());
        answer(terminal, options.json, pause, () => {
          const end = untilAt === null ? "until it is resumed" : `until ${formatTime(untilAt, app.config.timeZone)}`;
          return `paused ${nameOf(pause)} ${end}`;
        });
      }),
    );
}

export function resumeCommand(terminal: Terminal): Command {
  return withTarget(new Command("resume"))
    .description("end a pause; times that passed meanwhile stay passed")
    .action((options: TargetOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const target = await targetOf(app, options);
        const open = await app.catalog.pauses.open(target);
        if (open === undefined) {
          throw new HyoshiError("not_found", `${nameOf({ ...target, label: target.scopeId })} is not paused by itself`);
        }
        const pause = await app.catalog.pauses.get(open.id);
        await app.catalog.pauses.end(open.id, operator());
        answer(terminal, options.json, pause, () => `resumed ${nameOf(pause)}`);
      }),
    );
}

export function releaseCommand(terminal: Terminal): Command {
  return new Command("release")
    .description(
      "let a periodic task fire again that was held for its failures, or because it had sent all of its runs",
    )
    .argument("<periodic-task>", "its name or id")
    .option("--json", "answer in JSON")
    .action((text: string, options: { json?: true }, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const id = await findPeriodicTaskId(app, text);
        const before = await app.catalog.periodicTasks.get(id);
        const task = await app.catalog.editor.release(id, operator());
        answer(terminal, options.json, { id, name: task.name, wasHeld: before.heldReason !== null }, () =>
          before.heldReason === null ? `'${task.name}' was not held` : `released '${task.name}'`,
        );
      }),
    );
}

async function targetOf(app: App, { all, tag, periodicTask, schedule }: TargetOptions): Promise<PauseTarget> {
  const given = [all, tag, periodicTask, schedule].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw new HyoshiError("usage", "say what is meant by one of --all, --tag, --periodic-task and --schedule");
  }
  if (tag !== undefined) return { scope: "tag", scopeId: tag };
  if (periodicTask !== undefined) {
    return { scope: "periodic-task", scopeId: String(await findPeriodicTaskId(app, periodicTask)) };
  }
  return schedule === undefined ? { scope: "all", scopeId: "" } : { scope: "schedule", scopeId: schedule };
}

function nameOf({ scope, scopeId, label }: Pick<ListedPause, "scope" | "scopeId" | "label">): string {
  switch (scope) {
    case "all":
      return "everything";
    case "tag":
      return `the tag '${scopeId}'`;
    case "periodic-task":
      return `'${label}'`;
    default:
      return `schedule ${scopeId} of '${label}'`;
  }
}
