import { type Kysely, sql } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { Tables } from "../../database/rows.ts";
import type { KeepOptions } from "../../task/keep-options.ts";
import { type KeepScope, type KeepWalk, keepDecision, keepWalks } from "../keep-decision.ts";
import type { AnnouncedTask } from "../process-reader.ts";
import type { KeepRules, PurgePosition, PurgeReport, Retention, RetentionPolicy } from "../retention.ts";

const DAY_MS = 86_400_000;

type Database = Kysely<Tables>;

interface OldRun {
  readonly id: string;
  readonly task: string;
  readonly periodic_task_id: number | null;
  readonly queued_at: Instant;
  readonly ended_at: Instant;
  readonly state: string;
}

export interface SqlRetentionParts {
  readonly db: Database;
  /** Reads beside the writer; default: `db`. */
  readonly reader?: Database;
  readonly policy: RetentionPolicy;
  /** What processes told of their tasks; default: nothing. */
  readonly announcements?: () => Promise<readonly Pick<AnnouncedTask, "task" | "keep" | "announcedAt">[]>;
}

const noRules: KeepRules = { tasks: new Map(), periodicTasks: new Map() };

export class SqlRetention implements Retention {
  readonly #parts: SqlRetentionParts;
  readonly #policy: RetentionPolicy;
  /** As they were when the walks began. */
  #rules: KeepRules = noRules;
  #walks: readonly KeepWalk[] = [];

  constructor(parts: SqlRetentionParts) {
    this.#parts = parts;
    this.#policy = parts.policy;
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
    const { db } = this.#parts;
    if (position === undefined) {
      this.#rules = await this.#readRules();
      this.#walks = keepWalks(this.#rules, this.#policy);
    }
    // Looked up before the transaction: most purges find nothing, and must not take the lock for it.
    const oldest = await this.#oldRuns(now, limit, position);
    const ids = await this.#withoutKept(oldest, now);
    const firings = await this.#oldFirings(now, limit);
    const changes = await this.#oldChanges(now, limit);
    const letters = await this.#oldLetters(now, limit);
    const report = { runs: ids.length, firings: firings.length, changes: changes.length };
    if (report.runs + report.firings + report.changes + letters.length > 0) {
      await db.transaction().execute(async (trx) => {
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
    const next = this.#next(oldest, limit, position?.walk ?? 0);
    const more = next !== undefined || [firings, changes, letters].some((found) => found.length === limit);
    return { ...report, more, position: next };
  }

  #next(found: readonly OldRun[], limit: number, walk: number): PurgePosition | undefined {
    const last = found.at(-1);
    if (found.length === limit && last !== undefined) return { walk, queuedAt: last.queued_at, id: last.id };
    return walk < this.#walks.length ? { walk: walk + 1, queuedAt: Number.MIN_SAFE_INTEGER, id: "" } : undefined;
  }

  async #oldRuns(now: Instant, limit: number, position: PurgePosition | undefined): Promise<OldRun[]> {
    const walk = this.#walks[(position?.walk ?? 0) - 1];
    let query = this.#parts.db
      .selectFrom("run_done")
      .select(["id", "task", "periodic_task_id", "queued_at", "ended_at", "state"])
      .where(
        "queued_at",
        "<",
        walk === undefined ? now - this.#policy.runsDays * DAY_MS : await this.#until(walk, now),
      );
    if (walk?.scope.kind === "task") query = query.where("task", "=", walk.scope.name);
    if (walk?.scope.kind === "periodicTask") query = query.where("periodic_task_id", "=", walk.scope.id);
    if (position !== undefined) {
      query = query.where((e) => e(e.refTuple("queued_at", "id"), ">", e.tuple(position.queuedAt, position.id)));
    }
    return query.orderBy("queued_at").orderBy("id").limit(limit).execute();
  }

  /** Before when a walk finds runs that may go. */
  async #until({ scope, days, mostRuns }: KeepWalk, now: Instant): Promise<Instant> {
    const byAge = days === undefined ? Number.MIN_SAFE_INTEGER : now - days * DAY_MS;
    return mostRuns === undefined ? byAge : Math.max(byAge, await this.#oldestOfLast(scope, mostRuns));
  }

  async #withoutKept(runs: readonly OldRun[], now: Instant): Promise<string[]> {
    const known = new Map<string, Instant>();
    const from = async ({ scope, count }: { scope: KeepScope; count: number }): Promise<Instant> => {
      const key = `${scope.kind === "task" ? `t ${scope.name}` : `p ${scope.id}`} ${count}`;
      const found = known.get(key) ?? (await this.#oldestOfLast(scope, count));
      known.set(key, found);
      return found;
    };
    const ids: string[] = [];
    for (const run of runs) {
      const { task, state, periodic_task_id: periodicTaskId } = run;
      const { days, last, most } = keepDecision({ task, state, periodicTaskId }, this.#rules, this.#policy);
      if (most === undefined || run.queued_at >= (await from(most))) {
        if (run.ended_at >= now - days * DAY_MS) continue;
        if (last !== undefined && run.queued_at >= (await from(last))) continue;
      }
      ids.push(run.id);
    }
    return ids;
  }

  /** When the oldest of the latest runs was queued; long ago where there are not so many. */
  async #oldestOfLast(scope: KeepScope, count: number): Promise<Instant> {
    const of = this.#parts.db.selectFrom("run_done").select("queued_at");
    const scoped =
      scope.kind === "task" ? of.where("task", "=", scope.name) : of.where("periodic_task_id", "=", scope.id);
    const row = await scoped
      .orderBy("queued_at", "desc")
      .limit(1)
      .offset(count - 1)
      .executeTakeFirst();
    return row?.queued_at ?? Number.MIN_SAFE_INTEGER;
  }

  async #readRules(): Promise<KeepRules> {
    const { db, reader = db, announcements } = this.#parts;
    const told = [...((await announcements?.()) ?? [])].sort((a, b) => a.announcedAt - b.announcedAt);
    // The latest word of each task: a rule that was taken out of the code is none any more.
    const latest = new Map(told.map(({ task, keep }) => [task, keep]));
    const tasks = [...latest].filter((entry): entry is [string, KeepOptions] => entry[1] !== undefined);
    const rows = await reader
      .selectFrom("periodic_task")
      .select(["id", "options"])
      .where(sql<boolean>`cast(options as text) like '%"keep"%'`)
      .execute();
    const periodicTasks = rows.flatMap(({ id, options }): [number, KeepOptions][] => {
      const { keep } = JSON.parse(options) as { readonly keep?: KeepOptions };
      return keep === undefined ? [] : [[id, keep]];
    });
    return { tasks: new Map(tasks), periodicTasks: new Map(periodicTasks) };
  }

  #oldFirings(now: Instant, limit: number) {
    return this.#parts.db
      .selectFrom("firing")
      .select(["schedule_id", "nominal_at"])
      .where("decided_at", "<", now - this.#policy.ledgerDays * DAY_MS)
      .orderBy("decided_at")
      .limit(limit)
      .execute();
  }

  /** Refused messages are kept as long as failed runs. */
  async #oldLetters(now: Instant, limit: number): Promise<number[]> {
    const rows = await this.#parts.db
      .selectFrom("dead_letter")
      .select("id")
      .where("at", "<", now - this.#policy.failuresDays * DAY_MS)
      .orderBy("at")
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  }

  async #oldChanges(now: Instant, limit: number): Promise<number[]> {
    const rows = await this.#parts.db.selectFrom("change").select(["id", "at"]).orderBy("id").limit(limit).execute();
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
