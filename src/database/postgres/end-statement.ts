import type { Instant } from "../../base/clock.ts";
import type { Carriage, Reports } from "../../run/arrival.ts";
import type { FinalState, RunError } from "../../run/run.ts";
import type { Claim } from "../../run/run-store.ts";
import { leavesNothingSql } from "../queries/run-columns.ts";
import { stillHeld } from "./claim-set.ts";
import { type CountedClaims, countedAmong, countedSql } from "./counted-claims.ts";
import type { PostgresConnection, PostgresPool, Statement } from "./postgres-pool.ts";
import { arraysOf, unnest } from "./unnest.ts";

/** What a run's end writes besides what its live row holds. */
export interface Ending extends Claim {
  readonly state: FinalState;
  readonly endedAt: Instant;
  /** Null: as many as its row says. */
  readonly attempt: number | null;
  readonly attemptStartedAt: Instant | null;
  /** JSON. */
  readonly result: string | null;
  readonly error: RunError | null;
  /** Whether the process that has it is the worker to remember. */
  readonly executed: boolean;
  /** Whether a result backend is to be told. */
  readonly report?: Reports;
  /** Whether a worker tells of it. Default: no. */
  readonly byWorker?: boolean;
}

const columns = {
  id: "text",
  claim: "bigint",
  end_state: "text",
  ended_at: "bigint",
  end_attempt: "bigint",
  end_attempt_started_at: "bigint",
  result: "json",
  error: "json",
  executed: "boolean",
} as const;

/** What a finished run takes along as it is. */
const carried = [
  ...[
    "id",
    "task",
    "queue",
    "priority",
    "input",
    "options",
    "origin",
    "periodic_task_id",
    "schedule_id",
    "schedule_version",
  ],
  ...["nominal_at", "parent_id", "root_id", "available_at", "expires_at", "queued_at", "retries", "progress", "wire"],
];

/**
 * The periodic tasks' last outcomes, which lists show and filter by: one row for each of them, the last of the batch, with the
 * failures since the last success. `succeeded_at` set says that the batch holds one, and that counting began anew.
 */
const outcomes = `
  insert into periodic_task_outcome as o (periodic_task_id, run_id, state, ended_at, duration_ms, succeeded_at, failed_in_a_row)
  select distinct on (periodic_task_id) periodic_task_id, id, end_state, ended_at,
    ended_at - coalesce(started_at, end_attempt_started_at),
    max(ended_at) filter (where ord = success) over of_one,
    count(*) filter (where end_state in ('failed', 'lost') and ord > coalesce(success, 0)) over of_one
  from (
    select *, max(ord) filter (where end_state = 'succeeded') over (partition by periodic_task_id) as success
    from ended where periodic_task_id is not null
  ) e
  window of_one as (partition by periodic_task_id)
  order by periodic_task_id, ord desc
  on conflict (periodic_task_id) do update set
    run_id = excluded.run_id, state = excluded.state, ended_at = excluded.ended_at, duration_ms = excluded.duration_ms,
    succeeded_at = coalesce(excluded.succeeded_at, o.succeeded_at),
    failed_in_a_row = excluded.failed_in_a_row + case when excluded.succeeded_at is null then o.failed_in_a_row else 0 end`;

/** Which of the runs that are named may be ended. */
export type Fence =
  /** Those whose claim still holds. */
  | "held"
  /** Those that nobody executes. */
  | "waiting"
  | "any";

const options = (pattern: string) =>
  `exists (select 1 from periodic_task p where p.id = r.periodic_task_id and p.options::text ~ '${pattern}')`;

/** What may wait for the slot of a run, or be held by its failure. Looked for in texts: an option's own text may hold what JSON functions refuse. */
const isAlone = `
  case when r.lock_key is null and t.end_state not in ('failed', 'lost') then true
  else (t.end_state not in ('failed', 'lost') or not ${options('"holdOnError":true|"disableAfterFailures"')})
    and (r.lock_key is null or ${options('"overlap":"(skip|allow)"')}
      and not exists (select 1 from run_live h where h.state = 'held' and h.lock_key = substring(r.lock_key from '^(.*)/')))
  end`;

/** Those of the held ones whose end means nothing for others: it is one statement, with nothing to do behind it. */
const ALONE = "held and alone";

const fences: Readonly<Record<Fence | typeof ALONE, string>> = {
  held: stillHeld,
  [ALONE]: `${stillHeld} and ${isAlone}`,
  waiting: "r.id = t.id and r.claim = t.claim and r.process_id is null",
  any: "r.id = t.id and r.claim = t.claim",
};

const report = `
  reported as (
    insert into unreported_result (run_id, ended_at)
    select e.id, e.ended_at from ended e join unnest($${Object.keys(columns).length + 1}::text[]) with ordinality as w (wanted, ord)
      on w.ord = e.ord where w.wanted = 'true' or (w.wanted = 'linked' and e.wire::text like '%"embed"%')
    on conflict (run_id) do update set ended_at = excluded.ended_at
  ),`;

/** Nothing is left of some. */
const drop = `
  without as materialized (select id from ended where leaves_nothing),
  dropped_attempts as (delete from attempt a using without w where a.run_id = w.id),
  dropped_logs as (delete from run_log l using without w where l.run_id = w.id),`;

/** @param leavesNothing of the rows `r` and `t` */
const endText = (fence: string, leavesNothing: string, more: string, answer: string) => `
  with ended as (
    delete from run_live r using ${unnest(columns, "t")}
    where ${fence}
    returning r.*, t.end_state, t.ended_at, t.end_attempt, t.end_attempt_started_at, t.result, t.error, t.executed, t.ord,
      ${leavesNothing} as leaves_nothing
  ),
  done as (
    insert into run_done (${carried.join(", ")}, state, process, attempt, started_at, attempt_started_at, ended_at, result, error)
    select ${carried.map((column) => `e.${column}`).join(", ")},
      e.end_state, case when e.executed then p.name end, coalesce(e.end_attempt, e.attempt),
      coalesce(e.started_at, e.end_attempt_started_at), coalesce(e.end_attempt_started_at, e.attempt_started_at),
      e.ended_at, e.result, e.error
    from ended e left join process p on p.id = e.process_id
    where not e.leaves_nothing
  ),
  ${more}
  outcome as (${outcomes})
  ${answer}`;

const wholeRows = `
  select e.id, e.claim, e.state as was_state, e.lock_key, e.periodic_task_id, e.schedule_id, e.nominal_at, e.end_state, e.ended_at,
    (select o.failed_in_a_row from periodic_task_outcome o where o.periodic_task_id = e.periodic_task_id) as failed_before
  from ended e order by e.ord`;

/** A run that has ended, as it was. */
export interface EndedRow extends Claim {
  readonly was_state: string;
  readonly lock_key: string | null;
  readonly periodic_task_id: number | null;
  readonly schedule_id: number | null;
  readonly nominal_at: number | null;
  readonly end_state: FinalState;
  readonly ended_at: Instant;
  /** Of its periodic task, before this batch. */
  readonly failed_before: number | null;
}

const textsWith = (leavesNothing: string, more: string) =>
  Object.fromEntries(
    Object.entries(fences).map(([fence, sql]) => [
      fence,
      endText(sql, leavesNothing, more, fence === ALONE ? countedSql("ended") : wholeRows),
    ]),
  );

const asTheRowSays = leavesNothingSql("r", "r.options::text", "t.end_state");
/** By how runs are carried: where a broker of its own does it, whatever has a row is kept. */
const texts = {
  ready: { plain: textsWith(asTheRowSays, drop), reporting: textsWith(asTheRowSays, drop + report) },
  unpublished: { plain: textsWith("false", ""), reporting: textsWith("false", report) },
} as const;

/**
 * Moves runs to the finished ones, or away where nothing is to be left of them, with the outcome that their periodic tasks show; and nothing else. Answers
 * what the fence let end.
 */
export async function endStatement(
  on: PostgresPool | PostgresConnection,
  fence: Fence,
  endings: readonly Ending[],
  carriage: Pick<Carriage, "arrival">,
): Promise<readonly EndedRow[]> {
  if (endings.length === 0) return [];
  return (await on.query<EndedRow>(statement(fence, endings, carriage))).rows;
}

/** {@link endStatement} for those whose end means nothing for others. Answers which of `ends` have ended so. */
export async function endAlone<End extends Claim>(
  pool: PostgresPool,
  ends: readonly End[],
  endingOf: (end: End) => Ending,
  carriage: Pick<Carriage, "arrival">,
): Promise<(end: Claim) => boolean> {
  if (ends.length === 0) return () => false;
  const { rows } = await pool.query<CountedClaims>(statement(ALONE, ends.map(endingOf), carriage));
  return countedAmong(ends, rows);
}

function statement(
  fence: Fence | typeof ALONE,
  endings: readonly Ending[],
  { arrival }: Pick<Carriage, "arrival">,
): Statement {
  const rows = endings.map((ending) => ({
    id: ending.id,
    claim: ending.claim,
    end_state: ending.state,
    ended_at: ending.endedAt,
    end_attempt: ending.attempt,
    end_attempt_started_at: ending.attemptStartedAt,
    result: ending.result,
    error: ending.error === null ? null : JSON.stringify(ending.error),
    executed: ending.executed,
  }));
  // The two kinds are two statements: most projects have nobody to tell.
  const isReported = endings.some(({ report = false }) => report !== false);
  const values = arraysOf(columns, rows);
  return {
    name: `end ${fence}${isReported ? " and report" : ""}${arrival === "ready" ? "" : " of a broker"}`,
    text: texts[arrival][isReported ? "reporting" : "plain"][fence] ?? "",
    values: isReported ? [...values, endings.map(({ report = false }) => String(report))] : values,
  };
}

/** The end of a run that nobody is executing. */
export function endOfWaiting(row: Claim, state: FinalState, endedAt: Instant, error: RunError): Ending {
  const { id, claim } = row;
  return {
    ...{ id, claim, state, endedAt, error },
    attempt: null,
    attemptStartedAt: null,
    result: null,
    executed: false,
  };
}
