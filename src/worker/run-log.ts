import { format } from "node:util";
import type { Clock, Instant } from "../base/clock.ts";
import type { LogChunk } from "../run/log-store.ts";
import type { TaskLog } from "../task/context.ts";

/** Text in one chunk; a longer line is cut. */
export const CHUNK_BYTES = 64 * 1024;
/** What one run may write before the rest is left out. */
export const RUN_LOG_BYTES = 10 * 1024 * 1024;

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

/** Characters of a line that are kept: with its time and level it fits a chunk, however many bytes each character takes. */
const LINE_CHARACTERS = 16_000;
const cutMark = (left: number) => ` … [${left} more characters were cut]`;
const fullMark = `[the log is full: more than ${RUN_LOG_BYTES / 1024 / 1024} MiB were written, and the rest is left out]`;

/** What one attempt writes, until it is kept. */
export class RunLog implements TaskLog {
  readonly runId: string;
  readonly attempt: number;
  readonly #clock: Clock;
  readonly #changed: (log: RunLog) => void;
  #lines: string[] = [];
  #written = 0;
  #full = false;
  /** Where the next chunk goes; undefined until it is known what earlier attempts wrote. */
  position: { chunk: number; line: number } | undefined;

  constructor(run: { id: string; attempt: number }, clock: Clock, changed: (log: RunLog) => void) {
    this.runId = run.id;
    this.attempt = run.attempt;
    this.#clock = clock;
    this.#changed = changed;
    // Tasks may take the functions out of the log.
    for (const name of ["debug", "info", "warn", "error"] as const) this[name] = this[name].bind(this);
  }

  debug(...parts: readonly unknown[]): void {
    this.write("DEBUG", parts);
  }
  info(...parts: readonly unknown[]): void {
    this.write("INFO", parts);
  }
  warn(...parts: readonly unknown[]): void {
    this.write("WARN", parts);
  }
  error(...parts: readonly unknown[]): void {
    this.write("ERROR", parts);
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  write(level: LogLevel, parts: readonly unknown[]): void {
    if (this.#full) return;
    const head = `${timeOfDay(this.#clock.now())} ${level} `;
    for (const line of linesOf(parts)) {
      const text = `${head}${line.length > LINE_CHARACTERS ? line.slice(0, LINE_CHARACTERS) + cutMark(line.length - LINE_CHARACTERS) : line}\n`;
      this.#written += Buffer.byteLength(text);
      this.#full = this.#written > RUN_LOG_BYTES;
      this.#lines.push(this.#full ? `${head}${fullMark}\n` : text);
      if (this.#full) break;
    }
    this.#changed(this);
  }

  /** Hands over what is not kept yet, as chunks. */
  take(): LogChunk[] {
    const { position } = this;
    if (position === undefined || this.isEmpty) return [];
    const chunks: LogChunk[] = [];
    const at = this.#clock.now();
    let text = "";
    let bytes = 0;
    let lines = 0;
    const close = () => {
      if (lines === 0) return;
      chunks.push({
        runId: this.runId,
        chunk: position.chunk,
        attempt: this.attempt,
        firstLine: position.line,
        at,
        text,
      });
      position.chunk += 1;
      position.line += lines;
      text = "";
      bytes = 0;
      lines = 0;
    };
    for (const line of this.#lines) {
      const size = Buffer.byteLength(line);
      if (bytes + size > CHUNK_BYTES) close();
      text += line;
      bytes += size;
      lines += 1;
    }
    close();
    this.#lines = [];
    return chunks;
  }
}

/** A text of any size is cut before anything copies it. */
function linesOf(parts: readonly unknown[]): string[] {
  const shortened = parts.map((part) =>
    typeof part === "string" && part.length > RUN_LOG_BYTES
      ? part.slice(0, RUN_LOG_BYTES) + cutMark(part.length - RUN_LOG_BYTES)
      : part,
  );
  return format(...shortened).split(/\r\n|\n|\r(?!$)/);
}

function timeOfDay(at: Instant): string {
  return new Date(at).toISOString().slice(11, 23);
}
