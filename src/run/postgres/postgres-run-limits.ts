import type { Instant } from "../../base/clock.ts";
import { stillHeld } from "../../database/postgres/claim-set.ts";
import type { PostgresConnection, PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { lockKeys } from "../../database/postgres/run-locks.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { inDatabase } from "../../database/queries/in-database.ts";
import { hasLimitSlot, waitedLimitsSql } from "../../database/queries/run-limits.ts";
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
import type { Claim, RunStoreOptions } from "../run-store.ts";

/** Runs in one transaction. */
const BATCH = 200;
/** Keys that are looked at in one sweep. */
const KEYS_AT_ONCE = 200;

const claimColumns = { id: "text", claim: "bigint" } as const;

const find = `
  select r.seq, r.id, r.claim, r.slot_key, r.slot_at, r.turn_at, r.cancel_requested_at
  from ${unnest(claimColumns, "t")} join run_live r on ${stillHeld} where r.attempt_started_at is null
  for update of r`;

/** What stands under each key: the first that waits, how many have a slot, and the rate. */
const standing = `
  select k.key,
    (select count(*) from run_live r where r.slot_key is not null and r.slot_key = k.key and ${hasLimitSlot("$2::bigint")}) as holders,
    w.seq, w.slot_limit, l.interval_us, l.burst, l.next_at_us
  from unnest($1::text[]) as k (key)
  left join lateral (
    select seq, slot_limit from run_live where waits_for is not null and waits_for = k.key order by priority desc, seq limit 1
  ) w on true
  left join limiter l on l.key = k.key`;

interface Standing {
  readonly key: string;
  readonly holders: number;
  readonly seq: number | null;
  readonly slot_limit: number | null;
  readonly interval_us: number | null;
  readonly burst: number | null;
  readonly next_at_us: number | null;
}

const changeColumns = {
  seq: "bigint",
  waits_for: "text",
  slot_key: "text",
  slot_limit: "bigint",
  slot_at: "bigint",
  turn_at: "bigint",
} as const;

const begin = `
  update run_live r set slot_key = t.slot_key, slot_limit = t.slot_limit, slot_at = t.slot_at, turn_at = t.turn_at
  from ${unnest(changeColumns, "t")} where r.seq = t.seq`;

const wait = `
  update run_live r set state = 'held', process_id = null, published_at = null, progress = null, waits_for = t.waits_for,
    slot_key = t.slot_key, slot_limit = t.slot_limit, slot_at = t.slot_at, turn_at = null
  from ${unnest(changeColumns, "t")} where r.seq = t.seq`;

const saveLimiter = `
  insert into limiter (key, interval_us, burst, next_at_us) values ($1, $2, $3, $4)
  on conflict (key) do update set interval_us = excluded.interval_us, burst = excluded.burst, next_at_us = excluded.next_at_us`;

const firstWaiting = `
  select seq, slot_key, slot_limit, available_at from run_live
  where waits_for is not null and waits_for = $1 order by priority desc, seq limit $2 for update`;

const releaseColumns = {
  seq: "bigint",
  state: "text",
  slot_key: "text",
  slot_at: "bigint",
  turn_at: "bigint",
  available_at: "bigint",
} as const;

const release = `
  update run_live r set state = t.state, waits_for = null, slot_key = t.slot_key, slot_at = t.slot_at, turn_at = t.turn_at,
    available_at = t.available_at
  from ${unnest(releaseColumns, "t")} where r.seq = t.seq`;

export class PostgresRunLimits implements RunLimits {
  readonly #pool: PostgresPool;
  readonly #arrival: Arrival;
  readonly #tell: () => void;
  readonly #parked: (claims: readonly Claim[]) => void;
  #sweptTo = "";

  /** @param tell says what has just been committed */
  constructor(
    pool: PostgresPool,
    tell: () => void = () => {},
    options: RunStoreOptions & {
      /** Told of claims that are not their process's any more. */
      readonly parked?: (claims: readonly Claim[]) => void;
    } = {},
  ) {
    const { carriage = inDatabase, tellUnpublished, parked = () => {} } = options;
    this.#parked = parked;
    this.#pool = pool;
    this.#arrival = carriage.arrival;
    this.#tell = () => {
      tell();
      tellUnpublished?.();
    };
  }

  async admit(claims: readonly LimitedClaim[], now: Instant): Promise<readonly Admission[]> {
    const answers: Admission[] = [];
    for (let from = 0; from < claims.length; from += BATCH) {
      const part = claims.slice(from, from + BATCH);
      const decided = await this.#pool.transaction((connection) => this.#admit(connection, part, now));
      this.#parked(part.filter((_, n) => decided[n] === "waits"));
      answers.push(...decided);
    }
    return answers;
  }

  async #admit(
    connection: PostgresConnection,
    claims: readonly LimitedClaim[],
    now: Instant,
  ): Promise<readonly Admission[]> {
    const keys = new Set(claims.flatMap(({ slot, rate }) => [slot?.key, rate?.key].filter((key) => key !== undefined)));
    // Whoever decides about a key has it for himself until his transaction ends, and keys come before rows.
    await lockKeys(connection, keys);
    const { rows } = await connection.query<AdmittedRow>({
      name: "admit-find",
      text: find,
      values: arraysOf(
        claimColumns,
        claims.map(({ id, claim }) => ({ id, claim })),
      ),
    });
    for (const { slot_key: key } of rows) if (key !== null) keys.add(key);
    const standings = await standingOf(connection, [...keys], now);
    const plan = planAdmission(
      claims,
      {
        rows: new Map(rows.map((row) => [row.id, row])),
        holders: new Map(standings.map(({ key, holders }) => [key, Number(holders)])),
        waitedFor: new Set(standings.flatMap(({ key, seq }) => (seq === null ? [] : [key]))),
        limiters: new Map(
          standings.flatMap((one) => {
            const limiter = limiterOf(one);
            return limiter === undefined ? [] : [[one.key, limiter] as const];
          }),
        ),
      },
      now,
    );
    await write(
      connection,
      "admit-begin",
      begin,
      plan.changes.filter(({ waitsFor }) => waitsFor === null),
    );
    await write(
      connection,
      "admit-wait",
      wait,
      plan.changes.filter(({ waitsFor }) => waitsFor !== null),
    );
    for (const [key, limiter] of plan.limiters) await save(connection, key, limiter);
    return plan.answers;
  }

  async release(keys: readonly string[], now: Instant): Promise<ReleaseReport> {
    const again = new Map<string, Instant>();
    if (keys.length === 0) return { released: 0, again };
    let released = 0;
    // A look without the locks: as a rule nothing is to be done.
    for (const one of await standingOf(this.#pool, [...new Set(keys)], now)) {
      if (!mayRelease(one, now, again)) continue;
      released += await this.#pool.transaction((connection) => this.#releaseOne(connection, one.key, now, again));
    }
    if (released > 0) this.#tell();
    return { released, again };
  }

  async sweep(now: Instant): Promise<ReleaseReport> {
    const { rows } = await this.#pool.query<{ key: string }>({
      name: "limits-waited-for",
      text: waitedLimitsSql("$1", "$2"),
      values: [this.#sweptTo, KEYS_AT_ONCE],
    });
    this.#sweptTo = rows.length < KEYS_AT_ONCE ? "" : (rows.at(-1)?.key ?? "");
    return this.release(
      rows.map(({ key }) => key),
      now,
    );
  }

  async #releaseOne(
    connection: PostgresConnection,
    key: string,
    now: Instant,
    again: Map<string, Instant>,
  ): Promise<number> {
    await lockKeys(connection, [key]);
    const { rows: waiting } = await connection.query<WaitingRow>({
      name: "limit-waiting",
      text: firstWaiting,
      values: [key, BATCH],
    });
    const [standing] = await standingOf(connection, [key], now);
    if (waiting.length === 0 || standing === undefined) return 0;
    if (!isRateKey(key)) return this.#free(connection, planSlots(key, waiting, Number(standing.holders), now), now);
    // Without its row nobody knows the rate: who is claimed next says it.
    const limiter = limiterOf(standing) ?? { intervalUs: 1, burst: 1, nextAtUs: 0 };
    const plan = planTurns(waiting, limiter, { now, until: now + TURNS_AHEAD_MS });
    await save(connection, key, plan.limiter);
    if (waiting.length === BATCH || plan.released.length < waiting.length) {
      again.set(key, turnsAgainAt(plan.limiter, now));
    }
    return this.#free(connection, plan.released, now);
  }

  async #free(connection: PostgresConnection, released: readonly Released[], now: Instant): Promise<number> {
    if (released.length === 0) return 0;
    const rows = released.map(({ seq, slotKey, slotAt, turnAt, availableAt }) => ({
      seq,
      state: availableAt > now ? "scheduled" : this.#arrival,
      slot_key: slotKey,
      slot_at: slotAt,
      turn_at: turnAt,
      available_at: availableAt,
    }));
    await connection.query({ name: "limit-release", text: release, values: arraysOf(releaseColumns, rows) });
    return released.length;
  }
}

async function standingOf(
  on: PostgresPool | PostgresConnection,
  keys: readonly string[],
  now: Instant,
): Promise<readonly Standing[]> {
  if (keys.length === 0) return [];
  const { rows } = await on.query<Standing>({ name: "limit-standing", text: standing, values: [keys, now] });
  return rows;
}

function limiterOf({ interval_us: intervalUs, burst, next_at_us: nextAtUs }: Standing): Limiter | undefined {
  return intervalUs === null || burst === null || nextAtUs === null ? undefined : { intervalUs, burst, nextAtUs };
}

function mayRelease(one: Standing, now: Instant, again: Map<string, Instant>): boolean {
  if (one.seq === null) return false;
  if (!isRateKey(one.key)) return (one.slot_limit ?? 1) > Number(one.holders);
  const limiter = limiterOf(one);
  if (limiter === undefined || limiter.nextAtUs <= (now + TURNS_AHEAD_MS) * 1_000) return true;
  again.set(one.key, turnsAgainAt(limiter, now));
  return false;
}

async function write(
  connection: PostgresConnection,
  name: string,
  text: string,
  changes: readonly AdmissionChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ seq, waitsFor, slotKey, slotLimit, slotAt, turnAt }) => ({
    seq,
    waits_for: waitsFor,
    slot_key: slotKey,
    slot_limit: slotLimit,
    slot_at: slotAt,
    turn_at: turnAt,
  }));
  await connection.query({ name, text, values: arraysOf(changeColumns, rows) });
}

async function save(connection: PostgresConnection, key: string, limiter: Limiter): Promise<void> {
  const { intervalUs, burst, nextAtUs } = limiter;
  await connection.query({ name: "limiter-save", text: saveLimiter, values: [key, intervalUs, burst, nextAtUs] });
}
