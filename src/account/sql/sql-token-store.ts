import type { Kysely, Selectable } from "kysely";
import type { ApiTokenRow, Tables } from "../../database/rows.ts";
import type { ApiToken, TokenStore } from "../account-store.ts";

export class SqlTokenStore implements TokenStore {
  readonly #db: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;

  constructor(db: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#db = db;
    this.#reader = reader;
  }

  async add(token: Parameters<TokenStore["add"]>[0]): Promise<number> {
    const { id } = await this.#db
      .insertInto("api_token")
      .values({
        user_id: token.userId,
        name: token.name,
        token_hash: token.tokenHash,
        created_at: token.createdAt,
        last_used_at: null,
        expires_at: token.expiresAt,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    return id;
  }

  async findByHash(tokenHash: string): Promise<ApiToken | undefined> {
    const row = await this.#reader
      .selectFrom("api_token")
      .selectAll()
      .where("token_hash", "=", tokenHash)
      .executeTakeFirst();
    return row && tokenOf(row);
  }

  async find(id: number): Promise<ApiToken | undefined> {
    const row = await this.#reader.selectFrom("api_token").selectAll().where("id", "=", id).executeTakeFirst();
    return row && tokenOf(row);
  }

  async listOfUser(userId: number, { after, limit }: { after?: number | undefined; limit: number }) {
    let query = this.#reader.selectFrom("api_token").selectAll().where("user_id", "=", userId);
    if (after !== undefined) query = query.where("id", ">", after);
    return (await query.orderBy("id").limit(limit).execute()).map(tokenOf);
  }

  async countOfUser(userId: number, cap: number): Promise<number> {
    const some = this.#reader.selectFrom("api_token").select("id").where("user_id", "=", userId).limit(cap).as("some");
    const { n } = await this.#reader
      .selectFrom(some)
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return Number(n);
  }

  async touch(id: number, lastUsedAt: number): Promise<void> {
    await this.#db.updateTable("api_token").set({ last_used_at: lastUsedAt }).where("id", "=", id).execute();
  }

  async remove(id: number): Promise<void> {
    await this.#db.deleteFrom("api_token").where("id", "=", id).execute();
  }

  async removeOfUser(userId: number): Promise<void> {
    await this.#db.deleteFrom("api_token").where("user_id", "=", userId).execute();
  }
}

function tokenOf(row: Selectable<ApiTokenRow>): ApiToken {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  };
}
