import { Command } from "commander";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { timeFromNow } from "../parse-options.ts";
import { table } from "../table.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatTime } from "../times.ts";

interface PauseOptions {
  readonly reason: string;
  readonly until?: string;
  readonly json?: true;
}

interface PurgeOptions {
  readonly scheduled?: boolean;
  readonly yes?: true;
  readonly json?: true;
}

/** Queues: what waits in them, and holding them back. */
export function queuesCommandGroup(terminal: Terminal): Command {
  const group = new Command("queues").description("see the queues, pause and resume them, and empty them");
  const list = new Command("list")
    .description("list the queues with what waits in them")
    .option("--json", "answer in JSON")
    .action(({ json }: { json?: true }, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog, config }) => {
        const items = await catalog.status.queues();
        answer(terminal, json, items, () =>
          table(
            ["queue", "waiting", "held", "scheduled", "running", "workers", "oldest waits since", "paused"],
            items.map((queue) => [
              queue.name,
              ...[queue.ready, queue.held, queue.scheduled, queue.running, queue.workers].map(String),
              queue.oldestReadyAt === null ? "-" : formatTime(queue.oldestReadyAt, config.timeZone),
              queue.paused === null ? "-" : `by ${queue.paused.by}: ${queue.paused.reason}`,
            ]),
          ),
        );
      }),
    );
  const pause = new Command("pause")
    .description("let workers take nothing from a queue; what they have taken goes on, and what is sent waits")
    .argument("<queue>", "its name")
    .requiredOption("--reason <text>", "why: it stands on the screens, and on the runs that wait")
    .option(
      "--until <time>",
      "when it ends by itself: 30m, 12h, 90d, or an ISO 8601 time with an offset (default: when resumed)",
    )
    .option("--json", "answer in JSON")
    .action((queue: string, { reason, until, json }: PauseOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog, config }) => {
        const untilAt = until === undefined ? null : timeFromNow("--until", until, terminal.clock.now());
        const hold = await catalog.queues.hold("queue", queue, { reason, untilAt }, operator());
        const end = untilAt === null ? "until it is resumed" : `until ${formatTime(untilAt, config.timeZone)}`;
        answer(terminal, json, hold, () => `paused the queue '${queue}' ${end}`);
      }),
    );
  const resume = new Command("resume")
    .description("let workers take from a paused queue again")
    .argument("<queue>", "its name")
    .action((queue: string, _options: object, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog }) => {
        await catalog.queues.resume("queue", queue, operator());
        terminal.out(`resumed the queue '${queue}'\n`);
      }),
    );
  const purge = new Command("purge")
    .description("cancel what waits in a queue; what is being executed goes on")
    .argument("<queue>", "its name")
    .option("--scheduled", "also what is to begin later")
    .option("--yes", "do it; without this, it only says what it would cancel")
    .option("--json", "answer in JSON")
    .action((queue: string, { scheduled = false, yes, json }: PurgeOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog }) => {
        const { queues } = catalog;
        const done = yes ? await queues.purge(queue, { scheduled }, operator()) : undefined;
        const purged = done ?? (await queues.wouldPurge(queue, { scheduled }));
        answer(terminal, json, { ...purged, purged: done !== undefined }, () => {
          const messages =
            purged.messages === 0 ? "" : `, and ${done ? "removed" : "remove"} ${purged.messages} messages`;
          return done
            ? `cancelled ${purged.runs} runs of the queue '${queue}'${messages}`
            : `would cancel ${purged.runs} runs of the queue '${queue}'${messages}; --yes does it`;
        });
      }),
    );
  group.addCommand(list, { isDefault: true });
  for (const command of [pause, resume, purge]) group.addCommand(command);
  return group;
}
