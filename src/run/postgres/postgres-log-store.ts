import { refusalOf } from "../../database/constraint.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import type { RunLogRow } from "../../database/rows.ts";
import { type LogChunk, type LogPart, type LogStore, linesIn } from "../log-store.ts";

/** Two that write for one run take one number now and then; as many writers are in each other's way at most. */
const ATTEMPTS = 100;

const columns = {
  run_id: "text",
  attempt: "bigint",
  at: "bigint",
  text: "text",
  /** Parts of the same run before it, and their lines. */
  parts_before: "bigint",
  lines_before: "bigint",
} as const;

const append = {
  name: "log-append",
  text: `
    insert into run_log (run_id, chunk, attempt, first_line, at, text)
    select t.run_id, coalesce(last.chunk + 1, 0) + t.parts_before, t.attempt, coalesce(last.next_line, 1) + t.lines_before, t.at, t.text
    from ${unnest(columns, "t")}
    left join lateral (
      select l.chunk, l.first_line + length(l.text) - length(replace(l.text, E'\\n', '')) as next_line
      from run_log l where l.run_id = t.run_id order by l.chunk desc limit 1
    ) last on true
    order by t.run_id, t.parts_before`,
};

export class PostgresLogStore implements LogStore {
  readonly #pool: PostgresPool;
  /** Says that there is more to read. */
  readonly #tell: () => void;
  /** Parts of which nobody knows whether they were kept: the connection was lost before the answer. */
  readonly #doubtful = new WeakSet<LogPart>();

  constructor(pool: PostgresPool, tell: () => void = () => {}) {
    this.#pool = pool;
    this.#tell = tell;
  }

  async append(parts: readonly LogPart[]): Promise<void> {
    const missing = await this.#withoutKept(parts);
    if (missing.length === 0) return;
    try {
      await this.#insert(missing);
    } catch (error) {
      for (const part of missing) this.#doubtful.add(part);
      throw error;
    }
    this.#tell();
  }

  /** Callers repeat what failed, and part of that may be there. */
  async #withoutKept(parts: readonly LogPart[]): Promise<readonly LogPart[]> {
    const doubtful = parts.filter((part) => this.#doubtful.has(part));
    if (doubtful.length === 0) return parts;
    const { rows } = await this.#pool.query<RunLogRow>({
      text: "select * from run_log where run_id = any($1::text[]) and at >= $2",
      values: [doubtful.map(({ runId }) => runId), Math.min(...doubtful.map(({ at }) => at))],
    });
    const isKept = ({ runId, attempt, at, text }: LogPart) =>
      rows.some(
        (row) => row.run_id === runId && row.attempt === attempt && row.at === at && row.text === withoutNul(text),
      );
    return parts.filter((part) => !this.#doubtful.has(part) || !isKept(part));
  }

  async #insert(parts: readonly LogPart[]): Promise<void> {
    const values = arraysOf(columns, rowsOf(parts));
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#pool.query({ ...append, values });
        return;
      } catch (error) {
        // Another worker wrote the chunk that was to be the next; its commit is visible now.
        if (refusalOf(error)?.kind !== "unique" || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  async read(runId: string, from: number, limit: number): Promise<readonly LogChunk[]> {
    const { rows } = await this.#pool.query<RunLogRow>({
      text: "select * from run_log where run_id = $1 and chunk >= $2 order by chunk limit $3",
      values: [runId, from, limit],
    });
    return rows.map((row) => ({
      runId: row.run_id,
      chunk: row.chunk,
      attempt: row.attempt,
      firstLine: row.first_line,
      at: row.at,
      text: withNul(row.text),
    }));
  }
}

function rowsOf(parts: readonly LogPart[]) {
  const before = new Map<string, { parts: number; lines: number }>();
  return parts.map(({ runId, attempt, at, text }) => {
    const { parts, lines } = before.get(runId) ?? { parts: 0, lines: 0 };
    before.set(runId, { parts: parts + 1, lines: lines + linesIn(text) });
    return { run_id: runId, attempt, at, text: withoutNul(text), parts_before: parts, lines_before: lines };
  });
}

/** PostgreSQL keeps every character but U+0000. Its place takes U+FFFE, which is no character, and which then stands for itself twice. */
function withoutNul(text: string): string {
  return /[\0\ufffe]/.test(text)
    ? text.replace(/[\0\ufffe]/g, (char) => (char === "\0" ? "\ufffe0" : "\ufffe\ufffe"))
    : text;
}

function withNul(text: string): string {
  return text.includes("\ufffe") ? text.replace(/\ufffe(.)/g, (_, char) => (char === "0" ? "\0" : "\ufffe")) : text;
}
