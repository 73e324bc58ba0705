import { Command, Option } from "commander";
import { HyoshiError } from "../../base/error.ts";
import type { SchedulePreview } from "../../catalog/preview-schedule.ts";
import { wholeNumber } from "../parse-options.ts";
import { projectZone } from "../project.ts";
import { parseScheduleWords } from "../schedule-words.ts";
import { answer, type Terminal } from "../terminal.ts";

interface PreviewOptions {
  readonly zone?: string;
  readonly after?: string;
  readonly window?: string;
  readonly count: number;
  readonly gap?: string;
  readonly fold?: string;
  readonly or?: true;
  readonly start?: string;
  readonly end?: string;
  readonly holidays?: string;
  readonly closed: "skip" | "previous" | "next";
  readonly uid?: string;
  readonly perDay?: true;
  readonly lang: "en" | "ja";
  readonly json?: true;
}

export function previewCommand(terminal: Terminal): Command {
  return new Command("preview")
    .description("show when a schedule would fire")
    .argument(
      "<expression...>",
      "a crontab ('30 2 * * 1-5'), a name such as @daily, 'every 5 minutes', an event of the sun with latitude and longitude ('sunset 35.68 139.77'), an instant (2027-01-01T09:00:00+09:00), or a schedule's JSON",
    )
    .option("--zone <zone>", "the time zone (default: the project's, or UTC outside of one)")
    .option(
      "--after <time>",
      "show times after this one: ISO 8601, in the zone unless it names an offset (default: now)",
    )
    .option("--count <number>", "how many times", wholeNumber(1, 1000), 10)
    .option("--window <from/to>", "show all times between two, at most 1,000, in place of --after and --count")
    .option("--per-day", "show how often it fires on each of 28 days as well")
    .addOption(
      new Option("--gap <rule>", "a time that the clock leaves out: right after the gap, or skipped").choices([
        "default",
        "after",
        "skip",
      ]),
    )
    .addOption(
      new Option("--fold <rule>", "a time that the clock reads twice: at its first pass, the second, or both").choices([
        "default",
        "first",
        "second",
        "both",
      ]),
    )
    .option("--or", "day of month or day of week is enough, as in cron (default: both must match)")
    .option("--start <time>", "no time before this one")
    .option("--end <time>", "no time after this one")
    .option(
      "--holidays <country>",
      "close the weekends and the public holidays of a country (JP) or a part of one (DE/BY)",
    )
    .addOption(
      new Option("--closed <rule>", "a time on a closed day: skipped, or moved to the business day before or after")
        .choices(["skip", "previous", "next"])
        .default("skip"),
    )
    .option("--uid <uid>", "the uid of a saved schedule, which settles what H stands for")
    .addOption(new Option("--lang <language>", "the language of the description").choices(["en", "ja"]).default("en"))
    .option("--json", "answer in JSON")
    .addHelpText("after", "\nQuote a crontab, or the shell replaces its stars by file names.")
    .action(async (words: string[], options: PreviewOptions, command: Command) => {
      const { previewSchedule } = await import("../../catalog/preview-schedule.ts");
      const { uid, count } = options;
      const now = terminal.clock.now();
      const zone = options.zone ?? (await projectZone(terminal, command));
      const window = options.window === undefined ? undefined : windowOf(options.window);
      const after = window?.from ?? options.after ?? now;
      const { days, ...preview } = {
        days: options.perDay === true,
        ...previewSchedule({
          definition: definitionOf(words, options),
          zone,
          after,
          count,
          until: window?.to,
          includesAfter: window !== undefined,
          uid,
          calendar: options.holidays === undefined ? null : await officeDays(options, after, now),
        }),
      };
      answer(terminal, options.json, preview, () => told(preview, options.lang, days));
    });
}

/** The schedule as it was typed, with the rules that the options name. */
function definitionOf(words: readonly string[], options: PreviewOptions): unknown {
  const { gap, fold, start, end } = options;
  const typed = parseScheduleWords(words);
  if (typeof typed !== "object" || typed === null) return typed;
  return {
    ...typed,
    ...(gap !== undefined && { gap }),
    ...(fold !== undefined && { fold }),
    ...(options.or && { days: "or" }),
    ...(start !== undefined && { startsAt: start }),
    ...(end !== undefined && { endsAt: end }),
  };
}

/** Both ends belong to the window. */
function windowOf(text: string): { from: string; to: string } {
  const [from = "", to = "", ...rest] = text.split("/");
  if (from !== "" && to !== "" && rest.length === 0) return { from, to };
  throw new HyoshiError(
    "usage",
    `option '--window' is '${text}': expected two times with a slash between them, such as 2027-03-01/2027-04-01`,
  );
}

async function officeDays({ holidays = "", closed }: PreviewOptions, after: string | number, now: number) {
  const { officeCalendar } = await import("../../catalog/office-calendar.ts");
  const start = typeof after === "number" ? after : Date.parse(after.slice(0, 10));
  const year = new Date(Number.isNaN(start) ? now : start).getUTCFullYear();
  return officeCalendar(holidays, year, closed);
}

function told(preview: SchedulePreview, language: "en" | "ja", perDay: boolean): string {
  const lines = [
    ...preview.times.map(({ at, local }) => ({ at, text: `  ${local}` })),
    ...preview.exceptions.map(({ at, local, text }) => ({ at, text: `- ${local}  ${text[language]}` })),
  ].sort((a, b) => a.at - b.at);
  return [
    `${preview.description[language]} (${preview.zone})`,
    ...preview.effects.map((effect) => `* ${effect[language]}`),
    ...lines.map(({ text }) => text),
    ...(preview.times.length === 0 ? ["  no time"] : []),
    ...(preview.more ? ["  … and more"] : []),
    ...(perDay ? preview.perDay.map(({ date, count }) => `  ${date}  ${count}`) : []),
    ...preview.warnings.map(({ text }) => `! ${text[language]}`),
  ].join("\n");
}
