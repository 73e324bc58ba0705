import type { RunLogRow } from "../../database/rows.ts";
import { writeTransaction } from "../../database/sqlite/busy.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { LogChunk, LogStore } from "../log-store.ts";

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
      "insert into run_log (run_id, chunk, attempt, first_line, at, text) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
    );
    this.#read = connection.prepare<[string, number, number], RunLogRow>(
      "select * from run_log where run_id = ? and chunk >= ? order by chunk limit ?",
    );
    this.#last = connection.prepare<[string], RunLogRow>(
      "select * from run_log where run_id = ? order by chunk desc limit 1",
    );
  }

  async append(chunks: readonly LogChunk[]): Promise<void> {
    if (chunks.length === 0) return;
    await writeTransaction(this.#connection, () => {
      for (const { runId, chunk, attempt, firstLine, at, text } of chunks) {
        this.#insert.run(runId, chunk, attempt, firstLine, at, text);
      }
    });
    this.#tell();
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

  async end(runId: string): Promise<{ chunk: number; line: number }> {
    const last = this.#last.get(runId);
    if (last === undefined) return { chunk: 0, line: 1 };
    return { chunk: last.chunk + 1, line: last.first_line + (last.text.match(/\n/g)?.length ?? 0) };
  }
}
