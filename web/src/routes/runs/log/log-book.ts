import type { LogChunk } from "../../../services/wire.ts";

export const levels = ["DEBUG", "INFO", "WARN", "ERROR"] as const;
export type Level = (typeof levels)[number];

export interface LogLine {
  /** From 1, within the run. */
  number: number;
  /** Undefined for a line without a head of its own. */
  at: number | undefined;
  level: Level | undefined;
  /** With its ANSI sequences. */
  text: string;
  /** The ANSI sequences of earlier lines that still hold. */
  carried: string;
  /** Set on the first line of an attempt. */
  attempt: number | undefined;
  /** The attempt that wrote it. */
  inAttempt: number;
  /** How wide the text is, in columns of a terminal. */
  columns: number;
}

const head = /^(\d\d:\d\d:\d\d\.\d{3}) (\w+) ?/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what colours begin with
const sgr = /\x1b\[([\d;]*)m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const escapes = /\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)/g;
const aliases: Readonly<Record<string, Level>> = {
  TRACE: "DEBUG",
  LOG: "INFO",
  WARNING: "WARN",
  FATAL: "ERROR",
  CRITICAL: "ERROR",
};

/** The text alone, as a search looks at it. */
export const plainText = (text: string): string => (text.includes("\x1b") ? text.replace(escapes, "") : text);

const day = 86_400_000;

/** A time of day in UTC, as an instant: the chunk was closed at most half a day after its lines were written. */
function instantNear(timeOfDay: string, closedAt: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = timeOfDay.split(":").map(Number);
  const sinceMidnight = Math.round(((hours * 60 + minutes) * 60 + seconds) * 1_000);
  const at = closedAt - (closedAt % day) + sinceMidnight;
  return at > closedAt + day / 2 ? at - day : at;
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
function columnsOf(text: string): number {
  const plain = plainText(text);
  return plain.length + (plain.match(wide)?.length ?? 0);
}

/** A run's log as far as it has been read: lines by their place, cheap to add to and to draw a part of. */
export class LogBook {
  readonly lines: LogLine[] = [];
  /** The attempts that have written, in order. */
  readonly attempts: number[] = [];
  #attempt = 0;
  #carried = "";
  #last = -1;

  /** Chunks that were added before are left out, so that a repeated answer does no harm. */
  add(chunks: readonly LogChunk[]): void {
    for (const chunk of chunks) {
      if (chunk.chunk <= this.#last) continue;
      this.#last = chunk.chunk;
      const texts = chunk.text.split("\n");
      if (texts.at(-1) === "") texts.pop();
      texts.forEach((text, index) => {
        this.#addLine(text, chunk.firstLine + index, chunk);
      });
    }
  }

  #addLine(whole: string, number: number, { attempt, at }: LogChunk): void {
    const found = head.exec(whole);
    const name = found?.[2]?.toUpperCase() ?? "";
    const known = (levels as readonly string[]).includes(name) ? (name as Level) : aliases[name];
    const text = found && known ? whole.slice(found[0].length) : whole;
    const isFirst = attempt !== this.#attempt;
    if (isFirst) this.#carried = "";
    if (isFirst && !this.attempts.includes(attempt)) this.attempts.push(attempt);
    this.lines.push({
      number,
      at: found?.[1] && known ? instantNear(found[1], at) : undefined,
      level: known ?? (isFirst ? undefined : this.lines.at(-1)?.level),
      text,
      carried: this.#carried,
      attempt: isFirst ? attempt : undefined,
      inAttempt: attempt,
      columns: columnsOf(text),
    });
    this.#attempt = attempt;
    if (text.includes("\x1b")) this.#carry(text);
  }

  #carry(text: string): void {
    for (const [sequence, codes = ""] of text.matchAll(sgr)) {
      if (/^0*$/.test(codes)) this.#carried = "";
      // A task that never resets must not make every later line slower to draw.
      else if (this.#carried.length < 200) this.#carried += sequence;
    }
  }
}
