import { Command, InvalidArgumentError } from "commander";
import type { BackfillPreview } from "../../catalog/backfills.ts";
import { Ending } from "../ending.ts";
import { exitCodes } from "../exit-code.ts";
import { findPeriodicTaskId } from "../find-periodic-task.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { timeBeforeNow, wholeNumber } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatDuration, formatTime } from "../times.ts";

interface BackfillOptions {
  readonly from: string;
  readonly to?: string;
  readonly schedule?: readonly number[];
  readonly rate?: number;
  readonly cap: number;
  readonly includeSent?: true;
  readonly allowOverlap?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

const LENGTH = /^\d+[smhdw]$/;

export function backfillCommand(terminal: Terminal): Command {
  return new Command("backfill")
    .description("run a periodic task for every nominal time of a stretch that has passed")
    .argument("<periodic-task>", "its name or id")
    .requiredOption(
      "--from <time>",
      "from this time on: 7d, or ISO 8601, on the project's clock unless it names an offset",
    )
    .option("--to <time>", "up to this time (default: now)")
    .option("--schedule <id>", "only this schedule; may be repeated", scheduleId)
    .option("--rate <number>", "how many runs may begin in a minute (default: all at once)", wholeNumber(1, 100_000))
    .option("--cap <number>", "refuse to send more", wholeNumber(1, 10_000), 1_000)
    .option("--include-sent", "also the times for which a run was sent: a replay")
    .option("--allow-overlap", "although the overlap rule would not")
    .option("--dry-run", "show what would be sent, and send nothing")
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nEach schedule as it was at that time, with the periodic task's options of today. One that was interrupted can be begun again: what it has sent is left out.",
    )
    .action((text: string, options: BackfillOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const id = await findPeriodicTaskId(app, text);
        const now = terminal.clock.now();
        const time = (option: string, given: string) =>
          LENGTH.test(given) ? timeBeforeNow(option, given, now) : given;
        const request = {
          from: time("--from", options.from),
          to: options.to === undefined ? now : time("--to", options.to),
          cap: options.cap,
          perMinute: options.rate ?? null,
          includeSent: options.includeSent ?? false,
          ...(options.schedule !== undefined && { scheduleIds: options.schedule }),
          ...(options.allowOverlap && { overlap: "allow" as const }),
        };
        if (options.dryRun) {
          const preview = await app.catalog.backfills.preview(id, request);
          answer(terminal, options.json, preview, () => previewLines(preview, options.cap, app.config.timeZone));
          if (preview.beyondCap) throw new Ending(exitCodes.failed);
          return;
        }
        const report = await app.catalog.backfills.run(id, request, operator());
        answer(terminal, options.json, report, () =>
          [
            `sent ${report.sent}`,
            ...(report.waiting > 0 ? [`${report.waiting} wait for others to end`] : []),
            ...(report.skipped > 0 ? [`${report.skipped} not sent: the overlap rule allows no other`] : []),
          ].join("; "),
        );
      }),
    );
}

function scheduleId(text: string, before: readonly number[] | undefined): number[] {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("expected a schedule's id");
  return [...(before ?? []), Number(text)];
}

function previewLines(preview: BackfillPreview, cap: number, zone: string): string {
  const { runs, beyondCap, alreadySent, firstAt, lastAt, schedules, takesMs, limitedTo } = preview;
  const count = beyondCap ? `more than ${cap}` : String(runs);
  return [
    `${count} run${runs === 1 ? "" : "s"} would be sent${firstAt === null ? "" : `, for ${formatTime(firstAt, zone)} to ${formatTime(lastAt, zone)}`}`,
    ...(schedules.length < 2
      ? []
      : schedules.map(
          ({ scheduleId: id, name, runs: own }) => `  schedule ${id}${name === "" ? "" : ` (${name})`}: ${own}`,
        )),
    ...(alreadySent > 0 ? [`${alreadySent} left out: a run was sent for them (--include-sent)`] : []),
    ...(takesMs > 0 ? [`the last one begins ${formatDuration(takesMs)} after the first`] : []),
    ...(limitedTo !== null && runs > limitedTo
      ? [`the overlap rule lets ${limitedTo} of them through at once (--allow-overlap)`]
      : []),
    ...(beyondCap ? ["refused: raise --cap, or choose a shorter stretch"] : []),
  ].join("\n");
}
