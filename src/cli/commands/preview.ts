import { Command } from "commander";
import { HyoshiError } from "../../base/error.ts";
import { wholeNumber } from "../parse-options.ts";
import { projectZone } from "../project.ts";
import { parseScheduleWords } from "../schedule-words.ts";
import { answer, type Terminal } from "../terminal.ts";

interface PreviewOptions {
  readonly zone?: string;
  readonly after?: string;
  readonly count: number;
  readonly lang: string;
  readonly json?: true;
}

export function previewCommand(terminal: Terminal): Command {
  return new Command("preview")
    .description("show when a schedule would fire")
    .argument(
      "<expression...>",
      "a crontab ('30 2 * * 1-5'), 'every 5 minutes', an event of the sun with latitude and longitude ('sunset 35.68 139.77'), an instant (2027-01-01T09:00:00+09:00), or a schedule's JSON",
    )
    .option("--zone <zone>", "the time zone (default: the project's, or UTC outside of one)")
    .option(
      "--after <time>",
      "show times after this one: ISO 8601, in the zone unless it names an offset (default: now)",
    )
    .option("--count <number>", "how many times", wholeNumber(1, 1000), 10)
    .option("--lang <language>", "the language of the description: en or ja", "en")
    .option("--json", "answer in JSON")
    .addHelpText("after", "\nQuote a crontab, or the shell replaces its stars by file names.")
    .action(async (words: string[], options: PreviewOptions, command: Command) => {
      const { previewSchedule } = await import("../../catalog/preview-schedule.ts");
      if (options.lang !== "en" && options.lang !== "ja") {
        throw new HyoshiError("usage", `option '--lang' is '${options.lang}': expected en or ja`);
      }
      const language = options.lang;
      const zone = options.zone ?? (await projectZone(terminal, command));
      const preview = previewSchedule({
        definition: parseScheduleWords(words),
        zone,
        after: options.after ?? terminal.clock.now(),
        count: options.count,
      });
      answer(terminal, options.json, preview, () =>
        [
          `${preview.description[language]} (${preview.zone})`,
          ...preview.times.map(({ local }) => `  ${local}`),
          ...(preview.times.length === 0 ? ["  no time"] : []),
          ...preview.warnings.map(({ text }) => `! ${text[language]}`),
        ].join("\n"),
      );
    });
}
