import { sealedAsDots } from "../../../components/sealed.ts";
import type { WorkerInspection } from "../../../services/wire.ts";

/** A run as a worker tells it. */
export interface ToldRun {
  id: string;
  name: string;
  args: string;
  kwargs: string;
  /** In ms; undefined while it has not begun. */
  startedAt: number | undefined;
  /** When it is to begin, in ms. */
  eta: number | undefined;
}

type Value = WorkerInspection["stats"];

/** Runs as workers of either kind tell them; undefined where the worker did not answer. */
export function toldRuns(value: Value): ToldRun[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item): ToldRun[] => {
    const outer = recordOf(item);
    // What waits for its time is wrapped: `{eta, priority, request}`.
    const run = "request" in outer ? recordOf(outer.request) : outer;
    if (typeof run.id !== "string" || typeof run.name !== "string") return [];
    return [
      {
        id: run.id,
        name: run.name,
        args: textOf(run.args),
        kwargs: textOf(run.kwargs),
        startedAt: typeof run.time_start === "number" ? run.time_start * 1000 : undefined,
        eta: typeof outer.eta === "string" ? timeOf(outer.eta) : undefined,
      },
    ];
  });
}

export function toldTasks(value: Value): string[] | undefined {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : undefined;
}

/** What `stats` says of the pool and the counts. */
export function toldStats(value: Value) {
  const stats = recordOf(value);
  const pool = recordOf(stats.pool);
  const total = recordOf(stats.total);
  return {
    implementation: typeof pool.implementation === "string" ? pool.implementation : undefined,
    slots: numberOf(pool["max-concurrency"]),
    prefetch: numberOf(stats.prefetch_count),
    uptimeMs: numberOf(stats.uptime) === undefined ? undefined : Number(stats.uptime) * 1000,
    executed: new Map(
      Object.entries(total).flatMap(([name, count]) => (typeof count === "number" ? [[name, count]] : [])),
    ),
  };
}

/** A thread or a process of a worker's pool. */
export interface ToldChild {
  pool: string;
  pid: number;
  executed: number;
  memoryMb: number | undefined;
  runId: string | undefined;
}

function childOf(value: unknown): ToldChild[] {
  const { pool, pid, executed, memoryMb, runId } = recordOf(value);
  if (typeof pool !== "string" || typeof pid !== "number" || typeof executed !== "number") return [];
  return [{ pool, pid, executed, memoryMb: numberOf(memoryMb), runId: textOrNone(runId) }];
}

function boundsOf(value: unknown): string | undefined {
  const { min, max } = recordOf(value);
  return typeof min === "number" && typeof max === "number" ? `${min}–${max}` : undefined;
}

/** What its heartbeats, and its row, say. */
export function toldFacts(value: Value) {
  const info = recordOf(value);
  const load = Array.isArray(info.loadavg) ? info.loadavg.filter((one): one is number => typeof one === "number") : [];
  const software = [info.sw_ident, info.sw_ver, info.sw_sys].filter((part) => typeof part === "string");
  return {
    software: software.length === 0 ? undefined : software.join(" "),
    load: load.length === 0 ? undefined : load.join(" · "),
    processed: numberOf(info.processed),
    pool: textOrNone(info.pool),
    autoscale: boundsOf(info.autoscale),
    restarts: numberOf(info.restarts),
    crashes: numberOf(info.crashes),
    children: Array.isArray(info.children) ? info.children.flatMap(childOf) : [],
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

const textOrNone = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
/** What is sealed in it is dots, as elsewhere. */
const textOf = (value: unknown): string =>
  sealedAsDots(typeof value === "string" ? value : JSON.stringify(value ?? null));

function timeOf(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
