import { type Kysely, type Selectable, sql } from "kysely";
import type { Tables, UserRow } from "../../database/rows.ts";
import type { User, UserStore } from "../account-store.ts";

const editable = (
  user: Pick<User, "username" | "displayName" | "email" | "active" | "superuser"> & { key: string },
) => ({
  username: user.username,
  username_key: user.key,
  display_name: user.displayName,
  email: user.email,
  active: Number(user.active),
  superuser: Number(user.superuser),
});

export class SqlUserStore implements UserStore {
  readonly #db: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;

  constructor(db: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(id: number): Promise<User | undefined> {
    const row = await this.#reader.selectFrom("user").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) return undefined;
    return (await this.#complete([row]))[0];
  }

  async findIdByKey(key: string): Promise<number | undefined> {
    const row = await this.#reader.selectFrom("user").select("id").where("username_key", "=", key).executeTakeFirst();
    return row?.id;
  }

  async credentials(key: string) {
    const id = await this.findIdByKey(key);
    return id === undefined ? undefined : this.credentialsOf(id);
  }

  async credentialsOf(id: number) {
    const row = await this.#reader
      .selectFrom("user")
      .select(["active", "password_hash"])
      .where("id", "=", id)
      .executeTakeFirst();
    return row && { userId: id, active: row.active === 1, passwordHash: row.password_hash };
  }

  async identity(id: number) {
    const row = await this.#reader
      .selectFrom("user")
      .select(["username", "display_name", "superuser", "active"])
      .where("id", "=", id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const permissions = await this.#reader
      .selectFrom("user_permission")
      .select("permission")
      .where("user_id", "=", id)
      .union(
        this.#reader
          .selectFrom("user_group")
          .innerJoin("group_permission", "group_permission.group_id", "user_group.group_id")
          .select("group_permission.permission")
          .where("user_group.user_id", "=", id),
      )
      .execute();
    return {
      id,
      username: row.username,
      displayName: row.display_name,
      superuser: row.superuser === 1,
      active: row.active === 1,
      permissions: permissions.map(({ permission }) => permission),
    };
  }

  async list({ after, limit }: { after?: string | undefined; limit: number }) {
    let query = this.#reader.selectFrom("user").selectAll().orderBy("username_key").limit(limit);
    if (after !== undefined) query = query.where("username_key", ">", after);
    return this.#complete(await query.execute());
  }

  async count(cap: number): Promise<number> {
    const some = this.#reader.selectFrom("user").select("id").limit(cap).as("some");
    const { n } = await this.#reader
      .selectFrom(some)
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return Number(n);
  }

  async add(user: Parameters<UserStore["add"]>[0], now: number): Promise<number | undefined> {
    const row = await this.#db
      .insertInto("user")
      .values({
        ...editable(user),
        password_hash: user.passwordHash,
        created_at: now,
        last_sign_in_at: null,
        version: 1,
      })
      .onConflict((conflict) => conflict.column("username_key").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (row === undefined) return undefined;
    await this.#setMemberships(row.id, user);
    return row.id;
  }

  async update(id: number, version: number, user: Parameters<UserStore["update"]>[2]): Promise<boolean> {
    const row = await this.#db
      .updateTable("user")
      .set({ ...editable(user), version: version + 1 })
      .where("id", "=", id)
      .where("version", "=", version)
      .returning("id")
      .executeTakeFirst();
    if (row === undefined) return false;
    await this.#setMemberships(id, user);
    return true;
  }

  async setPasswordHash(id: number, passwordHash: string): Promise<void> {
    await this.#db.updateTable("user").set({ password_hash: passwordHash }).where("id", "=", id).execute();
  }

  async setLastSignIn(id: number, at: number): Promise<void> {
    await this.#db.updateTable("user").set({ last_sign_in_at: at }).where("id", "=", id).execute();
  }

  async remove(id: number): Promise<void> {
    for (const table of ["user_group", "user_permission", "login_session", "api_token"] as const) {
      await this.#db.deleteFrom(table).where("user_id", "=", id).execute();
    }
    await this.#db.deleteFrom("user").where("id", "=", id).execute();
  }

  async lockActiveSuperusers(): Promise<readonly number[]> {
    // A write that changes nothing holds the rows until the transaction ends, on every database alike.
    const rows = await this.#db
      .updateTable("user")
      .set({ version: sql.ref("version") })
      .where("superuser", "=", 1)
      .where("active", "=", 1)
      .returning("id")
      .execute();
    return rows.map(({ id }) => id);
  }

  async #setMemberships(id: number, { groupIds, permissions }: Pick<User, "groupIds" | "permissions">): Promise<void> {
    await this.#db.deleteFrom("user_group").where("user_id", "=", id).execute();
    await this.#db.deleteFrom("user_permission").where("user_id", "=", id).execute();
    if (groupIds.length > 0) {
      const rows = groupIds.map((group_id) => ({ user_id: id, group_id }));
      await this.#db.insertInto("user_group").values(rows).execute();
    }
    if (permissions.length > 0) {
      const rows = permissions.map((permission) => ({ user_id: id, permission }));
      await this.#db.insertInto("user_permission").values(rows).execute();
    }
  }

  async #complete(rows: readonly Selectable<UserRow>[]): Promise<readonly User[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const groups = await this.#reader.selectFrom("user_group").selectAll().where("user_id", "in", ids).execute();
    const own = await this.#reader.selectFrom("user_permission").selectAll().where("user_id", "in", ids).execute();
    return rows.map((row) => ({
      id: row.id,
      username: row.username,
      displayName: row.display_name,
      email: row.email,
      active: row.active === 1,
      superuser: row.superuser === 1,
      groupIds: groups.flatMap((group) => (group.user_id === row.id ? [group.group_id] : [])).sort((a, b) => a - b),
      permissions: own.flatMap((held) => (held.user_id === row.id ? [held.permission] : [])).sort(),
      createdAt: row.created_at,
      lastSignInAt: row.last_sign_in_at,
      version: row.version,
    }));
  }
}
