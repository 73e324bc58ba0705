import type { Kysely } from "kysely";
import type { Json } from "../../base/json.ts";
import type { Tables } from "../rows.ts";

/** Who changed what, as it is recorded. Secrets never stand in `before` or `after`. */
export interface ChangeRecord {
  readonly at: number;
  readonly by: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly label: string;
  readonly action: string;
  readonly before: Json;
  readonly after: Json;
}

/** Writes the record within the transaction that makes the change, so that neither is there without the other. */
export async function recordChange(trx: Kysely<Tables>, change: ChangeRecord): Promise<void> {
  await trx
    .insertInto("change")
    .values({
      at: change.at,
      by_name: change.by,
      resource: change.resource,
      resource_id: change.resourceId,
      label: change.label,
      action: change.action,
      before: change.before === null ? null : JSON.stringify(change.before),
      after: change.after === null ? null : JSON.stringify(change.after),
    })
    .execute();
}
