import { Command } from "commander";
import type { App } from "../../app/app.ts";
import { HyoshiError } from "../../base/error.ts";
import type { HoldScope } from "../../ledger/pause-store.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { timeFromNow, wholeNumber } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";

interface DrainOptions {
  readonly worker?: string;
  readonly host?: string;
  readonly queue?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly wait?: number;
  readonly resume?: true;
  readonly json?: true;
}

interface Target {
  readonly scope: HoldScope;
  readonly name: string;
}

const LOOK_EVERY_MS = 250;

export function drainCommand(terminal: Terminal): Command {
  return new Command("drain")
    .description("let a worker, the workers of a host or those of a queue take nothing more and finish what they have")
    .option("--worker <name>", "this worker, until it is resumed or ends")
    .option("--host <name>", "all workers of this host, also those that start later, until it is resumed")
    .option("--queue <name>", "this queue: it is paused")
    .option("--reason <text>", "why: it stands on the screens", "drained by hyoshi drain")
    .option(
      "--until <time>",
      "when it ends by itself: 30m, 12h, 90d, or an ISO 8601 time with an offset (default: when resumed)",
    )
    .option("--wait <seconds>", "wait so long at most until nothing is being executed any more", wholeNumber(1, 86_400))
    .option("--resume", "take again")
    .option("--json", "answer in JSON")
    .action((options: DrainOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const target = targetOf(options);
        const { queues } = app.catalog;
        if (options.resume) {
          await queues.resume(target.scope, target.name, operator());
          answer(
            terminal,
            options.json,
            { ...target, resumed: true },
            () => `resumed the ${target.scope} '${target.name}'`,
          );
          return;
        }
        const { reason = "", until, wait } = options;
        const untilAt = until === undefined ? null : timeFromNow("--until", until, terminal.clock.now());
        if (target.scope !== "queue") await assertThere(app, target);
        await queues.hold(target.scope, target.name, { reason, untilAt }, operator());
        const running = await untilIdle(app, target, (wait ?? 0) * 1_000);
        answer(terminal, options.json, { ...target, running }, () =>
          running === 0
            ? `drained the ${target.scope} '${target.name}': nothing is being executed`
            : `the ${target.scope} '${target.name}' takes nothing more; ${running} ${running === 1 ? "run is" : "runs are"} being executed still`,
        );
      }),
    );
}

function targetOf({ worker, host, queue }: DrainOptions): Target {
  const targets: Target[] = [
    ...(worker === undefined ? [] : [{ scope: "worker" as const, name: worker }]),
    ...(host === undefined ? [] : [{ scope: "host" as const, name: host }]),
    ...(queue === undefined ? [] : [{ scope: "queue" as const, name: queue }]),
  ];
  const [target] = targets;
  if (target === undefined || targets.length > 1) {
    throw new HyoshiError("usage", "say what is meant by one of --worker, --host and --queue");
  }
  return target;
}

async function workersOf(app: App, { scope, name }: Target) {
  const processes = await app.catalog.status.processes();
  const workers = processes.filter(({ kind, live }) => kind === "worker" && live);
  return workers.filter((worker) => (scope === "worker" ? worker.name === name : worker.host === name));
}

async function assertThere(app: App, target: Target): Promise<void> {
  if ((await workersOf(app, target)).length > 0) return;
  if (target.scope === "host") return;
  throw new HyoshiError("not_found", `no worker is called '${target.name}'; 'hyoshi drain --host' takes a host's name`);
}

/** How many runs are being executed still. */
async function untilIdle(app: App, target: Target, withinMs: number): Promise<number> {
  const running = async () => {
    if (target.scope === "queue") {
      return (await app.catalog.status.queues()).find(({ name }) => name === target.name)?.running ?? 0;
    }
    const workers = await workersOf(app, target);
    return workers.reduce((sum, worker) => sum + worker.running, 0);
  };
  const end = app.clock.monotonic() + withinMs;
  for (;;) {
    const count = await running();
    if (count === 0 || app.clock.monotonic() >= end) return count;
    await new Promise<void>((resolve) => void app.clock.after(LOOK_EVERY_MS, resolve));
  }
}
