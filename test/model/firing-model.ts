import { decide, passedSpans } from "../../src/firing/decide.ts";
import type { Decision, DueSchedule } from "../../src/firing/decision.ts";
import { nextNamed } from "../../src/firing/named-times.ts";
import { freeSlot, keyOfSlot, placed } from "../../src/firing/run-lock.ts";
import { compilePlan, plainPlan } from "../../src/firing/schedule-plan.ts";
import type {
  Database,
  Design,
  LiveRun,
  Minute,
  ModelSchedule,
  Row,
  Schedule,
  State,
  Statement,
  Transaction,
  Write,
} from "./firing-state.ts";

const MINUTE_MS = 60_000;
const ms = (minute: Minute) => minute * MINUTE_MS;
const minutes = (at: number) => at / MINUTE_MS;

export interface Step {
  /** The statement, or what happened. */
  readonly name: string;
  readonly state: State;
  /** A beat's own: whoever is in a transaction must have one. */
  readonly isStatement: boolean;
}

type Event = Omit<Step, "isStatement">;

/**
 * The firing logic as transitions between states. `decide` and `placed` are the product's own; what the statements read and write is
 * modelled, under the names that they have in the adapters.
 */
export class FiringModel {
  readonly schedules: readonly ModelSchedule[];
  readonly end: Minute;
  readonly #design: Design;
  readonly #compiled;
  readonly #decisions = new Map<string, Decision>();

  constructor(schedules: readonly ModelSchedule[], end: Minute, design: Design) {
    this.schedules = schedules;
    this.end = end;
    this.#design = design;
    this.#compiled = schedules.map(({ every }) => compilePlan(planOf(every)));
  }

  start(left: State["left"]): State {
    const schedules = this.schedules.map(
      (_, index): Schedule => ({ on: true, next: this.nextAt(index, 0), accountedTo: 0, version: 1, rows: [] }),
    );
    const database = { clock: 0, schedules, live: [], done: [], pause: null, purged: [], added: {} };
    return { database, beats: [null, null], left };
  }

  /** The first minute after another that a schedule names. */
  nextAt(schedule: number, after: Minute): Minute | null {
    const compiled = this.#compiled[schedule];
    const at = compiled && nextNamed(compiled, ms(after));
    return at === undefined ? null : minutes(at);
  }

  /** Everything that can happen next. */
  *steps(state: State): Generator<Step> {
    for (const { name, state: next } of this.#beatSteps(state)) {
      yield { name, state: next, isStatement: name !== "kill" };
    }
    for (const steps of [this.#workerSteps(state), this.#clockSteps(state), this.#peopleSteps(state)]) {
      for (const step of steps) yield { ...step, isStatement: false };
    }
  }

  *#beatSteps(state: State): Generator<Event> {
    for (const [index, beat] of state.beats.entries()) {
      if (beat === null) {
        const taken = this.#takeDue(state);
        if (taken !== undefined) yield { name: "takeDue", state: withBeat(state, index, taken) };
        const withdrawn = this.#withdraw(state);
        if (withdrawn !== undefined) yield { name: "withdraw", state: withdrawn };
        continue;
      }
      const [statement] = beat.todo;
      const next = statement && this.#execute(state, index, beat, statement);
      if (next !== undefined) yield { name: statement?.kind ?? "", state: next };
      if (state.left.kills > 0) {
        const killed = withBeat(state, index, null);
        yield { name: "kill", state: { ...killed, left: { ...state.left, kills: state.left.kills - 1 } } };
      }
    }
  }

  /** `due` of the SQLite ledger, `takeDue` of PostgreSQL's. */
  #takeDue({ database, beats }: State): Transaction | undefined {
    const others = beats.flatMap((beat) => beat ?? []);
    const { isolation, limit, locks = true } = this.#design;
    if (isolation === "file" && others.length > 0) return undefined;
    const locked = new Set(locks ? others.flatMap(({ taken }) => taken.map(({ schedule }) => schedule)) : []);
    const taken = database.schedules
      .map(({ next, accountedTo, version }, schedule) => ({ schedule, next, accountedTo, version }))
      .filter(({ schedule, next }) => next !== null && next <= database.clock && !locked.has(schedule))
      .sort((a, b) => (a.next ?? 0) - (b.next ?? 0) || a.schedule - b.schedule)
      .slice(0, limit);
    if (taken.length === 0) return undefined;
    // Schedules of one periodic task wait for each other (`lockShared`).
    const tasks = new Set(others.flatMap((other) => other.taken.map(({ schedule }) => this.schedules[schedule]?.task)));
    if (locks && taken.some(({ schedule }) => tasks.has(this.schedules[schedule]?.task))) return undefined;
    const todo: Statement[] = taken.map(({ schedule }) => ({ kind: "decide", schedule }));
    return { now: database.clock, taken, todo: [...todo, { kind: "commit" }], keys: [], writes: [] };
  }

  #execute(state: State, index: number, beat: Transaction, statement: Statement): State | undefined {
    const rest = beat.todo.slice(1);
    const seen = this.#seenBy(state, beat);
    const go = (todo: readonly Statement[], writes: readonly Write[]) =>
      withBeat(state, index, { ...beat, todo, writes });
    switch (statement.kind) {
      case "decide":
        return go([...this.#plan(seen, beat, statement.schedule), ...rest], beat.writes);
      case "lockKeys": {
        const { key } = statement;
        if (state.beats.some((other, n) => n !== index && other?.keys.includes(key))) return undefined;
        return withBeat(state, index, { ...beat, todo: rest, keys: [...new Set([...beat.keys, key])] });
      }
      case "insertFiring": {
        const { schedule, row } = statement;
        if (this.#isBlockedBy(state, index, (write) => write.kind === "row" && isSame(write, schedule, row)))
          return undefined;
        // On conflict do nothing: what is there stays, and nothing is sent for it.
        if (seen.schedules[schedule]?.rows.some(({ at }) => at === row.at)) {
          const isItsRun = ({ kind }: Statement) => kind === "lockKeys" || kind === "insertRun";
          return go(rest.slice(rest.findIndex((one) => !isItsRun(one))), beat.writes);
        }
        return go(rest, [...beat.writes, { kind: "row", schedule, row }]);
      }
      case "insertRun": {
        return go(rest, this.#insertRun(seen, beat.writes, statement.schedule, statement.row));
      }
      case "moveCursor": {
        const { schedule, next, accountedTo } = statement;
        const write: Write = { kind: "cursor", schedule, next, accountedTo };
        // A row that another transaction has written is waited for, whether or not it was locked before.
        if (this.#isBlockedBy(state, index, (other) => other.kind === "cursor" && other.schedule === schedule)) {
          return undefined;
        }
        const taken = beat.taken.find((cursor) => cursor.schedule === schedule);
        const there = state.database.schedules[schedule];
        const isMoved = there?.version !== taken?.version || there?.next !== taken?.next;
        if (isMoved && (this.#design.comparesAndSets ?? true)) return withBeat(state, index, null);
        if (this.#design.bug === "the cursor is committed before its firing") {
          const committed = { ...state, database: apply(state.database, [write]) };
          return withBeat(committed, index, { ...beat, todo: rest, writes: beat.writes });
        }
        return go(rest, [...beat.writes, write]);
      }
      default:
        return withBeat({ ...state, database: apply(state.database, beat.writes) }, index, null);
    }
  }

  /** What a statement sees: what is committed, and what its own transaction wrote. */
  #seenBy(state: State, beat: Transaction): Database {
    return apply(state.database, beat.writes);
  }

  /** A unique key that another transaction has written is waited for. */
  #isBlockedBy(state: State, index: number, contests: (write: Write) => boolean): boolean {
    return state.beats.some((beat, other) => other !== index && beat?.writes.some(contests));
  }

  /** `decide`, with what it reads: pauses, and rows that are there already (`knownRows`). */
  #plan(seen: Database, { now, taken }: Transaction, index: number): Statement[] {
    const cursor = taken.find(({ schedule }) => schedule === index);
    const model = this.schedules[index];
    const rows = seen.schedules[index]?.rows ?? [];
    if (cursor === undefined || model === undefined) return [];
    const due: DueSchedule = {
      scheduleId: index,
      scheduleUid: String(index),
      version: cursor.version,
      plan: planOf(model.every),
      input: null,
      misfire: model.misfire,
      catchUpWindowMs: null,
      catchUpCap: null,
      jitterMs: null,
      accountedTo: ms(cursor.accountedTo),
      pauses: seen.pause === null ? [] : [spanOf(seen.pause)],
      known: rows
        .filter(({ at }) => at > cursor.accountedTo)
        .map(({ at, through }) => ({ nominalAt: ms(at), throughAt: ms(through) })),
      periodicTask: { ...task, lock: model.lock },
    };
    const { firings, accountedTo, nextAt } = this.#decided(due, now);
    const statements = firings.flatMap((firing): Statement[] => {
      const { verdict, reason } = firing;
      const at = minutes(firing.nominalAt);
      const run = firing.run === null ? null : `${index}@${at}`;
      const row = { at, through: minutes(firing.throughAt), verdict: verdict as Row["verdict"], reason, run };
      const insert: Statement = { kind: "insertFiring", schedule: index, row };
      if (run === null) return [insert];
      const lock: Statement[] =
        model.lock === null || this.#design.bug === "a slot is looked for and not taken"
          ? []
          : [{ kind: "lockKeys", key: model.lock.key }];
      return [insert, ...lock, { kind: "insertRun", schedule: index, row }];
    });
    const next = nextAt === null ? null : minutes(nextAt);
    const move: Statement = { kind: "moveCursor", schedule: index, next, accountedTo: minutes(accountedTo) };
    return this.#design.bug === "the cursor is committed before its firing"
      ? [move, ...statements]
      : [...statements, move];
  }

  /** The same question has the same answer: it is pure. */
  #decided(due: DueSchedule, now: Minute): Decision {
    const key = JSON.stringify([due.scheduleId, due.accountedTo, due.pauses, due.known, now]);
    let decision = this.#decisions.get(key);
    if (decision === undefined) {
      decision = decide(due, ms(now), compilePlan);
      this.#decisions.set(key, decision);
    }
    return decision;
  }

  /** `sentBySibling`, `insertRun` and `overrule`: the verdict follows from what is there. */
  #insertRun(seen: Database, writes: readonly Write[], schedule: number, row: Row): readonly Write[] {
    const id = row.run ?? "";
    const model = this.schedules[schedule];
    const overruled = (verdict: Row["verdict"], reason: string, run: string | null): Write[] => [
      ...writes.filter((write) => !(write.kind === "row" && isSame(write, schedule, row))),
      { kind: "row", schedule, row: { ...row, verdict, reason, run } },
    ];
    const sibling = seen.schedules
      .filter((_, other) => other !== schedule && this.schedules[other]?.task === model?.task)
      .flatMap(({ rows }) => rows)
      .find(({ at, verdict }) => at === row.at && (verdict === "sent" || verdict === "held"));
    if (sibling !== undefined) return overruled("merged", "same_instant", sibling.run);
    if (seen.live.some((run) => run.id === id) || seen.done.includes(id)) return writes;
    const lock = model?.lock ?? null;
    if (lock === null) return [...writes, { kind: "run", run: { id, lockKey: null } }];
    const placement = placed(lock, lockStateOf(seen.live, lock.key));
    if (placement.kind === "slot") return [...writes, { kind: "run", run: { id, lockKey: placement.slot } }];
    if (placement.kind === "locked") return overruled("skipped", placement.reason, null);
    return [...overruled("held", "waiting", id), { kind: "run", run: { id, lockKey: lock.key } }];
  }

  /** A run ends: `moveToDone`, `deleteLive`, and with them `releaseHeld` and `settleFiring`, in one transaction. */
  *#workerSteps(state: State): Generator<Event> {
    if (this.#isFileLocked(state)) return;
    for (const run of state.database.live) {
      if (run.lockKey !== null && keyOfSlot(run.lockKey) === undefined) continue;
      if (run.lockKey !== null && this.#isKeyTaken(state, keyOf(run.lockKey))) continue;
      let database = apply(state.database, [{ kind: "end", run: run.id }]);
      if (run.lockKey !== null) database = this.#releaseHeld(database, keyOf(run.lockKey));
      yield { name: "finish", state: { ...state, database } };
    }
  }

  #isKeyTaken({ beats }: State, key: string): boolean {
    return (
      this.#design.bug !== "a run ends without the key of its lock" && beats.some((beat) => beat?.keys.includes(key))
    );
  }

  #releaseHeld(database: Database, key: string): Database {
    const { holders, waiting } = lockStateOf(database.live, key);
    const [first] = waiting;
    const limit = this.schedules.find(({ lock }) => lock?.key === key)?.lock?.limit ?? 1;
    const slot = freeSlot(key, limit, holders);
    if (first === undefined || slot === undefined) return database;
    const live = database.live.map((run) => (run.id === first ? { ...run, lockKey: slot } : run));
    const settle = (row: Row): Row =>
      row.run === first && row.verdict === "held" ? { ...row, verdict: "sent", reason: "waited" } : row;
    const schedules = database.schedules.map((schedule) => ({ ...schedule, rows: schedule.rows.map(settle) }));
    return { ...database, live, ...(this.#design.bug !== "a held run keeps its firing" && { schedules }) };
  }

  #isFileLocked({ beats }: State): boolean {
    return this.#design.isolation === "file" && beats.some((beat) => beat !== null);
  }

  *#clockSteps(state: State): Generator<Event> {
    const { database, left } = state;
    const at = (clock: Minute, jumps: number) => ({
      ...state,
      database: { ...database, clock },
      left: { ...left, jumps },
    });
    if (database.clock < this.end) yield { name: "tick", state: at(database.clock + 1, left.jumps) };
    if (left.jumps === 0) return;
    yield { name: "jump ahead", state: at(database.clock + 2, left.jumps - 1) };
    if (database.clock >= 2) yield { name: "jump back", state: at(database.clock - 2, left.jumps - 1) };
  }

  /** The cursors of a clock that was ahead return: `returnCursor`, `shorten`, and what is not sent is taken back. */
  #withdraw(state: State): State | undefined {
    const { database, beats } = state;
    const { clock } = database;
    if (beats.some((beat) => beat !== null)) return undefined;
    if (!database.schedules.some(({ accountedTo }) => accountedTo > clock)) return undefined;
    const forgetsRuns = this.#design.bug === "what was sent is withdrawn";
    const schedules = database.schedules.map((schedule, index): Schedule => {
      if (schedule.accountedTo <= clock) return schedule;
      const rows = schedule.rows
        .filter(({ at, run }) => at <= clock || (run !== null && !forgetsRuns))
        .map((row) =>
          row.at <= clock && row.through > clock ? { ...row, through: this.#lastNamed(index, row.at, clock) } : row,
        );
      return { ...schedule, rows, accountedTo: clock, next: schedule.on ? this.nextAt(index, clock) : null };
    });
    const { pause } = database;
    const earlier = (at: Minute) => Math.min(at, clock);
    const paused = pause && { from: earlier(pause.from), to: pause.to === null ? null : earlier(pause.to) };
    return { ...state, database: { ...database, schedules, pause: paused } };
  }

  #lastNamed(schedule: number, from: Minute, to: Minute): Minute {
    let last = from;
    for (let at: Minute | null = from; at !== null && at <= to; at = this.nextAt(schedule, at)) last = at;
    return last;
  }

  *#peopleSteps(state: State): Generator<Event> {
    const { database, beats, left } = state;
    if (this.#isFileLocked(state)) return;
    const { locks = true } = this.#design;
    const isOf = (index: number) => (one: { readonly schedule?: number }) => one.schedule === index;
    const isTaken = (index: number) =>
      beats.some(
        (beat) =>
          (locks && beat?.taken.some(isOf(index))) ||
          beat?.writes.some((write) => write.kind === "cursor" && isOf(index)(write)),
      );
    if (left.edits > 0) {
      const spent = { ...left, edits: left.edits - 1 };
      for (const [index, schedule] of database.schedules.entries()) {
        // An edit waits for whoever has the cursor.
        if (index > 1 || isTaken(index)) continue;
        const schedules = database.schedules.with(index, this.#switched(schedule, index, database.clock));
        yield {
          name: schedule.on ? "disable" : "enable",
          state: { ...state, left: spent, database: { ...database, schedules } },
        };
      }
    }
    if (left.pauses > 0 && database.pause?.to !== null) {
      const pause = database.pause === null ? { from: database.clock, to: null } : { ...database.pause, to: null };
      if (database.pause === null) {
        yield {
          name: "pause",
          state: { ...state, left: { ...left, pauses: left.pauses - 1 }, database: { ...database, pause } },
        };
      }
    }
    if (database.pause !== null && database.pause.to === null) {
      const pause = { ...database.pause, to: database.clock };
      yield { name: "resume", state: { ...state, database: { ...database, pause } } };
    }
    if (left.purges > 0) yield* this.#purges(state);
    if (left.sends > 0) yield* this.#sends(state);
  }

  /** People send runs of the periodic tasks under the same rule: `addRuns`. */
  *#sends(state: State): Generator<Event> {
    const { database, left } = state;
    const locks = new Map(this.schedules.flatMap(({ lock }) => (lock === null ? [] : [[lock.key, lock]])));
    for (const [key, lock] of locks) {
      if (state.beats.some((beat) => beat?.keys.includes(key))) continue;
      const id = `manual ${left.sends}`;
      const placement = placed(lock, lockStateOf(database.live, key));
      if (placement.kind === "locked") continue;
      const run = { id, lockKey: placement.kind === "slot" ? placement.slot : key };
      const sent = { ...state, left: { ...left, sends: left.sends - 1 } };
      yield { name: "addRuns", state: { ...sent, database: apply(database, [{ kind: "run", run }]) } };
    }
  }

  /** `replan`: the rows for what passed, and the cursor. */
  #switched(schedule: Schedule, index: number, clock: Minute): Schedule {
    const accountedTo = Math.max(clock, schedule.accountedTo);
    const on = !schedule.on;
    const why = schedule.on
      ? ({ verdict: "missed", reason: "replanned" } as const)
      : ({ verdict: "off", reason: "disabled" } as const);
    const known = schedule.rows
      .filter(({ at }) => at > schedule.accountedTo && at <= accountedTo)
      .map(({ at, through }) => ({ nominalAt: ms(at), throughAt: ms(through) }));
    const compiled = this.#compiled[index];
    const spans =
      compiled === undefined || this.#design.bug === "an edit forgets what passed"
        ? []
        : passedSpans(compiled, ms(schedule.accountedTo), ms(accountedTo), why, known);
    const rows = spans.map(
      ({ nominalAt, throughAt, verdict, reason }): Row => ({
        at: minutes(nominalAt),
        through: minutes(throughAt),
        verdict: verdict as Row["verdict"],
        reason,
        run: null,
      }),
    );
    return {
      on,
      accountedTo,
      version: schedule.version + 1,
      next: on ? this.nextAt(index, accountedTo) : null,
      rows: sorted([...schedule.rows, ...rows]),
    };
  }

  /** Retention removes the first row that is decided, and its finished run. */
  *#purges(state: State): Generator<Event> {
    const { database, left } = state;
    for (const [index, schedule] of database.schedules.entries()) {
      const [row] = schedule.rows;
      if (
        row === undefined ||
        row.through > schedule.accountedTo ||
        (row.run !== null && !database.done.includes(row.run))
      )
        continue;
      const schedules = database.schedules.with(index, { ...schedule, rows: schedule.rows.slice(1) });
      const done =
        row.run === null || row.verdict === "merged" ? database.done : database.done.filter((id) => id !== row.run);
      const purged = [...database.purged, `${index}:${row.at}-${row.through}`];
      yield {
        name: "purge",
        state: {
          ...state,
          left: { ...left, purges: left.purges - 1 },
          database: { ...database, schedules, done, purged },
        },
      };
    }
  }
}

const task: Omit<DueSchedule["periodicTask"], "lock"> = {
  id: 1,
  task: "t",
  payload: { input: null },
  queue: null,
  priority: null,
  expiresMs: null,
  runOptions: {},
  hold: null,
  runsLeft: null,
};

function planOf(every: Minute) {
  return plainPlan({ definition: { kind: "interval", every, period: "minutes" }, zone: "UTC" });
}

function spanOf({ from, to }: NonNullable<Database["pause"]>) {
  const endAt = to === null ? null : ms(to);
  return { scope: "all" as const, scopeId: "", fromAt: ms(from), endAt, reason: "", by: "" };
}

function lockStateOf(live: readonly LiveRun[], key: string) {
  const ofKey = live.filter(({ lockKey }) => lockKey !== null && keyOf(lockKey) === key);
  return {
    holders: ofKey
      .filter(({ lockKey }) => lockKey !== key)
      .map(({ id, lockKey }) => ({ id, slot: lockKey ?? "", isExecuted: true, isStopping: true })),
    waiting: ofKey.filter(({ lockKey }) => lockKey === key).map(({ id }) => id),
  };
}

function keyOf(lockKey: string): string {
  return keyOfSlot(lockKey) ?? lockKey;
}

function isSame(write: { readonly schedule: number; readonly row: Row }, schedule: number, row: Row): boolean {
  return write.schedule === schedule && write.row.at === row.at;
}

function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => a.at - b.at);
}

function withBeat(state: State, index: number, beat: Transaction | null): State {
  return { ...state, beats: state.beats.with(index, beat) };
}

/** Writes as a commit makes them. */
function apply(database: Database, writes: readonly Write[]): Database {
  let { schedules, live, done, added } = database;
  for (const write of writes) {
    switch (write.kind) {
      case "row": {
        const schedule = schedules[write.schedule];
        if (schedule === undefined) break;
        schedules = schedules.with(write.schedule, { ...schedule, rows: sorted([...schedule.rows, write.row]) });
        break;
      }
      case "cursor": {
        const schedule = schedules[write.schedule];
        if (schedule === undefined) break;
        const { next, accountedTo } = write;
        schedules = schedules.with(write.schedule, { ...schedule, next, accountedTo });
        break;
      }
      case "run":
        live = [...live, write.run];
        added = { ...added, [write.run.id]: (added[write.run.id] ?? 0) + 1 };
        break;
      default:
        live = live.filter(({ id }) => id !== write.run);
        done = [...done, write.run].sort();
    }
  }
  return { ...database, schedules, live, done, added };
}
