import type { Kysely } from "hyoshi";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("tapp_a_counter")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("count", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("message", "text")
    .addColumn("created", "integer", (column) => column.notNull())
    .addColumn("updated", "integer", (column) => column.notNull())
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable("tapp_a_counter").execute();
}
