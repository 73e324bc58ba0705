import type { Instant } from "../../base/clock.ts";
import { endRuns } from "../../database/postgres/end-runs.ts";
import { type Ending, endOfWaiting } from "../../database/postgres/end-statement.ts";
import type { PostgresConnection, PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { releaseHeld } from "../../database/postgres/release-held.ts";
import { lockKeys, lockKeysOf } from "../../database/postgres/run-locks.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { waitedForSql } from "../../database/queries/lock-state.ts";
import { abandoned, lostRunFate } from "../../database/queries/lost-runs.ts";
import type { LiveRow } from "../../database/queries/run-columns.ts";
import type { Carriage } from "../arrival.ts";
import { FARTHEST_LEASE_MS, LeaseDoubts } from "../lease-doubts.ts";
import { ABANDON_AFTER_MS } from "../run-options.ts";
import type { SweepReport } from "../run-store.ts";
import { attemptConflict } from "./finish-runs.ts";

/** Rows of each kind in one transaction, so that no writer waits long behind it. */
const BATCH = 500;
/** Locks that runs wait for, looked at in one sweep. */
const LOCKS_AT_ONCE = 50;
const RELEASE_EVERY_MS = 5_000;

/** A running run with the name of its worker. */
type HeldRow = LiveRow & { readonly worker: string | null };

interface Batch extends SweepReport {
  readonly more: boolean;
}

const none: Batch = { released: 0, becameReady: 0, expired: 0, lost: 0, more: false };

/** Whether there is anything to do: most sweeps find nothing, and there is one each second in every process. */
const look = {
  name: "sweep-look",
  text: `select
    exists (select 1 from run_live where state = 'scheduled' and available_at <= $1) as due,
    exists (select 1 from run_live where expires_at is not null and state <> 'running' and expires_at <= $1
      and started_at is null) as late,
    exists (select 1 from process where (lease_until < $1 or lease_until > $1 + ${FARTHEST_LEASE_MS}) and id > 0) as doubtful,
    exists (select 1 from run_live where abandon_at is not null and abandon_at <= $1) or
      exists (select 1 from run_live where state = 'running' and abandon_at is null
        and attempt_started_at < $1 - ${ABANDON_AFTER_MS}) as overdue,
    exists (select 1 from run_live r where state = 'running' and process_id > 0
      and not exists (select 1 from process p where p.id = r.process_id)) as orphaned,
    exists (select 1 from run_live where state = 'held') as held,
    case when $2 then exists (select 1 from run_live where state = 'unpublished')
      when $3 then exists (select 1 from run_live where state = 'ready' and published_at is null) else false end as other`,
};

interface Look {
  readonly due: number;
  readonly late: number;
  readonly doubtful: number;
  readonly overdue: number;
  readonly orphaned: number;
  readonly held: number;
  /** Runs that wait as the other kind of broker has them: the project has changed its broker. */
  readonly other: number;
}

/** How often a store that hands runs to a broker looks for what was sent while the database was the broker: it walks what is ready. */
const ARRIVALS_EVERY_MS = 60_000;

const arrive = (isOther: string) => `
  update run_live set state = $1, published_at = null where seq in (
    select seq from run_live where ${isOther} order by seq limit $2 for update skip locked)`;
const arriveText = {
  ready: arrive("state = 'unpublished'"),
  unpublished: arrive("state = 'ready' and published_at is null"),
};

const due = {
  name: "sweep-due",
  text: `update run_live set state = $3, published_at = null where seq in (
    select seq from run_live where state = 'scheduled' and available_at <= $1
    order by available_at limit $2 for update skip locked)`,
};

const late = `select * from run_live where expires_at is not null and state <> 'running' and expires_at <= $1
  and started_at is null order by expires_at limit $2`;

const held = `select r.*, p.name as worker from run_live r left join process p on p.id = r.process_id`;
const isHeldByDead = "r.state = 'running' and r.process_id = $1";
const heldByDead = `${held} where ${isHeldByDead} limit $2 for update of r skip locked`;
const overdue = `${held} where r.abandon_at is not null and r.abandon_at <= $1 limit $2`;
const veryOld = `${held} where r.state = 'running' and r.abandon_at is null and r.attempt_started_at < $1 limit $2`;

const lostColumns = {
  run_id: "text",
  number: "bigint",
  claim: "bigint",
  process: "text",
  started_at: "bigint",
  error: "json",
} as const;

const addLost = `
  insert into attempt (run_id, number, claim, process, started_at, ended_at, outcome, error)
  select run_id, number, claim, process, started_at, $1, 'lost', error from ${unnest(lostColumns, "t", 2)}
  ${attemptConflict}`;

const releaseColumns = { id: "text", suspect: "bigint", lost: "bigint" } as const;

const release = `
  update run_live r set state = $4, process_id = null, published_at = null, suspect = t.suspect, lost = t.lost, attempt_started_at = null,
    abandon_at = null, progress = null, slot_key = null, turn_at = null
  from ${unnest(releaseColumns, "t")} where r.id = t.id`;

/** What each process does once a second for all of them. Rows that another one is sweeping are left to it. */
export class Sweep {
  readonly #pool: PostgresPool;
  readonly #doubts = new LeaseDoubts();
  /** How far the locks that runs wait for were looked at. */
  #waitedForTo = "";
  #releasedAt = Number.NEGATIVE_INFINITY;

  readonly #carriage: Carriage;
  /** When what another kind of broker left was last looked for. */
  #arrivalsAt = Number.NEGATIVE_INFINITY;

  constructor(pool: PostgresPool, carriage: Carriage) {
    this.#pool = pool;
    this.#carriage = carriage;
  }

  /** One batch of what there is to do. */
  async batch(now: Instant): Promise<Batch> {
    const { arrival } = this.#carriage;
    const isArrivalDue = Math.abs(now - this.#arrivalsAt) >= ARRIVALS_EVERY_MS;
    const { rows } = await this.#pool.query<Look>({
      ...look,
      values: [now, arrival === "ready", arrival === "unpublished" && isArrivalDue],
    });
    if (isArrivalDue && rows[0]?.other !== 1) this.#arrivalsAt = now;
    const isReleaseDue = Math.abs(now - this.#releasedAt) >= RELEASE_EVERY_MS;
    const found = rows[0] && { ...rows[0], held: isReleaseDue ? rows[0].held : 0 };
    if (found === undefined || !Object.values(found).includes(1)) return none;
    try {
      return await this.#pool.transaction((connection) => this.#work(connection, found, now));
    } catch (error) {
      this.#doubts.clear();
      throw error;
    }
  }

  async #work(connection: PostgresConnection, found: Look, now: Instant): Promise<Batch> {
    const { arrival } = this.#carriage;
    const expired = found.late === 1 ? await expire(connection, now, this.#carriage) : [];
    const ready = found.due === 1 ? await connection.query({ ...due, values: [now, BATCH, arrival] }) : { rowCount: 0 };
    const dead = found.doubtful === 1 ? await this.#deadProcesses(connection, now) : [];
    const orphaned = found.orphaned === 1 ? await vanishedProcesses(connection) : [];
    const total = { released: 0, lost: 0 };
    let more = expired.length === BATCH || ready.rowCount === BATCH;
    for (const id of new Set([...dead, ...orphaned])) {
      const taken = await takeFromDead(connection, id, now, this.#carriage);
      total.released += taken.released;
      total.lost += taken.lost;
      more ||= taken.more;
    }
    const abandoned = found.overdue === 1 ? await giveUp(connection, now, this.#carriage) : [];
    total.lost += abandoned.length;
    const released = found.held === 1 ? await this.#releaseHeld(connection, now) : 0;
    const values = [arrival, BATCH];
    const arrived = found.other === 1 ? await connection.query({ text: arriveText[arrival], values }) : { rowCount: 0 };
    more ||= arrived.rowCount === BATCH;
    return {
      ...total,
      becameReady: ready.rowCount + released + arrived.rowCount,
      expired: expired.length,
      more,
    };
  }

  /** Whoever ends a run gives its slot on. A lock may also have got more slots, or lost the holder of one by hand. */
  async #releaseHeld(connection: PostgresConnection, now: Instant): Promise<number> {
    this.#releasedAt = now;
    const { rows } = await connection.query<{ lock_key: string }>({
      text: waitedForSql("$1", "$2"),
      values: [this.#waitedForTo, LOCKS_AT_ONCE],
    });
    this.#waitedForTo = rows.length < LOCKS_AT_ONCE ? "" : (rows.at(-1)?.lock_key ?? "");
    const keys = rows.map((row) => row.lock_key);
    await lockKeys(connection, keys);
    return releaseHeld(connection, new Map(keys.map((key) => [key, undefined])), now, this.#carriage);
  }

  /** Those that left, and those that had their time to renew a lease that was seen to have ended. */
  async #deadProcesses(connection: PostgresConnection, now: Instant): Promise<readonly number[]> {
    const ended = await connection.query<{ id: number; until: Instant }>({
      text: `select id, lease_until as until from process
        where (lease_until < $1 or lease_until > $1 + ${FARTHEST_LEASE_MS}) and id > 0 order by id limit 100`,
      values: [now],
    });
    const { dead, doubted } = this.#doubts.look(ended.rows, now);
    if (doubted.length > 0) {
      // Changes nothing, and succeeds only where others could have renewed their leases as well.
      await connection.query({
        text: "update process set loop_lag = loop_lag where id = any($1::bigint[])",
        values: [doubted],
      });
    }
    if (dead.length === 0) return [];
    // A lease that is renewed from here on waits for what this transaction does, and finds its row gone.
    const { rows } = await connection.query<{ id: number }>({
      text: `select id from process where id = any($1::bigint[]) and (lease_until < $2 or lease_until > $2 + ${FARTHEST_LEASE_MS})
        order by id for update skip locked`,
      values: [dead, now],
    });
    return rows.map(({ id }) => id);
  }
}

async function expire(connection: PostgresConnection, now: Instant, carriage: Carriage): Promise<readonly string[]> {
  const { rows } = await connection.query<LiveRow>({ text: late, values: [now, BATCH] });
  const error = { name: "Expired", message: "it had not begun when it expired" };
  const ended = await endRuns(
    connection,
    "waiting",
    rows.map((row) => endOfWaiting(row, "expired", now, error)),
    carriage,
  );
  return ended.map(({ id }) => id);
}

async function vanishedProcesses(connection: PostgresConnection): Promise<readonly number[]> {
  const { rows } = await connection.query<{ id: number }>({
    text: `select distinct process_id as id from run_live r where state = 'running' and process_id > 0
      and not exists (select 1 from process p where p.id = r.process_id)`,
  });
  return rows.map(({ id }) => id);
}

/** One batch of a dead process's runs; its own row goes with the last. */
async function takeFromDead(connection: PostgresConnection, processId: number, now: Instant, carriage: Carriage) {
  await lockKeysOf(connection, isHeldByDead, [processId]);
  const { rows } = await connection.query<HeldRow>({ text: heldByDead, values: [processId, BATCH] });
  const fates = rows.map((row) => ({ row, ...lostRunFate(row, row.worker) }));
  const attempts = fates.flatMap(({ row, attemptError }) =>
    attemptError === null ? [] : lostAttempt(row, attemptError),
  );
  if (attempts.length > 0) {
    await connection.query({ text: addLost, values: [now, ...arraysOf(lostColumns, attempts)] });
  }
  await endRuns(
    connection,
    "held",
    fates.flatMap(({ row, end }) => (end === null ? [] : endOfExecuted(row, end, now))),
    carriage,
  );
  const released = fates
    .filter(({ end }) => end === null)
    .map(({ row, suspect, lost }) => ({ id: row.id, suspect: suspect ? 1 : 0, lost }));
  if (released.length > 0) {
    await connection.query({ text: release, values: [...arraysOf(releaseColumns, released), carriage.arrival] });
  }
  const more = rows.length === BATCH;
  if (!more) await connection.query({ text: "delete from process where id = $1", values: [processId] });
  const lost = fates.filter(({ end }) => end?.state === "lost").length;
  return { released: rows.length - lost, lost, more };
}

/** Runs that have been executed for too long. */
async function giveUp(connection: PostgresConnection, now: Instant, carriage: Carriage): Promise<readonly string[]> {
  const own = await connection.query<HeldRow>({ text: overdue, values: [now, BATCH] });
  const old = await connection.query<HeldRow>({ text: veryOld, values: [now - ABANDON_AFTER_MS, BATCH] });
  const endings = [...own.rows, ...old.rows].map((row) =>
    endOfExecuted(row, { state: "lost", error: abandoned(row, now) }, now),
  );
  return (await endRuns(connection, "held", endings, carriage)).map(({ id }) => id);
}

function lostAttempt(row: HeldRow, error: { readonly name: string; readonly message: string }) {
  return {
    run_id: row.id,
    number: row.attempt,
    claim: row.claim,
    process: row.worker,
    started_at: row.attempt_started_at,
    error: JSON.stringify(error),
  };
}

function endOfExecuted(row: HeldRow, end: Pick<Ending, "state" | "error">, now: Instant): Ending {
  return {
    id: row.id,
    claim: row.claim,
    state: end.state,
    error: end.error,
    endedAt: now,
    attempt: null,
    attemptStartedAt: row.attempt_started_at,
    result: null,
    executed: true,
  };
}
