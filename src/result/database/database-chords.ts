import type { Kysely } from "kysely";
import type { Clock, Instant } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { Tables } from "../../database/rows.ts";
import { joinChord } from "../join-chord.ts";
import type { ChordCompletion, ChordCounter, ChordPart } from "../result-backend.ts";

export interface DatabaseChordsSettings {
  readonly database: { readonly kind: "sqlite" | "postgres"; readonly db: Kysely<Tables> };
  readonly clock: Clock;
}

/** A chord that is not complete after so long never will be: its members were purged. */
const KEPT_MS = 60 * 24 * 60 * 60 * 1000;
const CLEAN_EVERY_MS = 60 * 60 * 1000;

/**
 * Counts chords in hyoshi's own database, for projects without a result backend that can. A member's end is a row with its result; the chord's own row goes when its
 * body was sent, or has failed, and what ends after that counts no more.
 */
export class DatabaseChords implements ChordCounter {
  readonly #settings: DatabaseChordsSettings;
  #cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: DatabaseChordsSettings) {
    this.#settings = settings;
  }

  async startChord(groupId: string, size: number, members: readonly Json[]): Promise<void> {
    const { database, clock } = this.#settings;
    const now = clock.now();
    await this.#clean(now);
    await database.db
      .insertInto("chord")
      .values({ group_id: groupId, size, members: JSON.stringify(members), started_at: now })
      // Told again: some members may have been counted already.
      .onConflict((conflict) => conflict.column("group_id").doNothing())
      .execute();
  }

  chordPart({ groupId, record }: ChordPart): Promise<ChordCompletion> {
    const { db, kind } = this.#settings.database;
    return db.transaction().execute(async (transaction) => {
      // The chord's row is locked first: of two that end at the same time, one sees both. SQLite has one writer, and locks with the insert.
      if (kind === "postgres") {
        await transaction.selectFrom("chord").select("size").where("group_id", "=", groupId).forUpdate().execute();
      }
      const part = { group_id: groupId, run_id: record.id, state: record.state, result: JSON.stringify(record.result) };
      await transaction
        .insertInto("chord_part")
        .columns(["group_id", "run_id", "state", "result"])
        .expression((is) =>
          is
            .selectFrom("chord")
            .select((of) => [
              "group_id",
              of.val(part.run_id).as("run_id"),
              of.val(part.state).as("state"),
              of.val(part.result).as("result"),
            ])
            .where("group_id", "=", groupId),
        )
        .onConflict((conflict) => conflict.columns(["group_id", "run_id"]).doNothing())
        .execute();
      const chord = await transaction
        .selectFrom("chord")
        .selectAll()
        .where("group_id", "=", groupId)
        .executeTakeFirst();
      if (chord === undefined) return { kind: "incomplete" };
      const counted = await transaction
        .selectFrom("chord_part")
        .select((of) => of.fn.countAll<number | string>().as("count"))
        .where("group_id", "=", groupId)
        .executeTakeFirstOrThrow();
      if (Number(counted.count) < chord.size) return { kind: "incomplete" };
      const parts = await transaction.selectFrom("chord_part").selectAll().where("group_id", "=", groupId).execute();
      const records = new Map(parts.map(({ run_id: id, state, result }) => [id, { state, result: readJson(result) }]));
      return joinChord(readJson(chord.members) as readonly Json[], (id) => records.get(id));
    });
  }

  async endChord(groupId: string): Promise<void> {
    await this.#settings.database.db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom("chord").where("group_id", "=", groupId).execute();
      await transaction.deleteFrom("chord_part").where("group_id", "=", groupId).execute();
    });
  }

  async #clean(now: Instant): Promise<void> {
    if (now - this.#cleanedAt < CLEAN_EVERY_MS) return;
    this.#cleanedAt = now;
    const { db } = this.#settings.database;
    const old = await db
      .selectFrom("chord")
      .select("group_id")
      .where("started_at", "<", now - KEPT_MS)
      .limit(1_000)
      .execute();
    for (const { group_id: groupId } of old) await this.endChord(groupId);
  }
}

/** PostgreSQL's driver may have read it already. */
function readJson(value: unknown): Json {
  return typeof value === "string" ? (JSON.parse(value) as Json) : (value as Json);
}
