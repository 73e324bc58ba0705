import type { Instant } from "../base/clock.ts";
import type { LogChunk } from "../run/log-store.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LineLevel = (typeof logLevels)[number];

/** A line of a run's log as data. */
export interface LogLine {
  /** From 1, within the run. */
  readonly line: number;
  readonly at: Instant;
  readonly level: LineLevel;
  readonly attempt: number;
  readonly text: string;
}

/** Which lines are wanted: of this level and above, of this attempt. */
export interface LineFilter {
  readonly level?: LineLevel | undefined;
  readonly attempt?: number | undefined;
}

const HEAD = /^(\d\d):(\d\d):(\d\d)\.(\d{3}) (DEBUG|INFO|WARN|ERROR) ?/;
const DAY_MS = 86_400_000;

/** The lines of a chunk that are wanted. Each was written with its time of day in UTC and its level before it. */
export function linesOfChunk(chunk: LogChunk, { level, attempt }: LineFilter = {}): LogLine[] {
  if (attempt !== undefined && chunk.attempt !== attempt) return [];
  const least = level === undefined ? 0 : logLevels.indexOf(level);
  const found: LogLine[] = [];
  const texts = chunk.text.split("\n");
  if (texts.at(-1) === "") texts.pop();
  texts.forEach((whole, index) => {
    const line = { line: chunk.firstLine + index, attempt: chunk.attempt, ...read(whole, chunk.at) };
    if (logLevels.indexOf(line.level) >= least) found.push(line);
  });
  return found;
}

function read(whole: string, keptAt: Instant): Pick<LogLine, "at" | "level" | "text"> {
  const head = HEAD.exec(whole);
  if (head === null) return { at: keptAt, level: "info", text: whole };
  const [start, hours, minutes, seconds, ms, level = ""] = head;
  const sinceMidnight = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
  const at = keptAt - (keptAt % DAY_MS) + sinceMidnight;
  return {
    // A chunk is kept soon after its lines were written: one that seems to lie half a day ahead is of the day before.
    at: at > keptAt + DAY_MS / 2 ? at - DAY_MS : at,
    level: level.toLowerCase() as LineLevel,
    text: whole.slice(start.length),
  };
}

/** The text of a chunk with the lines alone that are wanted, as they were written. */
export function textOfChunk(chunk: LogChunk, filter: LineFilter): string {
  if (filter.level === undefined && filter.attempt === undefined) return chunk.text;
  const wanted = new Set(linesOfChunk(chunk, filter).map(({ line }) => line - chunk.firstLine));
  if (wanted.size === 0) return "";
  return chunk.text
    .split("\n")
    .filter((_, index) => wanted.has(index))
    .map((line) => `${line}\n`)
    .join("");
}
