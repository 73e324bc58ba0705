import type { Kysely } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { Tables } from "../../database/rows.ts";
import type { HandledRuns } from "../handled-runs.ts";

const IDS_AT_ONCE = 200;
/** What was handled so long ago has gone with its run. */
const KEPT_MS = 400 * 24 * 60 * 60 * 1000;

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlHandledRuns implements HandledRuns {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async handle(ids: readonly string[], by: string, at: Instant): Promise<void> {
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const rows = ids.slice(from, from + IDS_AT_ONCE).map((id) => ({ run_id: id, at, handled_by: by }));
      await this.#db
        .insertInto("handled_run")
        .values(rows)
        .onConflict((conflict) => conflict.column("run_id").doNothing())
        .execute();
    }
    await this.#db
      .deleteFrom("handled_run")
      .where("at", "<", at - KEPT_MS)
      .execute();
  }
}
