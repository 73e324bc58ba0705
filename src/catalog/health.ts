import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import type { ProcessRecord } from "../control/process-reader.ts";
import type { QueueDepth } from "../run/run-reader.ts";
import { isWorker } from "./task-directory.ts";

export interface Problem {
  readonly code:
    | "no_beat"
    | "no_worker"
    | "late"
    | "clock_jump"
    | "beat_hangs"
    | "beat_fails"
    | "queue_without_worker"
    | "schedule_error"
    | "replan_due"
    | "event_loop_blocked";
  readonly severity: "warning" | "error";
  readonly text: Bilingual;
}

export interface Health {
  readonly status: "ok" | "warning" | "error";
  /** Living ones. */
  readonly beats: number;
  readonly workers: number;
  /** How late the oldest due schedule is. */
  readonly oldestDueMs: number;
  readonly queuesWithoutWorker: readonly { readonly queue: string; readonly waiting: number }[];
  readonly problems: readonly Problem[];
}

export interface HealthFacts {
  readonly now: Instant;
  readonly processes: readonly ProcessRecord[];
  readonly queues: readonly QueueDepth[];
  /** Living workers that serve a queue. */
  readonly workersOf: (queue: string) => number;
  /** Undefined: no schedule waits. */
  readonly nextWakeAt: Instant | undefined;
  readonly broken: readonly { readonly name: string; readonly error: string }[];
  /** Undefined: no schedule is. */
  readonly replanDue: Bilingual | undefined;
}

/** A beat that works looks at least once a second. */
const LATE_MS = 5_000;
const BLOCKED_MS = 5_000;
/** A beat's loop turns at least once a second. */
const HANGS_MS = 10_000;

/** What an operator has to know at a glance. */
export function healthOf(facts: HealthFacts): Health {
  const { now, processes, queues, workersOf, nextWakeAt, broken, replanDue } = facts;
  const alive = processes.filter(({ leaseUntil }) => leaseUntil >= now);
  const beats = alive.filter(({ kind }) => kind === "beat").length;
  const workers = alive.filter(isWorker).length;
  const oldestDueMs = nextWakeAt === undefined ? 0 : Math.max(now - nextWakeAt, 0);
  const queuesWithoutWorker = queues
    .filter(({ name }) => workersOf(name) === 0)
    .map(({ name, ready, scheduled, held }) => ({ queue: name, waiting: ready + scheduled + held }))
    .filter(({ waiting }) => waiting > 0);

  const problems: Problem[] = [];
  if (beats === 0 && nextWakeAt !== undefined) problems.push(noBeat);
  if (workers === 0) problems.push(noWorker);
  if (oldestDueMs > LATE_MS) problems.push(late(oldestDueMs));
  problems.push(...alive.flatMap(beatProblem));
  // That nobody works at all says it for every queue.
  if (workers > 0) problems.push(...queuesWithoutWorker.map(unserved));
  problems.push(...broken.map(cannotCompute));
  if (replanDue !== undefined) problems.push({ code: "replan_due", severity: "warning", text: replanDue });
  problems.push(...alive.filter(({ loopLagMs }) => loopLagMs > BLOCKED_MS).map(blocked));
  const status = problems.some(({ severity }) => severity === "error")
    ? "error"
    : problems.length > 0
      ? "warning"
      : "ok";
  return { status, beats, workers, oldestDueMs, queuesWithoutWorker, problems };
}

const noBeat: Problem = {
  code: "no_beat",
  severity: "error",
  text: {
    en: "No beat is running: nothing fires until one is started",
    ja: "beat が動いていません。起動するまでスケジュールは実行されません",
  },
};

const noWorker: Problem = {
  code: "no_worker",
  severity: "warning",
  text: {
    en: "No worker is running: runs wait until one is started",
    ja: "ワーカーが動いていません。起動するまで実行は待機します",
  },
};

const late = (ms: number): Problem => ({
  code: "late",
  severity: "error",
  text: {
    en: `The oldest due schedule is ${Math.round(ms / 1000)} s late`,
    ja: `最も古い予定が ${Math.round(ms / 1000)} 秒遅れています`,
  },
});

/** What a beat tells of its loop. */
function beatProblem({ kind, name, info }: ProcessRecord): Problem | [] {
  if (kind !== "beat") return [];
  const { state, loopAgeMs, clockJumpMs } = info;
  if (state === "holding") return holds(name, typeof clockJumpMs === "number" ? clockJumpMs : 0);
  if (state === "failing") return fails(name);
  return typeof loopAgeMs === "number" && loopAgeMs > HANGS_MS ? hangs(name, loopAgeMs) : [];
}

const holds = (name: string, jumpMs: number): Problem => {
  const moved = Math.round(Math.abs(jumpMs) / 1000);
  return {
    code: "clock_jump",
    severity: "error",
    text: {
      en: `The beat '${name}' holds its fire: the clock went ${jumpMs < 0 ? "back" : "ahead"} by ${moved} s at once, and is not believed yet`,
      ja: `時計が一度に ${moved} 秒${jumpMs < 0 ? "戻った" : "進んだ"}ため、beat「${name}」は正しい時刻を確かめるまで実行を控えています`,
    },
  };
};

const fails = (name: string): Problem => ({
  code: "beat_fails",
  severity: "error",
  text: {
    en: `The beat '${name}' cannot fire: the database does not answer it`,
    ja: `beat「${name}」はデータベースの応答がないため、実行できません`,
  },
});

const hangs = (name: string, ms: number): Problem => ({
  code: "beat_hangs",
  severity: "error",
  text: {
    en: `The loop of the beat '${name}' has not turned for ${Math.round(ms / 1000)} s`,
    ja: `beat「${name}」のループが ${Math.round(ms / 1000)} 秒間進んでいません`,
  },
});

const unserved = ({ queue, waiting }: { queue: string; waiting: number }): Problem => ({
  code: "queue_without_worker",
  severity: "warning",
  text: {
    en: `${waiting} ${waiting === 1 ? "run waits" : "runs wait"} in the queue '${queue}', which no live worker serves`,
    ja: `キュー「${queue}」を処理する稼働中のワーカーがなく、${waiting} 件の実行が待機しています`,
  },
});

const cannotCompute = ({ name, error }: { name: string; error: string }): Problem => ({
  code: "schedule_error",
  severity: "error",
  text: {
    en: `A schedule of '${name}' cannot be computed and does not fire: ${error}`,
    ja: `「${name}」のスケジュールを計算できないため、実行されません: ${error}`,
  },
});

const blocked = ({ kind, name, loopLagMs }: ProcessRecord): Problem => ({
  code: "event_loop_blocked",
  severity: "warning",
  text: {
    en: `The ${kind} '${name}' has not responded for ${Math.round(loopLagMs / 1000)} s: a task blocks its event loop`,
    ja: `${kind}「${name}」が ${Math.round(loopLagMs / 1000)} 秒間応答していません。タスクがイベントループを塞いでいます`,
  },
});
