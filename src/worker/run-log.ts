import { formatWithOptions } from "node:util";
import type { Clock, Instant } from "../base/clock.ts";
import type { LogPart } from "../run/log-store.ts";
import type { ClaimedRun } from "../run/run-store.ts";
import type { TaskLog } from "../task/context.ts";
import { SecretMask } from "./secret-mask.ts";

/** Text in one chunk; a longer line is cut. */
export const CHUNK_BYTES = 64 * 1024;
/** What one attempt may write before the rest is left out. */
export const RUN_LOG_BYTES = 10 * 1024 * 1024;
/** The same where all of it waits in memory, until it is known whether it is kept. */
const HELD_BACK_BYTES = 256 * 1024;

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

/** Bytes of a line's text: with its time, its level and the mark it fits a chunk. */
const LINE_BYTES = CHUNK_BYTES - 128;
const cutMark = (left: number) => ` … [${left} more characters were cut]`;
const fullMark = (bytes: number) =>
  `[the log is full: more than ${bytes < 1024 * 1024 ? `${bytes / 1024} KiB` : `${bytes / 1024 / 1024} MiB`} were written, and the rest is left out]`;

export interface RunLogParts {
  readonly clock: Clock;
  /** There is something to keep. */
  readonly changed: (log: RunLog) => void;
  /** Told each line, where the worker's own log wants them too. */
  readonly echo: (log: RunLog, level: LogLevel, line: string) => void;
}

/** What one attempt writes, until it is kept. Lines are `HH:mm:ss.SSS LEVEL text`, in UTC. */
export class RunLog implements TaskLog {
  readonly runId: string;
  readonly attempt: number;
  /** What must not stand in it. */
  readonly secrets = new SecretMask();
  readonly #parts: RunLogParts;
  #lines: string[] = [];
  #written = 0;
  #isOver = false;
  /** Nothing is kept of it until its end is known. */
  #isHeldBack: boolean;

  // Fields and not methods: tasks take the functions out of the log.
  readonly debug = (...parts: readonly unknown[]) => this.write("DEBUG", parts);
  readonly info = (...parts: readonly unknown[]) => this.write("INFO", parts);
  readonly warn = (...parts: readonly unknown[]) => this.write("WARN", parts);
  readonly error = (...parts: readonly unknown[]) => this.write("ERROR", parts);

  constructor(run: Pick<ClaimedRun, "id" | "attempt" | "leaves">, parts: RunLogParts) {
    this.runId = run.id;
    this.attempt = run.attempt;
    this.#isHeldBack = run.leaves !== undefined;
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Takes nothing more: the next attempt writes on from here, and what an abandoned one still says belongs nowhere. */
  close(): void {
    this.#isOver = true;
  }

  /** The run leaves something: with its end, what it has written is kept. */
  release(): void {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    if (!this.isEmpty) this.#parts.changed(this);
  }

  write(level: LogLevel, parts: readonly unknown[]): void {
    if (this.#isOver) return;
    const { clock, changed, echo } = this.#parts;
    const head = `${timeOfDay(clock.now())} ${level} `;
    for (const line of linesOf(parts, this.secrets)) {
      const text = `${head}${cutLine(line)}\n`;
      this.#written += Buffer.byteLength(text);
      const most = this.#isHeldBack ? HELD_BACK_BYTES : RUN_LOG_BYTES;
      this.#isOver = this.#written > most;
      this.#lines.push(this.#isOver ? `${head}${fullMark(most)}\n` : text);
      echo(this, level, line);
      if (this.#isOver) break;
    }
    if (!this.#isHeldBack) changed(this);
  }

  /** Hands over what is not kept yet, in parts of a chunk's size. */
  take(): LogPart[] {
    const { runId, attempt } = this;
    const parts: LogPart[] = [];
    const at = this.#parts.clock.now();
    const lines = this.#lines;
    this.#lines = [];
    for (let from = 0; from < lines.length; ) {
      const to = endOfChunk(lines, from);
      parts.push({ runId, attempt, at, text: lines.slice(from, to).join("") });
      from = to;
    }
    return parts;
  }
}

function endOfChunk(lines: readonly string[], from: number): number {
  let bytes = 0;
  for (let at = from; at < lines.length; at += 1) {
    bytes += Buffer.byteLength(lines[at] ?? "");
    if (bytes > CHUNK_BYTES && at > from) return at;
  }
  return lines.length;
}

/** One at a time, so that a text of ten million lines is not taken apart when the log is full after a few. */
function* linesOf(parts: readonly unknown[], secrets: SecretMask): Generator<string> {
  // Masked while it is one text: a secret may have several lines.
  const text = secrets.text(formatWithOptions({ colors: false }, ...parts.map(shortened)));
  const ends = /\r\n|\n|\r/g;
  let from = 0;
  for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
    yield text.slice(from, end.index);
    from = ends.lastIndex;
  }
  yield text.slice(from);
}

/** A text of any size is cut before anything copies it. */
function shortened(part: unknown): unknown {
  if (typeof part !== "string" || part.length <= RUN_LOG_BYTES) return part;
  return firstBytes(part, RUN_LOG_BYTES) + cutMark(part.length - RUN_LOG_BYTES);
}

function cutLine(line: string): string {
  // No character takes more than three bytes per UTF-16 unit, so short lines need no counting.
  if (line.length * 3 <= LINE_BYTES || Buffer.byteLength(line) <= LINE_BYTES) return line;
  const kept = firstBytes(line, LINE_BYTES);
  return kept + cutMark(line.length - kept.length);
}

/** The first whole characters of a text that take at most `most` bytes; a copy, since a slice would keep all of the text in memory. */
function firstBytes(text: string, most: number): string {
  const bytes = Buffer.from(text.slice(0, most));
  let end = Math.min(most, bytes.length);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function timeOfDay(at: Instant): string {
  return new Date(at).toISOString().slice(11, 23);
}
