import type { Kysely, Selectable } from "kysely";
import { decodeCursor, encodeCursor, type Page } from "../../base/page.ts";
import type { DeadLetterRow, Tables } from "../../database/rows.ts";
import { type DeadLetter, type DeadLetterStore, KEPT_BYTES, type NewDeadLetter } from "../dead-letter-store.ts";

const LIST = "dead-letters";
const AT_ONCE = 50;

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlDeadLetterStore implements DeadLetterStore {
  readonly #db: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;

  constructor(db: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#db = db;
    this.#reader = reader;
  }

  async add(letters: readonly NewDeadLetter[]): Promise<void> {
    for (let from = 0; from < letters.length; from += AT_ONCE) {
      const rows = letters.slice(from, from + AT_ONCE).map((letter) => ({
        at: letter.at,
        queue: letter.queue,
        run_id: letter.runId ?? null,
        task: letter.task ?? null,
        code: letter.code,
        why: letter.why,
        headers: JSON.stringify(letter.envelope.headers),
        properties: JSON.stringify(letter.envelope.properties),
        body: Buffer.from(letter.envelope.body.subarray(0, KEPT_BYTES)).toString("base64"),
        body_bytes: letter.envelope.body.byteLength,
      }));
      await this.#db.insertInto("dead_letter").values(rows).execute();
    }
  }

  async list(query: { limit: number; after?: string; queue?: string }): Promise<Page<DeadLetter>> {
    const { limit, after, queue } = query;
    let rows = this.#reader.selectFrom("dead_letter").selectAll();
    if (queue !== undefined) rows = rows.where("queue", "=", queue);
    if (after !== undefined) {
      const [at, id] = decodeCursor(after, LIST, ["number", "number"]);
      rows = rows.where(({ eb, refTuple, tuple }) => eb(refTuple("at", "id"), "<", tuple(at, id)));
    }
    const found = await rows
      .orderBy("at", "desc")
      .orderBy("id", "desc")
      .limit(limit + 1)
      .execute();
    const items = found.slice(0, limit).map(letterOf);
    const last = items.at(-1);
    return found.length > limit && last !== undefined
      ? { items, next: encodeCursor(LIST, [last.at, last.id]) }
      : { items };
  }

  async find(id: number): Promise<DeadLetter | undefined> {
    const row = await this.#reader.selectFrom("dead_letter").selectAll().where("id", "=", id).executeTakeFirst();
    return row && letterOf(row);
  }

  async remove(ids: readonly number[]): Promise<number> {
    if (ids.length === 0) return 0;
    const { numDeletedRows } = await this.#db.deleteFrom("dead_letter").where("id", "in", ids).executeTakeFirst();
    return Number(numDeletedRows);
  }
}

function letterOf(row: Selectable<DeadLetterRow>): DeadLetter {
  return {
    id: row.id,
    at: row.at,
    queue: row.queue,
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.task !== null && { task: row.task }),
    code: row.code,
    why: row.why,
    headers: JSON.parse(row.headers) as DeadLetter["headers"],
    properties: JSON.parse(row.properties) as DeadLetter["properties"],
    body: row.body,
    bodyBytes: row.body_bytes,
  };
}
