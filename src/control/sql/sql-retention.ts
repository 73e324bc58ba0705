import type { Kysely } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { Tables } from "../../database/rows.ts";
import type { PurgePosition, PurgeReport, Retention, RetentionPolicy } from "../retention.ts";

const DAY_MS = 86_400_000;

type Database = Kysely<Tables>;

interface OldRun {
  readonly id: string;
  readonly periodic_task_id: number | null;
  readonly queued_at: Instant;
  readonly ended_at: Instant;
  readonly state: string;
}

export class SqlRetention implements Retention {
  readonly #db: Database;
  readonly #policy: RetentionPolicy;

  constructor(db: Database, policy: RetentionPolicy) {
    this.#db = db;
    this.#policy = policy;
  }

  async purge({
    now,
    limit,
    position,
  }: {
    now: Instant;
    limit: number;
    position: PurgePosition | undefined;
  }): Promise<PurgeReport> {
    // Looked up before the transaction: most purges find nothing, and must not take the lock for it.
    const oldest = await this.#oldRuns(now, limit, position);
    const ids = await this.#withoutKept(oldest, now);
    const firings = await this.#oldFirings(now, limit);
    const changes = await this.#oldChanges(now, limit);
    const letters = await this.#oldLetters(now, limit);
    const last = oldest.at(-1);
    const report = { runs: ids.length, firings: firings.length, changes: changes.length };
    if (report.runs + report.firings + report.changes + letters.length > 0) {
      await this.#db.transaction().execute(async (trx) => {
        await deleteRuns(trx, ids);
        for (const { schedule_id, nominal_at } of firings) {
          await trx
            .deleteFrom("firing")
            .where("schedule_id", "=", schedule_id)
            .where("nominal_at", "=", nominal_at)
            .execute();
        }
        if (changes.length > 0) await trx.deleteFrom("change").where("id", "in", changes).execute();
        if (letters.length > 0) await trx.deleteFrom("dead_letter").where("id", "in", letters).execute();
      });
    }
    const more = [oldest, firings, changes, letters].some((found) => found.length === limit);
    const end = oldest.length < limit || last === undefined;
    return { ...report, more, position: end ? undefined : { queuedAt: last.queued_at, id: last.id } };
  }

  #oldRuns(now: Instant, limit: number, position: PurgePosition | undefined): Promise<OldRun[]> {
    let query = this.#db
      .selectFrom("run_done")
      .select(["id", "periodic_task_id", "queued_at", "ended_at", "state"])
      .where("queued_at", "<", now - this.#policy.runsDays * DAY_MS);
    if (position !== undefined) {
      query = query.where((e) => e(e.refTuple("queued_at", "id"), ">", e.tuple(position.queuedAt, position.id)));
    }
    return query.orderBy("queued_at").orderBy("id").limit(limit).execute();
  }

  async #withoutKept(runs: readonly OldRun[], now: Instant): Promise<string[]> {
    const { runsDays, failuresDays } = this.#policy;
    const keptFrom = new Map<number, Instant>();
    const ids: string[] = [];
    for (const run of runs) {
      const days = run.state === "failed" || run.state === "lost" ? failuresDays : runsDays;
      if (run.ended_at >= now - days * DAY_MS) continue;
      if (run.periodic_task_id !== null) {
        const from = keptFrom.get(run.periodic_task_id) ?? (await this.#keptFrom(run.periodic_task_id));
        keptFrom.set(run.periodic_task_id, from);
        if (run.queued_at >= from) continue;
      }
      ids.push(run.id);
    }
    return ids;
  }

  /** When the oldest of the latest runs of a periodic task was queued. */
  async #keptFrom(periodicTaskId: number): Promise<Instant> {
    const { lastRuns } = this.#policy;
    if (lastRuns === 0) return Number.MAX_SAFE_INTEGER;
    const row = await this.#db
      .selectFrom("run_done")
      .select("queued_at")
      .where("periodic_task_id", "=", periodicTaskId)
      .orderBy("queued_at", "desc")
      .limit(1)
      .offset(lastRuns - 1)
      .executeTakeFirst();
    return row?.queued_at ?? Number.MIN_SAFE_INTEGER;
  }

  #oldFirings(now: Instant, limit: number) {
    return this.#db
      .selectFrom("firing")
      .select(["schedule_id", "nominal_at"])
      .where("decided_at", "<", now - this.#policy.ledgerDays * DAY_MS)
      .orderBy("decided_at")
      .limit(limit)
      .execute();
  }

  /** Refused messages are kept as long as failed runs. */
  async #oldLetters(now: Instant, limit: number): Promise<number[]> {
    const rows = await this.#db
      .selectFrom("dead_letter")
      .select("id")
      .where("at", "<", now - this.#policy.failuresDays * DAY_MS)
      .orderBy("at")
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  }

  async #oldChanges(now: Instant, limit: number): Promise<number[]> {
    const rows = await this.#db.selectFrom("change").select(["id", "at"]).orderBy("id").limit(limit).execute();
    const before = now - this.#policy.changesDays * DAY_MS;
    return rows.filter((row) => row.at < before).map((row) => row.id);
  }
}

async function deleteRuns(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom("run_log").where("run_id", "in", ids).execute();
  await db.deleteFrom("attempt").where("run_id", "in", ids).execute();
  await db.deleteFrom("run_done").where("id", "in", ids).execute();
}
