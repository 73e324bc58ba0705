import { type Kysely, sql } from "kysely";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { Tables } from "../../database/rows.ts";
import { writePythonJson } from "../../message/python-json-write.ts";
import { idsOf, joinChord } from "../join-chord.ts";
import {
  type ChordCompletion,
  type ChordPart,
  type ResultBackend,
  type ResultRecord,
  type ResultWatch,
  readyStates,
} from "../result-backend.ts";
import { COUNTED, recordOf, rowOf } from "./django-rows.ts";
import { COUNTERS, columnsOf, type DjangoTables, RESULTS } from "./django-tables.ts";
import { PollingWatch } from "./polling-watch.ts";

export interface DjangoResultsSettings {
  /** hyoshi's own database or another one; closed by whoever opened it. */
  readonly database: { readonly kind: "sqlite" | "postgres"; readonly db: Kysely<Tables> };
  readonly clock: Clock;
  /** Whether the task's name, arguments and worker are written too, which Django's admin shows. Default: true. */
  readonly extended?: boolean;
}

const ROWS_AT_ONCE = 100;
const IDS_AT_ONCE = 500;

/**
 * The tables of django-celery-results, from 2.0 on, in PostgreSQL or SQLite. Which columns there are is read from the table; those that nobody here
 * knows are left as they are.
 */
export class DjangoResults implements ResultBackend {
  readonly kind = "django";
  readonly #settings: DjangoResultsSettings;
  readonly #db: Kysely<DjangoTables>;
  #columns: Promise<ReadonlySet<string>> | undefined;

  constructor(settings: DjangoResultsSettings) {
    this.#settings = settings;
    this.#db = settings.database.db as unknown as Kysely<DjangoTables>;
  }

  async store(records: readonly ResultRecord[]): Promise<void> {
    const columns = await this.#known();
    const { clock, extended = true } = this.#settings;
    const { kind } = this.#settings.database;
    // Of one run, the last counts; one statement cannot write a row twice.
    const latest = [...new Map(records.map((record) => [record.id, record])).values()];
    for (let from = 0; from < latest.length; from += ROWS_AT_ONCE) {
      const now = clock.now();
      const rows = latest.slice(from, from + ROWS_AT_ONCE).map((record) => {
        const row = Object.entries(rowOf(record, { now, kind, extended }));
        return Object.fromEntries(row.filter(([name]) => columns.has(name)));
      });
      const own = new Set(["task_id", "date_created", "date_started"]);
      const written = Object.keys(rows[0] ?? {}).filter((name) => !own.has(name));
      const started = columns.has("date_started")
        ? { date_started: sql`coalesce(excluded.date_started, ${sql.ref(`${RESULTS}.date_started`)})` }
        : {};
      await this.#db
        .insertInto(RESULTS)
        .values(rows as never)
        .onConflict((conflict) =>
          conflict
            .column("task_id")
            .doUpdateSet({
              ...Object.fromEntries(written.map((name) => [name, sql.ref(`excluded.${name}`)])),
              ...started,
            } as never)
            // A late copy's failure takes back no success, what is over does not begin again, and a row that its chord has counted is as it ended.
            .where(`${RESULTS}.status`, "<>", "SUCCESS")
            .where((is) =>
              is.or([
                is(`${RESULTS}.status`, "not in", readyStates),
                is(sql<string>`excluded.status`, "in", readyStates),
              ]),
            )
            .where((is) =>
              is.or([is(`${RESULTS}.meta`, "is", null), is(`${RESULTS}.meta`, "not like", `%"${COUNTED}"%`)]),
            ),
        )
        .execute();
    }
  }

  async read(ids: readonly string[]): Promise<readonly (ResultRecord | undefined)[]> {
    return this.#read(this.#db, ids);
  }

  watch(hear: (record: ResultRecord) => void): ResultWatch {
    return new PollingWatch({ clock: this.#settings.clock, read: (ids) => this.read(ids), hear });
  }

  async startChord(groupId: string, size: number, members: readonly Json[]): Promise<void> {
    await this.#db
      .insertInto(COUNTERS)
      .values({ group_id: groupId, sub_tasks: writePythonJson(members), count: size })
      // Told again: some members may have been counted already.
      .onConflict((conflict) => conflict.column("group_id").doNothing())
      .execute();
  }

  /**
   * Celery's workers count down, delete the row at 0, and then send the body. Here the row stays at 0 until {@link endChord}, so that a worker that
   * dies between the two leaves enough behind to do it again; that a member was counted is noted beside its children.
   */
  chordPart({ groupId, record }: ChordPart): Promise<ChordCompletion> {
    const isPostgres = this.#settings.database.kind === "postgres";
    return this.#db.transaction().execute(async (transaction) => {
      let counter = transaction.selectFrom(COUNTERS).selectAll().where("group_id", "=", groupId);
      if (isPostgres) counter = counter.forUpdate();
      const row = await counter.executeTakeFirst();
      if (row === undefined) return { kind: "incomplete" };
      const members = JSON.parse(row.sub_tasks) as readonly Json[];
      let { count } = row;
      if (await this.#noteCounted(transaction, record.id)) {
        count = Math.max(0, count - 1);
        await transaction.updateTable(COUNTERS).set({ count }).where("group_id", "=", groupId).execute();
      }
      if (count > 0) return { kind: "incomplete" };
      const ids = members.flatMap(idsOf);
      const records = await this.#read(transaction, ids);
      const byId = new Map(ids.map((id, index) => [id, records[index]]));
      return joinChord(members, (id) => byId.get(id));
    });
  }

  async endChord(groupId: string): Promise<void> {
    await this.#db.deleteFrom(COUNTERS).where("group_id", "=", groupId).where("count", "=", 0).execute();
  }

  async close(): Promise<void> {}

  /** Whether it was not noted before. */
  async #noteCounted(db: Kysely<DjangoTables>, id: string): Promise<boolean> {
    const row = await db.selectFrom(RESULTS).select("meta").where("task_id", "=", id).executeTakeFirst();
    if (row === undefined) return true;
    const meta = JSON.parse(row.meta ?? "{}") as Record<string, Json>;
    if (meta[COUNTED] !== undefined) return false;
    const noted = writePythonJson({ ...meta, [COUNTED]: true });
    await db.updateTable(RESULTS).set({ meta: noted }).where("task_id", "=", id).execute();
    return true;
  }

  async #read(db: Kysely<DjangoTables>, ids: readonly string[]): Promise<readonly (ResultRecord | undefined)[]> {
    const found = new Map<string, ResultRecord>();
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const rows = await db
        .selectFrom(RESULTS)
        .selectAll()
        .where("task_id", "in", ids.slice(from, from + IDS_AT_ONCE))
        .execute();
      for (const row of rows) found.set(row.task_id, recordOf(row));
    }
    return ids.map((id) => found.get(id));
  }

  #known(): Promise<ReadonlySet<string>> {
    this.#columns ??= columnsOf(this.#db, this.#settings.database.kind, RESULTS).catch((error: unknown) => {
      this.#columns = undefined;
      throw error;
    });
    return this.#columns;
  }
}

export function createDjangoResults(settings: DjangoResultsSettings): ResultBackend {
  return new DjangoResults(settings);
}
