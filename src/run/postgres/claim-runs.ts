import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "../../base/clock.ts";
import { withoutWaitingForDisk } from "../../database/postgres/commit-later.ts";
import type { PostgresPool, Statement } from "../../database/postgres/postgres-pool.ts";
import { type ClaimRow, claimedRun } from "../../database/queries/run-columns.ts";
import type { ClaimedRun } from "../run-store.ts";

/** How often, and after how long, a claim is repeated that found nothing but what others had locked. */
const LOOKS = 5;
const LOOK_AGAIN_MS = 5;

export interface ClaimRequest {
  readonly processId: number;
  readonly queues: readonly string[];
  readonly limit: number;
  readonly now: Instant;
}

export async function claimRuns(pool: PostgresPool, request: ClaimRequest): Promise<readonly ClaimedRun[]> {
  const { processId, queues, limit } = request;
  if (queues.length === 0 || limit <= 0) return [];
  for (let look = 1; ; look += 1) {
    const { rows } = await pool.query<ClaimRow & { readonly rest: string | null }>(claim(request));
    if (rows.length > 0 || !(await othersMayLeaveSome(pool, queues, look))) {
      // RETURNING promises no order.
      rows.sort((a, b) => b.priority - a.priority || a.seq - b.seq);
      return rows.map((row) =>
        claimedRun(row.rest === null ? row : { ...row, ...JSON.parse(row.rest) }, processId, { isCarried: true }),
      );
    }
    await sleep(LOOK_AGAIN_MS);
  }

  function claim({ now }: ClaimRequest): Statement {
    return {
      name: `claim-${queues.length}`,
      text: claimText(queues.length),
      values: [processId, now, limit, ...queues],
    };
  }
}

/** What most runs do not have comes as one text, where there is any of it: reading so many nulls would be half the cost of a claim. */
const rare = [
  "periodic_task_id",
  "schedule_id",
  "schedule_version",
  "nominal_at",
  "parent_id",
  "root_id",
  "expires_at",
  "started_at",
];
const returned = `r.seq, r.id, r.task, r.queue, r.priority, r.input, r.options, r.origin, r.available_at, r.queued_at, r.claim, r.attempt,
      case when num_nonnulls(${rare.map((column) => `r.${column}`).join(", ")}, r.wire) > 0 or r.retries <> 0 or r.lost <> 0 or r.suspect <> 0
        then json_build_object(${[...rare, "retries", "lost", "suspect"].map((column) => `'${column}', r.${column}`).join(", ")}, 'wire', r.wire::text)::text
      end as rest`;

/** Each queue's first rows come from the index in order, and together they hold the first ones of all queues. */
function claimText(queues: number): string {
  const numbers = Array.from({ length: queues }, (_, n) => n + 1);
  const queue = (n: number) => `q${n} as materialized (
      select seq, priority from run_live where state = 'ready' and queue = $${n + 3}
        and (expires_at is null or expires_at > $2 or started_at is not null)
      order by priority desc, seq limit $3 for update skip locked)`;
  const all = numbers.map((n) => `select seq, priority from q${n}`).join(" union all ");
  return `
    with ${numbers.map(queue).join(", ")},
    first as (select seq from (${all}) c ${queues === 1 ? "" : "order by priority desc, seq limit $3"})
    update run_live r set state = 'running', process_id = $1, claim = claim + 1, attempt_started_at = null
    from first where r.seq = first.seq and ${withoutWaitingForDisk}
    returning ${returned}`;
}

/** A claim over several queues locks more rows than it takes, for the moment that it lasts. */
async function othersMayLeaveSome(pool: PostgresPool, queues: readonly string[], looks: number): Promise<boolean> {
  if (queues.length === 1 || looks >= LOOKS) return false;
  const { rowCount } = await pool.query({
    name: "has-ready",
    text: `select 1 from unnest($1::text[]) as q (queue)
      where exists (select 1 from run_live r where r.state = 'ready' and r.queue = q.queue) limit 1`,
    values: [queues],
  });
  return rowCount > 0;
}
