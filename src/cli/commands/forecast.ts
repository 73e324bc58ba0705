import { Command } from "commander";
import type { WeekForecast } from "../../catalog/forecasts.ts";
import type { DayTimeline } from "../../catalog/timelines.ts";
import { withApp } from "../open-command-app.ts";
import { table } from "../table.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatDuration, formatTime } from "../times.ts";

interface ForecastOptions {
  readonly day?: string;
  readonly zone?: string;
  readonly queue?: string;
  readonly tag?: string;
  readonly json?: true;
}

const HOUR_MINUTES = 60;
const HOURS = 24;
const SHOWN = 10;
/** From nothing to the fullest. */
const SHADES = " .:-=+*#%@";

export function forecastCommand(terminal: Terminal): Command {
  return new Command("forecast")
    .description("show how much fires when in the coming week, or how a coming day would go")
    .option("--day <date>", "a day, as YYYY-MM-DD: its runs against what live workers can execute at once")
    .option("--zone <zone>", "whose day and hours (default: the project's)")
    .option("--queue <name>", "the week: only periodic tasks that send to it")
    .option("--tag <tag>", "the week: only periodic tasks that have it")
    .option("--json", "answer in JSON")
    .action((options: ForecastOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const zone = options.zone ?? app.config.timeZone;
        if (options.day !== undefined) {
          const day = await app.catalog.timelines.day(options.day, zone);
          const json = { ...day, demand: [...day.demand], waiting: [...day.waiting] };
          answer(terminal, options.json, json, () => dayLines(day));
          return;
        }
        const { queue, tag } = options;
        const week = await app.catalog.forecasts.week({
          ...(queue !== undefined && { queue }),
          ...(tag !== undefined && { tag }),
        });
        answer(terminal, options.json, { ...week, perMinute: [...week.perMinute] }, () => weekLines(week, zone));
      }),
    );
}

/** A line for each day, a sign for each hour: how full its fullest minute is. */
function weekLines(week: WeekForecast, zone: string): string {
  const { from, perMinute, schedules, plans, sampled, peaks, suggestions } = week;
  const [highest] = peaks;
  if (highest === undefined) return "nothing fires in the coming week";
  const hours = Array.from({ length: perMinute.length / HOUR_MINUTES }, (_, hour) =>
    Math.max(...perMinute.subarray(hour * HOUR_MINUTES, (hour + 1) * HOUR_MINUTES)),
  );
  const lines = Array.from({ length: hours.length / HOURS }, (_, day) => {
    const at = from + day * HOURS * HOUR_MINUTES * 60_000;
    const signs = hours.slice(day * HOURS, (day + 1) * HOURS).map((most) => signOf(most, highest.firings));
    return `${formatTime(at, zone).slice(0, 16)} |${signs.join("")}|`;
  });
  return [
    `${schedules} schedules with ${plans} different plans${sampled === null ? "" : `, estimated from ${sampled} of these`}`,
    "each sign is an hour, by its fullest minute:",
    ...lines,
    "",
    table(
      ["minute", "firings"],
      peaks.slice(0, SHOWN).map(({ at, firings }) => [formatTime(at, zone), String(firings)]),
    ),
    ...suggestions
      .slice(0, SHOWN)
      .map(({ text, peakBefore, peakAfter }) => `! ${text.en} (the fullest minute: ${peakBefore}, then ${peakAfter})`),
  ].join("\n");
}

function signOf(most: number, highest: number): string {
  if (most === 0) return " ";
  return SHADES[Math.max(1, Math.ceil((most / highest) * (SHADES.length - 1)))] ?? "@";
}

function dayLines(day: DayTimeline): string {
  const { zone, slots, runs, longestWaitMs, overloads, rows, sampled, simulatedTo, to } = day;
  return [
    `${runs} runs for ${slots} slots of live workers; the longest wait for one is ${formatDuration(longestWaitMs)}`,
    ...(sampled === null ? [] : [`only ${sampled} schedules were looked at`]),
    ...(simulatedTo < to ? [`there are too many runs: only up to ${formatTime(simulatedTo, zone)}`] : []),
    ...overloads
      .slice(0, SHOWN)
      .map((one) => `! ${formatTime(one.from, zone)} to ${formatTime(one.to, zone)}: ${one.most} runs at once`),
    ...(overloads.length > SHOWN ? [`… and ${overloads.length - SHOWN} more`] : []),
    table(
      ["periodic task", "runs", "mean"],
      rows
        .slice(0, SHOWN)
        .map(({ name, firings, meanMs }) => [
          name,
          String(firings),
          meanMs === null ? "unknown" : formatDuration(meanMs),
        ]),
    ),
  ].join("\n");
}
