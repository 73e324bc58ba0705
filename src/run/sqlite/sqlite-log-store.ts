import type { RunLogRow } from "../../database/rows.ts";
import { writeTransaction } from "../../database/sqlite/busy.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import { type LogChunk, type LogPart, type LogStore, linesIn } from "../log-store.ts";

export class SqliteLogStore implements LogStore {
  readonly #connection: SqliteConnection;
  /** Says on this process that there is more to read. */
  readonly #tell: () => void;
  readonly #insert;
  readonly #read;
  readonly #last;

  constructor(connection: SqliteConnection, tell: () => void = () => {}) {
    this.#connection = connection;
    this.#tell = tell;
    this.#insert = connection.prepare<unknown[]>(
      "insert into run_log (run_id, chunk, attempt, first_line, at, text) values (?, ?, ?, ?, ?, ?)",
    );
    this.#read = connection.prepare<[string, number, number], RunLogRow>(
      "select * from run_log where run_id = ? and chunk >= ? order by chunk limit ?",
    );
    this.#last = connection.prepare<[string], Pick<RunLogRow, "chunk" | "first_line" | "text">>(
      "select chunk, first_line, text from run_log where run_id = ? order by chunk desc limit 1",
    );
  }

  async append(parts: readonly LogPart[]): Promise<void> {
    if (parts.length === 0) return;
    await writeTransaction(this.#connection, () => {
      for (const part of parts) this.#appendOne(part);
    });
    this.#tell();
  }

  #appendOne({ runId, attempt, at, text }: LogPart): void {
    const last = this.#last.get(runId);
    const chunk = last === undefined ? 0 : last.chunk + 1;
    const firstLine = last === undefined ? 1 : last.first_line + linesIn(last.text);
    this.#insert.run(runId, chunk, attempt, firstLine, at, text);
  }

  async read(runId: string, from: number, limit: number): Promise<readonly LogChunk[]> {
    return this.#read.all(runId, from, limit).map((row) => ({
      runId: row.run_id,
      chunk: row.chunk,
      attempt: row.attempt,
      firstLine: row.first_line,
      at: row.at,
      text: row.text,
    }));
  }
}
