import type { Kysely } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { Tables } from "../../database/rows.ts";
import type { QueueOf } from "../../task/routes.ts";
import { type ForeignWorker, type ForeignWorkers, foreignWorkerId } from "../foreign-workers.ts";
import type { Announcement } from "../process-registry.ts";

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlForeignWorkers implements ForeignWorkers {
  readonly #db: Kysely<Tables>;
  readonly #routed: QueueOf;

  /** @param routed where the settings send the runs of a task; empty: they say nothing of it */
  constructor(db: Kysely<Tables>, routed: QueueOf = () => "") {
    this.#db = db;
    this.#routed = routed;
  }

  async seen(workers: readonly ForeignWorker[]): Promise<void> {
    const sorted = [...workers].sort((a, b) => (a.node < b.node ? -1 : 1));
    for (const { node, pid, seenAt, aliveUntil, info } of sorted) {
      await this.#db
        .insertInto("process")
        .values({
          ...{ id: foreignWorkerId(node), kind: "celery", name: node, host: hostOf(node), pid },
          ...{ started_at: seenAt, lease_until: aliveUntil, loop_lag: 0, info: JSON.stringify(info) },
        })
        .onConflict((conflict) =>
          conflict.column("id").doUpdateSet({ pid, lease_until: aliveUntil, info: JSON.stringify(info) }),
        )
        .execute();
    }
  }

  async announce(node: string, tasks: readonly string[], queue: string, now: Instant): Promise<void> {
    const processId = foreignWorkerId(node);
    const queueOf = (task: string) => this.#routed(task) || queue;
    const names = [...new Set(tasks)].sort();
    await this.#db.transaction().execute(async (trx) => {
      const before = await trx
        .selectFrom("announced_task")
        .select(["task", "schema_hash"])
        .where("process_id", "=", processId)
        .execute();
      const had = new Map(before.map(({ task, schema_hash }) => [task, schema_hash]));
      const gone = before.filter(
        ({ task, schema_hash }) => !names.includes(task) || schema_hash !== hashOf(queueOf(task)),
      );
      for (const { task, schema_hash } of gone) {
        await trx
          .deleteFrom("announced_task")
          .where("process_id", "=", processId)
          .where("task", "=", task)
          .where("schema_hash", "=", schema_hash)
          .execute();
      }
      const added = names.filter((task) => had.get(task) !== hashOf(queueOf(task)));
      for (let from = 0; from < added.length; from += 100) {
        const rows = added.slice(from, from + 100).map((task) => ({
          ...{ task, schema_hash: hashOf(queueOf(task)), process_id: processId, announced_at: now },
          announcement: JSON.stringify(announcementOf(task, queueOf(task))),
        }));
        await trx
          .insertInto("announced_task")
          .values(rows)
          .onConflict((conflict) => conflict.columns(["task", "schema_hash", "process_id"]).doNothing())
          .execute();
      }
    });
  }

  async left(node: string, now: Instant): Promise<void> {
    await this.#db
      .updateTable("process")
      .set({ lease_until: now - 1 })
      .where("id", "=", foreignWorkerId(node))
      .execute();
  }

  async forget(before: Instant): Promise<void> {
    await this.#db
      .deleteFrom("process")
      .where("id", "<", 0)
      .where("lease_until", "<", before)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("run_live")
              .select("run_live.id")
              .whereRef("run_live.process_id", "=", "process.id")
              .where("run_live.state", "=", "running"),
          ),
        ),
      )
      .execute();
  }
}

const hostOf = (node: string) => node.slice(node.indexOf("@") + 1);

/** Nothing is known that could differ but where its runs go. */
const hashOf = (queue: string) => `celery ${queue}`;

function announcementOf(task: string, queue: string): Announcement {
  return {
    task,
    app: null,
    description: null,
    inputSchema: null,
    positional: null,
    queue,
    priority: 5,
    timeLimitMs: null,
    permission: null,
    onLost: "retry",
    schemaHash: hashOf(queue),
  };
}
