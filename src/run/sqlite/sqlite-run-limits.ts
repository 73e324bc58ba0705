import type { Instant } from "../../base/clock.ts";
import { inDatabase } from "../../database/queries/in-database.ts";
import { hasLimitSlot, waitedLimitsSql } from "../../database/queries/run-limits.ts";
import { writeTransaction } from "../../database/sqlite/busy.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import {
  type AdmissionChange,
  type AdmittedRow,
  planAdmission,
  planSlots,
  planTurns,
  type Released,
  type WaitingRow,
} from "../admission.ts";
import type { Arrival } from "../arrival.ts";
import {
  type Admission,
  isRateKey,
  type LimitedClaim,
  type Limiter,
  type ReleaseReport,
  type RunLimits,
  TURNS_AHEAD_MS,
  turnsAgainAt,
} from "../run-limits.ts";
import type { RunStoreOptions } from "../run-store.ts";

/** Runs in one transaction. */
const BATCH = 200;
/** Keys that are looked at in one sweep. */
const KEYS_AT_ONCE = 200;

export class SqliteRunLimits implements RunLimits {
  readonly #connection: SqliteConnection;
  readonly #arrival: Arrival;
  readonly #tell: () => void;
  readonly #find;
  readonly #holders;
  readonly #isWaitedFor;
  readonly #limiter;
  readonly #saveLimiter;
  readonly #begin;
  readonly #wait;
  readonly #waiting;
  readonly #release;
  readonly #waited;
  #sweptTo = "";

  /** @param tell says on this process what it has just committed */
  constructor(connection: SqliteConnection, tell: () => void = () => {}, options: RunStoreOptions = {}) {
    const { carriage = inDatabase, tellUnpublished } = options;
    this.#connection = connection;
    this.#arrival = carriage.arrival;
    this.#tell = () => {
      tell();
      tellUnpublished?.();
    };
    this.#find = connection.prepare<[string, number], AdmittedRow>(`
      select seq, id, claim, slot_key, slot_at, turn_at, cancel_requested_at from run_live
      where id = ? and claim = ? and state = 'running' and attempt_started_at is null`);
    this.#holders = connection
      .prepare<[string, Instant], number>(
        `select count(*) from run_live r where r.slot_key is not null and r.slot_key = ? and ${hasLimitSlot("?")}`,
      )
      .pluck();
    this.#isWaitedFor = connection
      .prepare<[string], number>("select 1 from run_live where waits_for is not null and waits_for = ? limit 1")
      .pluck();
    this.#limiter = connection.prepare<[string], Limiter>(
      "select interval_us as intervalUs, burst, next_at_us as nextAtUs from limiter where key = ?",
    );
    this.#saveLimiter = connection.prepare<[string, number, number, number]>(`
      insert into limiter (key, interval_us, burst, next_at_us) values (?, ?, ?, ?)
      on conflict (key) do update set interval_us = excluded.interval_us, burst = excluded.burst, next_at_us = excluded.next_at_us`);
    this.#begin = connection.prepare<unknown[]>(
      "update run_live set slot_key = ?, slot_limit = ?, slot_at = ?, turn_at = ? where seq = ?",
    );
    this.#wait = connection.prepare<unknown[]>(`
      update run_live set state = 'held', process_id = null, published_at = null, progress = null, waits_for = ?,
        slot_key = ?, slot_limit = ?, slot_at = ?, turn_at = null
      where seq = ?`);
    this.#waiting = connection.prepare<[string, number], WaitingRow>(`
      select seq, slot_key, slot_limit, available_at from run_live
      where waits_for is not null and waits_for = ? order by priority desc, seq limit ?`);
    this.#release = connection.prepare<unknown[]>(`
      update run_live set state = ?, waits_for = null, slot_key = ?, slot_at = ?, turn_at = ?, available_at = ?
      where seq = ?`);
    this.#waited = connection.prepare<[string, number], string>(waitedLimitsSql("?", "?")).pluck();
  }

  async admit(claims: readonly LimitedClaim[], now: Instant): Promise<readonly Admission[]> {
    const answers: Admission[] = [];
    for (let from = 0; from < claims.length; from += BATCH) {
      const part = claims.slice(from, from + BATCH);
      answers.push(...(await writeTransaction(this.#connection, () => this.#admit(part, now))));
    }
    return answers;
  }

  #admit(claims: readonly LimitedClaim[], now: Instant): readonly Admission[] {
    const rows = new Map<string, AdmittedRow>();
    const keys = new Set<string>();
    for (const { id, claim, slot, rate } of claims) {
      const row = this.#find.get(id, claim);
      if (row !== undefined) rows.set(id, row);
      for (const key of [slot?.key, rate?.key, row?.slot_key]) if (key != null) keys.add(key);
    }
    const found = [...keys];
    const plan = planAdmission(
      claims,
      {
        rows,
        holders: new Map(found.map((key) => [key, this.#holders.get(key, now) ?? 0])),
        waitedFor: new Set(found.filter((key) => this.#isWaitedFor.get(key) !== undefined)),
        limiters: new Map(
          found.filter(isRateKey).flatMap((key) => {
            const limiter = this.#limiter.get(key);
            return limiter === undefined ? [] : [[key, limiter] as const];
          }),
        ),
      },
      now,
    );
    for (const change of plan.changes) this.#write(change);
    for (const [key, limiter] of plan.limiters) this.#save(key, limiter);
    return plan.answers;
  }

  #write({ seq, waitsFor, slotKey, slotLimit, slotAt, turnAt }: AdmissionChange): void {
    if (waitsFor === null) this.#begin.run(slotKey, slotLimit, slotAt, turnAt, seq);
    else this.#wait.run(waitsFor, slotKey, slotLimit, slotAt, seq);
  }

  #save(key: string, { intervalUs, burst, nextAtUs }: Limiter): void {
    this.#saveLimiter.run(key, intervalUs, burst, nextAtUs);
  }

  async release(keys: readonly string[], now: Instant): Promise<ReleaseReport> {
    const again = new Map<string, Instant>();
    let released = 0;
    // A look without the lock: as a rule nothing is to be done.
    for (const key of keys.filter((one) => this.#mayRelease(one, now, again))) {
      released += await writeTransaction(this.#connection, () => this.#releaseOne(key, now, again));
    }
    if (released > 0) this.#tell();
    return { released, again };
  }

  async sweep(now: Instant): Promise<ReleaseReport> {
    const keys = this.#waited.all(this.#sweptTo, KEYS_AT_ONCE);
    this.#sweptTo = keys.length < KEYS_AT_ONCE ? "" : (keys.at(-1) ?? "");
    return this.release(keys, now);
  }

  #mayRelease(key: string, now: Instant, again: Map<string, Instant>): boolean {
    const [first] = this.#waiting.all(key, 1);
    if (first === undefined) return false;
    if (!isRateKey(key)) return (first.slot_limit ?? 1) > (this.#holders.get(key, now) ?? 0);
    const limiter = this.#limiter.get(key);
    if (limiter === undefined || limiter.nextAtUs <= (now + TURNS_AHEAD_MS) * 1_000) return true;
    again.set(key, turnsAgainAt(limiter, now));
    return false;
  }

  #releaseOne(key: string, now: Instant, again: Map<string, Instant>): number {
    const waiting = this.#waiting.all(key, BATCH);
    if (!isRateKey(key)) return this.#free(planSlots(key, waiting, this.#holders.get(key, now) ?? 0, now), now);
    // Without its row nobody knows the rate: who is claimed next says it.
    const limiter = this.#limiter.get(key) ?? { intervalUs: 1, burst: 1, nextAtUs: 0 };
    const plan = planTurns(waiting, limiter, { now, until: now + TURNS_AHEAD_MS });
    this.#save(key, plan.limiter);
    if (waiting.length === BATCH || plan.released.length < waiting.length)
      again.set(key, turnsAgainAt(plan.limiter, now));
    return this.#free(plan.released, now);
  }

  #free(released: readonly Released[], now: Instant): number {
    for (const { seq, slotKey, slotAt, turnAt, availableAt } of released) {
      const state = availableAt > now ? "scheduled" : this.#arrival;
      this.#release.run(state, slotKey, slotAt, turnAt, availableAt, seq);
    }
    return released.length;
  }
}
