import type { Kysely } from "kysely";
import type { Json } from "../../base/json.ts";
import type { Tables } from "../../database/rows.ts";
import type { Change } from "../change.ts";
import type { ChangeLog, ChangeQuery } from "../change-log.ts";

export class SqlChangeLog implements ChangeLog {
  readonly #reader: Kysely<Tables>;

  constructor(reader: Kysely<Tables>) {
    this.#reader = reader;
  }

  async list({ before, limit, ...filter }: ChangeQuery): Promise<readonly Change[]> {
    let query = this.#matching(filter).selectAll().orderBy("id", "desc").limit(limit);
    if (before !== undefined) query = query.where("id", "<", before);
    return (await query.execute()).map((row) => ({
      id: row.id,
      at: row.at,
      by: row.by_name,
      resource: row.resource,
      resourceId: row.resource_id,
      label: row.label,
      action: row.action,
      before: parsed(row.before),
      after: parsed(row.after),
    }));
  }

  async count(filter: Pick<ChangeQuery, "resource" | "resourceId">, cap: number): Promise<number> {
    const some = this.#matching(filter).select("id").limit(cap).as("some");
    const { n } = await this.#reader
      .selectFrom(some)
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return Number(n);
  }

  #matching({ resource, resourceId }: Pick<ChangeQuery, "resource" | "resourceId">) {
    let query = this.#reader.selectFrom("change");
    if (resource !== undefined) query = query.where("resource", "=", resource);
    if (resourceId !== undefined) query = query.where("resource_id", "=", resourceId);
    return query;
  }
}

/** Another version of hyoshi may have written it. */
const parsed = (text: string | null): Json => (text === null ? null : (JSON.parse(text) as Json));
