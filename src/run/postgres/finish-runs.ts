import { cancelRuns } from "../../database/postgres/cancel-runs.ts";
import { ClaimSet, stillHeld } from "../../database/postgres/claim-set.ts";
import { dropRuns } from "../../database/postgres/drop-runs.ts";
import { endRuns } from "../../database/postgres/end-runs.ts";
import { type Ending, endAlone } from "../../database/postgres/end-statement.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { PARENT_CANCELLED } from "../../database/queries/lost-runs.ts";
import type { Carriage } from "../arrival.ts";
import type { Claim, Outcome } from "../run-store.ts";
import { addRuns } from "./add-runs.ts";

type Answer = "done" | "retrying" | "fenced";
type Retry = Outcome & { readonly kind: "retry" };
type Final = Outcome & { readonly kind: "final" };

const retryColumns = {
  id: "text",
  claim: "bigint",
  retry_at: "bigint",
  counted: "bigint",
  lost: "bigint",
  number: "bigint",
  began_at: "bigint",
  ended_at: "bigint",
  error: "json",
} as const;

/** A lost attempt whose worker comes back late keeps what it brought. */
export const attemptConflict = `on conflict (run_id, number, claim) do update set
  outcome = excluded.outcome, ended_at = excluded.ended_at, error = excluded.error, result = excluded.result`;

const retryText = `
  with held as materialized (
    select r.seq, p.name as process, r.cancel_requested_at is not null as stopping, t.*
    from ${unnest(retryColumns, "t")}
    join run_live r on ${stillHeld}
    left join process p on p.id = r.process_id
    for update of r
  ),
  attempts as (
    insert into attempt (run_id, number, claim, process, started_at, ended_at, outcome, error)
    select id, number, claim, process, began_at, ended_at, case when lost = 1 then 'lost' else 'retried' end, error from held where not stopping
    ${attemptConflict}
  ),
  retried as (
    update run_live r set state = 'scheduled', process_id = null, available_at = held.retry_at, retries = r.retries + held.counted, lost = r.lost + held.lost,
      attempt = held.number, started_at = coalesce(r.started_at, held.began_at), attempt_started_at = null, abandon_at = null,
      suspect = 0, progress = null, published_at = null, slot_key = null, turn_at = null
    from held where r.seq = held.seq and not held.stopping
  )
  select id, claim, stopping from held`;

const lateColumns = {
  id: "text",
  claim: "bigint",
  number: "bigint",
  began_at: "bigint",
  ended_at: "bigint",
  state: "text",
  result: "json",
  error: "json",
  unkept: "boolean",
} as const;

// What was committed although its answer never arrived is told again, and not noted as late. Where nothing is kept, nothing is noted of what is gone.
const lateText = `
  with late as materialized (
    select t.*,
      exists (select 1 from run_done d where d.id = t.id and d.state = t.state and d.attempt = t.number
        and d.attempt_started_at = t.began_at and d.ended_at = t.ended_at
        and d.result::text is not distinct from t.result::text) as done,
      exists (select 1 from attempt a where a.run_id = t.id and a.number = t.number and a.claim = t.claim
        and a.outcome in ('retried', 'lost') and a.ended_at = t.ended_at) as retried
    from ${unnest(lateColumns, "t")}
  ),
  attempts as (
    insert into attempt (run_id, number, claim, process, started_at, ended_at, outcome, error, result)
    select distinct on (t.id, t.number, t.claim) t.id, t.number, t.claim, p.name, t.began_at, t.ended_at, 'late', t.error, t.result
    from late t left join run_live r on r.id = t.id left join process p on p.id = r.process_id
    where not t.done and not t.retried and (r.id is not null or t.unkept is not true)
    order by t.id, t.number, t.claim, t.ord desc
    ${attemptConflict}
  )
  select id, claim, done from late where done or retried`;

/**
 * One statement for what has ended and leaves nothing, one for what has ended, one for what is tried again, one for what came too late. Each outcome is
 * written whole by one of them; only where others wait for an end, or a failure may hold its periodic task, it takes a transaction.
 */
export async function finishRuns(
  pool: PostgresPool,
  given: readonly Outcome[],
  carriage: Carriage,
): Promise<{ readonly answers: readonly Answer[]; readonly mayHaveReleased: boolean }> {
  const isDropped = await dropRuns(pool, carriage.arrival === "ready" ? given.filter(isBareRow) : []);
  const outcomes = given.filter((outcome) => !isDropped(outcome));
  if (outcomes.length === 0) return { answers: given.map(() => "done"), mayHaveReleased: false };
  const finals = outcomes.filter((outcome) => outcome.kind === "final");
  const retries = outcomes.filter((outcome) => outcome.kind === "retry");
  const ends = finals.filter((outcome) => !hasFollowers(outcome));
  const isAlone = await endAlone(pool, ends, endingOf, carriage);
  const tried = await retry(pool, retries);
  const others = [
    ...finals.filter((outcome) => !isAlone(outcome)).map(endingOf),
    ...retries.filter((outcome) => tried.stopping.has(outcome)).map(cancelled),
  ];
  const ended = new ClaimSet(
    others.length === 0
      ? []
      : await pool.transaction(async (connection) => {
          const held = await endRuns(connection, "held", others, carriage);
          const isHeld = new ClaimSet(held);
          const follow = finals.flatMap((outcome) => (isHeld.has(outcome) ? (outcome.follow ?? []) : []));
          if (follow.length > 0) await addRuns(connection, follow, { carriage });
          return held;
        }),
  );
  const isDone = (outcome: Outcome) => isAlone(outcome) || ended.has(outcome);
  const isCancelled = (outcome: Outcome) =>
    isDone(outcome) && (outcome.kind === "retry" || outcome.state === "cancelled");
  await cancelChildren(pool, outcomes.filter(isCancelled), carriage);
  const late = await keepLate(
    pool,
    outcomes.filter((outcome) => !isDone(outcome) && !tried.again.has(outcome)),
  );
  const answers = given.map((outcome): Answer => {
    if (isDropped(outcome) || isDone(outcome) || late.done.has(outcome)) return "done";
    return tried.again.has(outcome) || late.retried.has(outcome) ? "retrying" : "fenced";
  });
  return { answers, mayHaveReleased: others.length > 0 };
}

/** They may have sent some between the request and the moment when they heard of it. */
async function cancelChildren(pool: PostgresPool, cancelled: readonly Outcome[], carriage: Carriage): Promise<void> {
  if (cancelled.length === 0) return;
  const request = { ids: cancelled.map(({ id }) => id), by: PARENT_CANCELLED, force: false };
  const now = Math.max(...cancelled.map(({ endedAt }) => endedAt));
  await pool.transaction((connection) => cancelRuns(connection, { ...request, now }, carriage));
}

/** Nothing is left of the run, nothing follows it, and with its first claim it has no earlier attempts. */
function isBareRow(outcome: Outcome): boolean {
  return (
    outcome.kind === "final" &&
    outcome.unkept === true &&
    outcome.claim === 1 &&
    !outcome.report &&
    !hasFollowers(outcome)
  );
}

function hasFollowers({ follow = [] }: Final): boolean {
  return follow.length > 0;
}

async function retry(pool: PostgresPool, outcomes: readonly Retry[]) {
  const rows = outcomes.map((outcome) => ({
    ...attemptOf(outcome),
    retry_at: outcome.availableAt,
    counted: outcome.handedBack || outcome.lost ? 0 : 1,
    lost: outcome.lost ? 1 : 0,
  }));
  const held =
    rows.length === 0
      ? []
      : (
          await pool.query<Claim & { stopping: number }>({
            name: "retry",
            text: retryText,
            values: arraysOf(retryColumns, rows),
          })
        ).rows;
  return {
    again: new ClaimSet(held.filter(({ stopping }) => stopping === 0)),
    stopping: new ClaimSet(held.filter(({ stopping }) => stopping === 1)),
  };
}

async function keepLate(pool: PostgresPool, outcomes: readonly Outcome[]) {
  const rows = outcomes.map((outcome) => ({
    ...attemptOf(outcome),
    state: outcome.kind === "final" ? outcome.state : null,
    result: resultOf(outcome),
    unkept: outcome.kind === "final" && outcome.unkept === true ? true : null,
  }));
  const known =
    rows.length === 0
      ? []
      : (await pool.query<Claim & { done: number }>({ text: lateText, values: arraysOf(lateColumns, rows) })).rows;
  return {
    done: new ClaimSet(known.filter(({ done }) => done === 1)),
    retried: new ClaimSet(known.filter(({ done }) => done === 0)),
  };
}

function endingOf(outcome: Final): Ending {
  const { id, claim, state, endedAt, attempt, startedAt } = outcome;
  const error = outcome.error ?? null;
  return {
    ...{ id, claim, state, endedAt, attempt, error },
    attemptStartedAt: startedAt,
    result: resultOf(outcome),
    executed: true,
    report: outcome.report ?? false,
  };
}

/** A run that was to be tried again and is to be cancelled ends here. */
function cancelled({ id, claim, attempt, startedAt, endedAt, error }: Retry): Ending {
  return {
    ...{ id, claim, attempt, endedAt, error },
    state: "cancelled",
    attemptStartedAt: startedAt,
    result: null,
    executed: true,
  };
}

function resultOf(outcome: Outcome): string | null {
  return outcome.kind === "final" && outcome.result !== undefined ? JSON.stringify(outcome.result) : null;
}

function attemptOf({ id, claim, attempt, startedAt, endedAt, error }: Outcome) {
  return {
    ...{ id, claim },
    number: attempt,
    began_at: startedAt,
    ended_at: endedAt,
    error: error === undefined ? null : JSON.stringify(error),
  };
}
