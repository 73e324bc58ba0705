import type { Insertable, Kysely, Selectable, Transaction, Updateable } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { RunDoneRow, RunLiveRow, Tables } from "../../database/rows.ts";
import { displayTextOf } from "../../message/displayed-result.ts";
import {
  type BegunElsewhere,
  END_UNKNOWN,
  type ObservedAnswer,
  type ObservedFacts,
  type ObservedRun,
  type ObservedRuns,
} from "../observed-runs.ts";
import { isFinal, type Origin, type RunError, type RunWire } from "../run.ts";
import type { Outcome, RunStore } from "../run-store.ts";

/** The process of whoever has a run where nobody knows who: no process row has it, and no process of ours is below zero. */
const SOMEBODY = -1;
const RUNS_AT_ONCE = 200;
/** Celery's middle, as where a run says none. */
const PRIORITY = 5;

type Trx = Transaction<Tables>;
type Live = Pick<
  Selectable<RunLiveRow>,
  "id" | "state" | "process_id" | "claim" | "retries" | "attempt" | "started_at" | "attempt_started_at" | "wire"
>;
type Done = Pick<RunDoneRow, "id" | "state" | "result" | "error" | "process">;

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. Ends are the run store's to write, since others may wait for them. */
export class SqlObservedRuns implements ObservedRuns {
  readonly #db: Kysely<Tables>;
  readonly #runs: Pick<RunStore, "finish" | "cancel">;
  readonly #tell: () => void;

  /** @param tell to be called after a commit that others may wait for */
  constructor(db: Kysely<Tables>, runs: Pick<RunStore, "finish" | "cancel">, tell: () => void = () => {}) {
    this.#db = db;
    this.#runs = runs;
    this.#tell = tell;
  }

  async apply(runs: readonly ObservedRun[]): Promise<readonly ObservedAnswer[]> {
    const answers: ObservedAnswer[] = [];
    for (let from = 0; from < runs.length; from += RUNS_AT_ONCE) {
      answers.push(...(await this.#applySome(runs.slice(from, from + RUNS_AT_ONCE))));
    }
    if (answers.includes("applied")) this.#tell();
    return answers;
  }

  async begunElsewhere({
    limit,
    after = "",
  }: Parameters<ObservedRuns["begunElsewhere"]>[0]): Promise<readonly BegunElsewhere[]> {
    const rows = await this.#db
      .selectFrom("run_live")
      .innerJoin("process", "process.id", "run_live.process_id")
      .select(["run_live.id", "run_live.process_id", "process.name", "process.lease_until", "attempt_started_at"])
      .where("run_live.state", "=", "running")
      .where("run_live.process_id", "<", 0)
      .where("run_live.id", ">", after)
      .orderBy("run_live.id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      worker: { id: row.process_id ?? SOMEBODY, name: row.name },
      aliveUntil: row.lease_until,
      startedAt: beganAt(row),
    }));
  }

  async #applySome(runs: readonly ObservedRun[]): Promise<readonly ObservedAnswer[]> {
    // A look without a transaction: most of what several observers are told was written by the first of them.
    const seen = await known(this.#db, runs);
    if (runs.every((run) => isKnown(run, seen))) return runs.map((run) => answerOf(run, seen));
    const ends: End[] = [];
    const answers = await this.#db.transaction().execute(async (trx) => {
      ends.length = 0;
      const rows = await known(trx, runs);
      const answers = new Map<number, ObservedAnswer>();
      // In one order, so that two observers wait for each other instead of in a circle.
      const order = runs.map((run, index) => ({ run, index })).sort((a, b) => (a.run.id < b.run.id ? -1 : 1));
      for (const { run, index } of order) answers.set(index, await applyOne(trx, run, rows, ends));
      return runs.map((_, index) => answers.get(index) ?? "known");
    });
    await this.#end(ends);
    return answers;
  }

  async #end(ends: readonly End[]): Promise<void> {
    const outcomes = ends.flatMap((end) => (end.kind === "finish" ? end.outcome : []));
    if (outcomes.length > 0) await this.#runs.finish(outcomes);
    for (const end of ends) {
      if (end.kind === "cancel") await this.#runs.cancel({ ids: [end.id], by: end.by, now: end.now });
    }
  }
}

type End =
  | { readonly kind: "finish"; readonly outcome: Outcome }
  /** It was never begun. */
  | { readonly kind: "cancel"; readonly id: string; readonly by: string; readonly now: Instant };

interface Known {
  readonly live: Map<string, Live>;
  readonly done: Map<string, Done>;
}

async function known(db: Kysely<Tables> | Trx, runs: readonly ObservedRun[]): Promise<Known> {
  const ids = runs.map(({ id }) => id);
  const live = await db
    .selectFrom("run_live")
    .select(["id", "state", "process_id", "claim", "retries", "attempt", "started_at", "attempt_started_at", "wire"])
    .where("id", "in", ids)
    .execute();
  const done = await db
    .selectFrom("run_done")
    .select(["id", "state", "result", "error", "process"])
    .where("id", "in", ids)
    .execute();
  return { live: new Map(live.map((row) => [row.id, row])), done: new Map(done.map((row) => [row.id, row])) };
}

/** Whether there is nothing to write of it. */
function isKnown(run: ObservedRun, { live, done }: Known): boolean {
  const ended = done.get(run.id);
  if (ended !== undefined) return Object.keys(filledIn(run, ended)).length === 0;
  const row = live.get(run.id);
  if (row === undefined) return run.facts === undefined;
  return isOurs(row) || (!isFinal(run.state) && isBehind(run, row));
}

function answerOf(run: ObservedRun, { live, done }: Known): ObservedAnswer {
  if (done.has(run.id)) return "known";
  const row = live.get(run.id);
  if (row === undefined) return "unknown";
  return isOurs(row) ? "ours" : "known";
}

/** A worker of ours decides what becomes of what it has. */
function isOurs(row: Live): boolean {
  return row.state === "running" && row.process_id !== null && row.process_id >= 0;
}

/** Whether the row is as far as told, or further. */
function isBehind(run: ObservedRun, row: Live): boolean {
  const retries = run.retries ?? retriesOf(row);
  if (retries !== retriesOf(row)) return retries < retriesOf(row);
  if (row.state !== "running") return run.state === "ready";
  return run.state === "ready" || (row.attempt_started_at !== null && !isBegunAgain(run, row));
}

/** Since its end was concluded it was told something else. */
function hasGoneOn({ error, worker, startedAt }: ObservedRun, row: Live): boolean {
  if (error?.name !== END_UNKNOWN) return false;
  return row.state !== "running" || row.process_id !== worker?.id || beganAt(row) !== startedAt;
}

/** Its worker died, and the broker has handed it to another one. */
function isBegunAgain({ worker, startedAt = 0 }: ObservedRun, row: Live): boolean {
  return worker !== undefined && worker.id !== row.process_id && startedAt > beganAt(row);
}

const beganAt = (row: Pick<Live, "attempt_started_at">): Instant => row.attempt_started_at ?? 0;

/**
 * What was only heard of has one retry less in its row than it is at: a message that comes here after all counts as newer then, and its
 * input, which is the true one, takes the place of what was read from display texts.
 */
const OBSERVED = /"observed":/;
function retriesOf(row: Pick<Live, "retries" | "wire">): number {
  return OBSERVED.test(row.wire ?? "") ? row.retries + 1 : row.retries;
}
function retriesIn(row: Pick<Live, "wire">, retries: number): number {
  return OBSERVED.test(row.wire ?? "") ? retries - 1 : retries;
}

async function applyOne(trx: Trx, run: ObservedRun, rows: Known, ends: End[]): Promise<ObservedAnswer> {
  const done = rows.done.get(run.id);
  if (done !== undefined) return fillIn(trx, run, done);
  const row = rows.live.get(run.id);
  if (row === undefined) return addNew(trx, run, ends);
  if (isOurs(row)) return "ours";
  if (isFinal(run.state) ? hasGoneOn(run, row) : isBehind(run, row)) return "known";
  await addAttempts(trx, run, row.claim);
  if (isFinal(run.state)) return end(trx, run, row, ends);
  await move(trx, run, row);
  return "applied";
}

/** ready → running, running → ready with the next retry. */
async function move(trx: Trx, run: ObservedRun, row: Live): Promise<void> {
  const retries = run.retries ?? retriesOf(row);
  const isRunning = run.state === "running";
  await trx
    .updateTable("run_live")
    .set({
      state: run.state,
      process_id: isRunning ? (run.worker?.id ?? SOMEBODY) : null,
      claim: row.claim + (isRunning ? 1 : 0),
      attempt: Math.max(row.attempt, retries + (isRunning ? 1 : 0)),
      retries: retriesIn(row, retries),
      started_at: row.started_at ?? run.startedAt ?? null,
      attempt_started_at: isRunning ? (run.startedAt ?? null) : null,
      ...(run.facts !== undefined && !isRunning && { available_at: run.facts.availableAt }),
    })
    .where("id", "=", run.id)
    .execute();
}

/** Takes the row for whoever has it, so that the run store can end it as a worker's claim. */
async function end(trx: Trx, run: ObservedRun, row: Live, ends: End[]): Promise<ObservedAnswer> {
  if (!isFinal(run.state)) return "known";
  const endedAt = run.endedAt ?? run.startedAt ?? row.attempt_started_at ?? 0;
  const startedAt = run.startedAt ?? row.attempt_started_at ?? undefined;
  const neverBegan = startedAt === undefined && row.started_at === null;
  if (neverBegan && run.state === "cancelled") {
    ends.push({ kind: "cancel", id: run.id, by: run.worker?.name ?? "Celery", now: endedAt });
    return "applied";
  }
  const retries = run.retries ?? retriesOf(row);
  const claim = row.claim + 1;
  const attempt = Math.max(row.attempt, retries + 1);
  await trx
    .updateTable("run_live")
    .set({ state: "running", process_id: run.worker?.id ?? row.process_id ?? SOMEBODY, claim })
    .where("id", "=", run.id)
    .execute();
  const outcome: Outcome = {
    ...{ id: run.id, claim, attempt, startedAt: startedAt ?? endedAt, endedAt },
    ...{ kind: "final", state: run.state },
    ...(run.result !== undefined && { result: run.result }),
    ...(run.error !== undefined && { error: run.error }),
  };
  ends.push({ kind: "finish", outcome });
  return "applied";
}

/** What was not known when the run ended. */
function filledIn(run: ObservedRun, done: Done): Updateable<RunDoneRow> {
  if (isConcluded(done) && isFinal(run.state) && run.error?.name !== END_UNKNOWN) {
    return {
      state: run.state,
      result: run.result === undefined ? null : JSON.stringify(run.result),
      error: run.error === undefined ? null : JSON.stringify(run.error),
      ...(run.endedAt !== undefined && { ended_at: run.endedAt }),
      ...(run.worker !== undefined && { process: run.worker.name }),
    };
  }
  if (run.state !== done.state) return {};
  return {
    ...(run.result !== undefined && isBetterKnown(run.result, done) && { result: JSON.stringify(run.result) }),
    ...(run.error !== undefined && done.error === null && { error: JSON.stringify(run.error) }),
    ...(run.worker !== undefined && done.process === null && { process: run.worker.name }),
  };
}

function isBetterKnown(result: Json, { result: before }: Done): boolean {
  if (before === null) return true;
  return displayTextOf(JSON.parse(before) as Json) !== undefined && displayTextOf(result) === undefined;
}

const isConcluded = ({ state, error }: Done) =>
  state === "lost" && error !== null && (JSON.parse(error) as RunError).name === END_UNKNOWN;

async function fillIn(trx: Trx, run: ObservedRun, done: Done): Promise<ObservedAnswer> {
  const change = filledIn(run, done);
  if (Object.keys(change).length === 0) return "known";
  await trx.updateTable("run_done").set(change).where("id", "=", run.id).execute();
  return "applied";
}

async function addNew(trx: Trx, run: ObservedRun, ends: End[]): Promise<ObservedAnswer> {
  const { facts } = run;
  if (facts === undefined) return "unknown";
  const retries = run.retries ?? 0;
  const isRunning = run.state === "running";
  const values: Insertable<RunLiveRow> = {
    ...sentColumns(run.id, facts),
    // What has ended is ended as any other is, in the same call.
    state: isRunning ? "running" : "ready",
    lock_key: null,
    abandon_at: null,
    process_id: isRunning ? (run.worker?.id ?? SOMEBODY) : null,
    claim: isRunning ? 1 : 0,
    attempt: retries + (isRunning ? 1 : 0),
    retries: retries - 1,
    started_at: run.startedAt ?? null,
    attempt_started_at: isRunning ? (run.startedAt ?? null) : null,
    progress: null,
    cancel_requested_at: null,
    cancel_requested_by: null,
    published_at: facts.queuedAt,
  };
  const added = await trx
    .insertInto("run_live")
    .values(values)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .execute();
  if (added.length === 0) return "known";
  await addAttempts(trx, run, 0);
  if (!isFinal(run.state)) return "applied";
  const row: Live = {
    ...{ id: run.id, state: "ready", process_id: null, claim: 0, attempt: retries, retries: retries - 1 },
    ...{ started_at: run.startedAt ?? null, attempt_started_at: null, wire: values.wire ?? null },
  };
  return end(trx, run, row, ends);
}

function sentColumns(id: string, facts: ObservedFacts) {
  const wire: RunWire = {
    from: "celery",
    argsRepr: facts.argsRepr,
    kwargsRepr: facts.kwargsRepr,
    observed: { inputUnknown: facts.inputUnknown },
  };
  const origin: Origin = { kind: "celery" };
  return {
    id,
    task: facts.task,
    queue: facts.queue,
    priority: PRIORITY,
    input: JSON.stringify(facts.payload),
    options: "{}",
    origin: JSON.stringify(origin),
    periodic_task_id: null,
    schedule_id: null,
    schedule_version: null,
    nominal_at: null,
    parent_id: facts.parentId ?? null,
    root_id: facts.rootId ?? null,
    available_at: facts.availableAt,
    expires_at: facts.expiresAt ?? null,
    queued_at: facts.queuedAt,
    wire: JSON.stringify(wire),
  };
}

async function addAttempts(trx: Trx, run: ObservedRun, claim: number): Promise<void> {
  for (const { number, startedAt, endedAt, error } of run.retried ?? []) {
    await trx
      .insertInto("attempt")
      .values({
        ...{ run_id: run.id, number, claim, process: run.worker?.name ?? null },
        ...{ started_at: startedAt ?? null, ended_at: endedAt, outcome: "retried" },
        ...{ error: error === undefined ? null : JSON.stringify(error), result: null },
      })
      .onConflict((conflict) => conflict.columns(["run_id", "number", "claim"]).doNothing())
      .execute();
  }
}
