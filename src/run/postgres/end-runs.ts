import type { Instant } from "../../base/clock.ts";
import type { PostgresConnection, PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import type { FinalState, RunError } from "../run.ts";
import type { Claim } from "../run-store.ts";
import { ClaimSet, stillHeld } from "./claim-set.ts";

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
  ...["nominal_at", "parent_id", "root_id", "available_at", "expires_at", "queued_at", "retries", "progress"],
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

/** Moves the runs `r` to the finished ones for which `fence` and an ending `t` hold. */
const endText = (fence: string) => `
  with ended as (
    delete from run_live r using ${unnest(columns, "t")}
    where ${fence}
    returning r.*, t.end_state, t.ended_at, t.end_attempt, t.end_attempt_started_at, t.result, t.error, t.executed, t.ord
  ),
  done as (
    insert into run_done (${carried.join(", ")}, state, process, attempt, started_at, attempt_started_at, ended_at, result, error)
    select ${carried.map((column) => `e.${column}`).join(", ")},
      e.end_state, case when e.executed then p.name end, coalesce(e.end_attempt, e.attempt),
      coalesce(e.started_at, e.end_attempt_started_at), coalesce(e.end_attempt_started_at, e.attempt_started_at),
      e.ended_at, e.result, e.error
    from ended e left join process p on p.id = e.process_id
  ),
  outcome as (${outcomes})
  select id, claim from ended`;

const endHeldText = endText(stillHeld);
const endAnyText = endText("r.id = t.id and r.claim = t.claim");

/** Ends what is still held under its claim. Answers which were: the others are fenced. */
export function endHeld(on: PostgresPool | PostgresConnection, endings: readonly Ending[]): Promise<ClaimSet> {
  return end(on, "end-held", endHeldText, endings);
}

/** Ends runs that this transaction has locked, in whatever state they are. */
export function endLocked(connection: PostgresConnection, endings: readonly Ending[]): Promise<ClaimSet> {
  return end(connection, "end-locked", endAnyText, endings);
}

async function end(
  on: PostgresPool | PostgresConnection,
  name: string,
  text: string,
  endings: readonly Ending[],
): Promise<ClaimSet> {
  if (endings.length === 0) return new ClaimSet([]);
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
  const ended = await on.query<Claim>({ name, text, values: arraysOf(columns, rows) });
  return new ClaimSet(ended.rows);
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
