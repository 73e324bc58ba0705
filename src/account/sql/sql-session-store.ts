import type { Kysely } from "kysely";
import type { Tables } from "../../database/rows.ts";
import type { LoginSession, SessionStore } from "../account-store.ts";

export class SqlSessionStore implements SessionStore {
  readonly #db: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;

  constructor(db: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#db = db;
    this.#reader = reader;
  }

  async add(session: LoginSession): Promise<void> {
    await this.#db
      .insertInto("login_session")
      .values({
        token_hash: session.tokenHash,
        user_id: session.userId,
        csrf_token: session.csrfToken,
        created_at: session.createdAt,
        seen_at: session.seenAt,
        expires_at: session.expiresAt,
      })
      .execute();
  }

  async find(tokenHash: string): Promise<LoginSession | undefined> {
    const row = await this.#reader
      .selectFrom("login_session")
      .selectAll()
      .where("token_hash", "=", tokenHash)
      .executeTakeFirst();
    return (
      row && {
        tokenHash,
        userId: row.user_id,
        csrfToken: row.csrf_token,
        createdAt: row.created_at,
        seenAt: row.seen_at,
        expiresAt: row.expires_at,
      }
    );
  }

  async touch(tokenHash: string, seenAt: number, expiresAt: number): Promise<void> {
    await this.#db
      .updateTable("login_session")
      .set({ seen_at: seenAt, expires_at: expiresAt })
      .where("token_hash", "=", tokenHash)
      .execute();
  }

  async remove(tokenHash: string): Promise<void> {
    await this.#db.deleteFrom("login_session").where("token_hash", "=", tokenHash).execute();
  }

  async removeOfUser(userId: number, keep?: string): Promise<void> {
    let query = this.#db.deleteFrom("login_session").where("user_id", "=", userId);
    if (keep !== undefined) query = query.where("token_hash", "<>", keep);
    await query.execute();
  }

  async removeExpired(now: number): Promise<void> {
    await this.#db.deleteFrom("login_session").where("expires_at", "<=", now).execute();
  }
}
