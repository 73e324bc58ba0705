import { type Kysely, sql } from "kysely";
import type { Tables } from "../../database/rows.ts";
import type { AttemptStore } from "../account-store.ts";

export class SqlAttemptStore implements AttemptStore {
  readonly #db: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;

  constructor(db: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#db = db;
    this.#reader = reader;
  }

  async take(subject: string, now: number, cutoff: number) {
    const old = sql<boolean>`sign_in_failure.since_at <= ${cutoff}`;
    const row = await this.#db
      .insertInto("sign_in_failure")
      .values({ subject, failures: 1, since_at: now })
      .onConflict((conflict) =>
        conflict.column("subject").doUpdateSet({
          failures: sql<number>`case when ${old} then 1 else sign_in_failure.failures + 1 end`,
          since_at: sql<number>`case when ${old} then ${now} else sign_in_failure.since_at end`,
        }),
      )
      .returning(["failures", "since_at"])
      .executeTakeFirstOrThrow();
    return { count: row.failures, since: row.since_at };
  }

  async find(subject: string) {
    const row = await this.#reader
      .selectFrom("sign_in_failure")
      .selectAll()
      .where("subject", "=", subject)
      .executeTakeFirst();
    return row && { count: row.failures, since: row.since_at };
  }

  async giveBack(subject: string): Promise<void> {
    await this.#db
      .updateTable("sign_in_failure")
      .set(({ eb }) => ({ failures: eb("failures", "-", 1) }))
      .where("subject", "=", subject)
      .where("failures", ">", 0)
      .execute();
  }

  async forget(subject: string): Promise<void> {
    await this.#db.deleteFrom("sign_in_failure").where("subject", "=", subject).execute();
  }

  async removeOld(cutoff: number): Promise<void> {
    await this.#db.deleteFrom("sign_in_failure").where("since_at", "<=", cutoff).execute();
  }
}
