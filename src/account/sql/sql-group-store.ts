import type { Kysely, Selectable } from "kysely";
import type { GroupRow, Tables } from "../../database/rows.ts";
import type { Group, GroupDraft, GroupStore } from "../account-store.ts";

export class SqlGroupStore implements GroupStore {
  readonly #db: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;

  constructor(db: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(id: number): Promise<Group | undefined> {
    const row = await this.#reader.selectFrom("group").selectAll().where("id", "=", id).executeTakeFirst();
    return row && (await this.#complete([row]))[0];
  }

  async findIdByName(name: string): Promise<number | undefined> {
    const row = await this.#reader.selectFrom("group").select("id").where("name", "=", name).executeTakeFirst();
    return row?.id;
  }

  async existing(ids: readonly number[]): Promise<readonly number[]> {
    if (ids.length === 0) return [];
    const rows = await this.#reader.selectFrom("group").select("id").where("id", "in", ids).execute();
    return rows.map(({ id }) => id);
  }

  async permissionsOf(ids: readonly number[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const rows = await this.#reader
      .selectFrom("group_permission")
      .select("permission")
      .distinct()
      .where("group_id", "in", ids)
      .execute();
    return rows.map(({ permission }) => permission);
  }

  async list({ after, limit }: { after?: string | undefined; limit: number }) {
    let query = this.#reader.selectFrom("group").selectAll().orderBy("name").limit(limit);
    if (after !== undefined) query = query.where("name", ">", after);
    return this.#complete(await query.execute());
  }

  async count(cap: number): Promise<number> {
    const some = this.#reader.selectFrom("group").select("id").limit(cap).as("some");
    const { n } = await this.#reader
      .selectFrom(some)
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return Number(n);
  }

  async add(group: GroupDraft): Promise<number | undefined> {
    const row = await this.#db
      .insertInto("group")
      .values({ name: group.name, version: 1 })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (row !== undefined) await this.#setPermissions(row.id, group.permissions);
    return row?.id;
  }

  async update(id: number, version: number, group: GroupDraft): Promise<boolean> {
    const row = await this.#db
      .updateTable("group")
      .set({ name: group.name, version: version + 1 })
      .where("id", "=", id)
      .where("version", "=", version)
      .returning("id")
      .executeTakeFirst();
    if (row !== undefined) await this.#setPermissions(id, group.permissions);
    return row !== undefined;
  }

  async remove(id: number): Promise<void> {
    await this.#db.deleteFrom("user_group").where("group_id", "=", id).execute();
    await this.#db.deleteFrom("group_permission").where("group_id", "=", id).execute();
    await this.#db.deleteFrom("group").where("id", "=", id).execute();
  }

  async #setPermissions(id: number, permissions: readonly string[]): Promise<void> {
    await this.#db.deleteFrom("group_permission").where("group_id", "=", id).execute();
    if (permissions.length === 0) return;
    const rows = permissions.map((permission) => ({ group_id: id, permission }));
    await this.#db.insertInto("group_permission").values(rows).execute();
  }

  async #complete(rows: readonly Selectable<GroupRow>[]): Promise<readonly Group[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const held = await this.#reader.selectFrom("group_permission").selectAll().where("group_id", "in", ids).execute();
    const members = await this.#reader
      .selectFrom("user_group")
      .select(({ fn }) => ["group_id", fn.countAll<number>().as("n")])
      .where("group_id", "in", ids)
      .groupBy("group_id")
      .execute();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      permissions: held.flatMap((part) => (part.group_id === row.id ? [part.permission] : [])).sort(),
      users: Number(members.find((part) => part.group_id === row.id)?.n ?? 0),
      version: row.version,
    }));
  }
}
