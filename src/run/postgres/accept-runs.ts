import type { Instant } from "../../base/clock.ts";
import { withoutWaitingForDisk } from "../../database/postgres/commit-later.ts";
import type { Answer, PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { runColumnNames, runColumns, runRow } from "../../database/postgres/run-batch.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import {
  isSameCall,
  mayReplace,
  meaningOf,
  meaningOfDone,
  ownersSql,
  replacedColumns,
  replacedValues,
  replaces,
  reusedId,
} from "../../database/queries/relayed-runs.ts";
import { claimedRun, type DoneRow, firstState, type LiveRow } from "../../database/queries/run-columns.ts";
import type { Arrival } from "../arrival.ts";
import type { Acceptance, Claim, IncomingRun } from "../run-store.ts";
import { withdraw } from "./add-runs.ts";

export interface Accepting {
  readonly processId: number;
  readonly now: Instant;
  readonly arrival: Arrival;
  /** Whether this process knows that it has this claim. */
  readonly isHandedOut: (claim: Claim) => boolean;
}

const messageColumns = { id: "text", retries: "bigint", task: "text" } as const;

// The common case in one statement. Whether the input is the same is looked at afterwards: it hardly ever is not.
const claim = `
  update run_live r set state = 'running', process_id = $4, claim = claim + 1, attempt_started_at = null,
    published_at = coalesce(r.published_at, $5)
  from ${unnest(messageColumns, "t")}
  where r.id = t.id and r.state in ('ready', 'unpublished') and r.retries = t.retries and r.task = t.task
    and (r.expires_at is null or r.expires_at > $5 or r.started_at is not null) and ${withoutWaitingForDisk}
  returning r.*`;

const undo = `
  update run_live r set state = $3, process_id = null, published_at = null from unnest($1::bigint[], $2::bigint[]) as t (seq, claim)
  where r.seq = t.seq and r.claim = t.claim`;

const newColumns = { ...runColumns, retries: "bigint", process_id: "bigint", claim: "bigint" } as const;
const newNames = `${runColumnNames}, retries, process_id, claim`;

const insert = `
  insert into run_live (${newNames})
  select ${newNames} from ${unnest(newColumns, "t")}
  where not exists (select 1 from run_done d where d.id = t.id)
  order by ord
  on conflict do nothing
  returning *`;

const claimOne = `
  update run_live set state = 'running', process_id = $1, claim = claim + 1, attempt_started_at = null,
    input = case when retries < $2 then $3::json else input end, retries = greatest(retries, $2), published_at = coalesce(published_at, $4)
  where seq = $5 and claim = $6 returning *`;

const scheduleOne = `
  update run_live set state = 'scheduled', process_id = null, available_at = $1, published_at = null, attempt_started_at = null,
    input = case when retries < $2 then $3::json else input end, retries = greatest(retries, $2)
  where seq = $4 and claim = $5`;

const jsonColumns: readonly string[] = ["input", "options", "wire"];
const replaceOne = `
  update run_live set ${replacedColumns.map((column, n) => `${column} = $${n + 3}${jsonColumns.includes(column) ? "::json" : ""}`).join(", ")},
    state = 'ready', process_id = null, claim = claim + 1, attempt = 0, attempt_started_at = null, progress = null
  where seq = $1 and claim = $2 returning *`;

/** So soon after it was sent a run's row has hardly been written by its sender. */
const YOUNG_MS = 50;

/**
 * What is written does not wait for the disk.
 *
 * One statement for messages whose rows wait for them, one for those that have none yet, and a look at each of the rest.
 */
export async function acceptRuns(
  connection: PostgresConnection,
  messages: readonly IncomingRun[],
  accepting: Accepting,
): Promise<readonly Acceptance[]> {
  const answers = new Map<IncomingRun, Acceptance>();
  const pending = () => firstOfEach(messages.filter((message) => !answers.has(message)));
  const isYoung = ({ isRecorded, run }: IncomingRun) => !isRecorded && accepting.now - run.queuedAt < YOUNG_MS;
  await addNew(connection, pending().filter(isYoung), accepting, answers);
  await claimWaiting(connection, pending(), accepting, answers);
  await addNew(
    connection,
    pending().filter((message) => !isYoung(message)),
    accepting,
    answers,
  );
  for (const message of messages) {
    if (!answers.has(message)) answers.set(message, await decideOne(connection, message, accepting, answers));
  }
  return messages.map((message) => answers.get(message) ?? { kind: "duplicate" });
}

/** A batch may hold several copies of one message. */
function firstOfEach(messages: readonly IncomingRun[]): readonly IncomingRun[] {
  const seen = new Set<string>();
  return messages.filter(({ run: { id } }) => !seen.has(id) && seen.add(id));
}

async function claimWaiting(
  connection: PostgresConnection,
  messages: readonly IncomingRun[],
  { processId, now, arrival }: Accepting,
  answers: Map<IncomingRun, Acceptance>,
): Promise<void> {
  // What is to begin later is no matter of every day, nor is what takes another task's place.
  const ready = messages.filter((message) => message.run.availableAt <= now && !mayReplace(message));
  if (ready.length === 0) return;
  const { rows } = await connection.query<LiveRow>({
    name: "accept",
    text: claim,
    values: [
      ...arraysOf(
        messageColumns,
        ready.map(({ run, retries }) => ({ id: run.id, retries, task: run.task })),
      ),
      processId,
      now,
    ],
  });
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const wrong: LiveRow[] = [];
  for (const message of ready) {
    const row = rowOf.get(message.run.id);
    if (row === undefined) continue;
    if (isSameCall(row, message)) answers.set(message, { kind: "claimed", run: claimedRun(row, processId) });
    else {
      wrong.push(row);
      answers.set(message, reusedId(row.id));
    }
  }
  if (wrong.length === 0) return;
  // Nobody knows whether its own message is on its way: a second one does no harm.
  await connection.query({ text: undo, values: [wrong.map(({ seq }) => seq), wrong.map((row) => row.claim), arrival] });
}

async function addNew(
  connection: PostgresConnection,
  messages: readonly IncomingRun[],
  { processId, now, arrival }: Accepting,
  answers: Map<IncomingRun, Acceptance>,
): Promise<void> {
  const unknown = messages.filter(({ isRecorded }) => !isRecorded);
  if (unknown.length === 0) return;
  const rows = unknown.map(({ run, retries }) => {
    if (run.availableAt > now) {
      const state = firstState({ ...run, queuedAt: Math.min(run.queuedAt, now) }, arrival);
      return { ...runRow(run, state), retries, process_id: null, claim: 0 };
    }
    const isExpired = run.expiresAt !== undefined && run.expiresAt <= now;
    if (isExpired) return { ...runRow(run, "ready", null, now), retries, process_id: null, claim: 0 };
    return { ...runRow(run, "running", null, now), retries, process_id: processId, claim: 1 };
  });
  const [added, withdrawn] = (await connection.together(
    { name: "accept-new", text: insert, values: arraysOf(newColumns, rows) },
    { name: "add-runs-withdraw", text: withdraw, values: [unknown.map(({ run: { id } }) => id)] },
  )) as [Answer<LiveRow>, Answer<{ id: string }>];
  const gone = new Set(withdrawn.rows.map(({ id }) => id));
  const inserted = added.rows.filter(({ id }) => !gone.has(id));
  const rowOf = new Map(inserted.map((row) => [row.id, row]));
  for (const message of unknown) {
    const row = rowOf.get(message.run.id);
    if (row === undefined) continue;
    answers.set(
      message,
      row.state === "running" ? { kind: "claimed", run: claimedRun(row, processId) } : { kind: "later" },
    );
  }
}

async function isReplacement(connection: PostgresConnection, row: LiveRow, message: IncomingRun): Promise<boolean> {
  const answer = replaces(row, message);
  if (answer !== "foreign") return answer;
  const { rows } = await connection.query({ text: ownersSql("$1"), values: [row.task] });
  return rows.length === 0;
}

async function decideOne(
  connection: PostgresConnection,
  message: IncomingRun,
  { processId, now, isHandedOut }: Accepting,
  answers: ReadonlyMap<IncomingRun, Acceptance>,
): Promise<Acceptance> {
  const { id } = message.run;
  const live = await connection.query<LiveRow>({
    name: "accept-find",
    text: "select * from run_live where id = $1",
    values: [id],
  });
  let [row] = live.rows;
  if (row !== undefined && (await isReplacement(connection, row, message))) {
    const values = [row.seq, row.claim, ...replacedValues(message)];
    const replaced = await connection.query<LiveRow>({ text: replaceOne, values });
    row = replaced.rows[0] ?? row;
  }
  if (row === undefined) {
    const done = await connection.query<DoneRow>({
      name: "accept-done",
      text: "select id, task, input, retries, wire from run_done where id = $1",
      values: [id],
    });
    return meaningOfDone(done.rows[0], message);
  }
  const isAnswered = [...answers.values()].some((answer) => answer.kind === "claimed" && answer.run.id === id);
  const isMine = row.state === "running" && row.process_id === processId && row.attempt_started_at === null;
  // The answer to an earlier call was lost behind its commit: the claim is this process's, and nobody executes it.
  if (isMine && !isAnswered && !isHandedOut(row) && isSameCall(row, message) && message.retries >= row.retries) {
    return { kind: "claimed", run: claimedRun(row, processId) };
  }
  const meaning = meaningOf(row, message, now);
  const input = JSON.stringify(message.run.payload);
  if (meaning === "schedule") {
    const values = [message.run.availableAt, message.retries, input, row.seq, row.claim];
    await connection.query({ text: scheduleOne, values });
    return { kind: "later" };
  }
  if (meaning !== "claim") return meaning;
  const values = [processId, message.retries, input, now, row.seq, row.claim];
  const claimed = await connection.query<LiveRow>({ text: claimOne, values });
  return claimed.rows[0] === undefined
    ? { kind: "duplicate" }
    : { kind: "claimed", run: claimedRun(claimed.rows[0], processId) };
}
