import type { LogChunk, RunView } from "../../src/services/wire.ts";
import { addRun, periodicTasks, runs, startedAt } from "./data.ts";
import { type Handler, Refusal, type Tell } from "./refusal.ts";

const logs = new Map<string, LogChunk[]>();

function write(run: RunView, lines: readonly string[]): void {
  const chunks = logs.get(run.id) ?? [];
  logs.set(run.id, chunks);
  const last = chunks.at(-1);
  const firstLine = last ? last.firstLine + last.text.split("\n").length - 1 : 1;
  const text = lines.map((line) => `${line}\n`).join("");
  chunks.push({ chunk: chunks.length, attempt: run.attempt, firstLine, at: Date.now(), text });
}
const head = (at: number, level: string) => `${new Date(at).toISOString().slice(11, 23)} ${level} `;
const finished = (run: RunView) => ["succeeded", "failed", "cancelled", "expired", "lost"].includes(run.state);

function logOf(run: RunView): LogChunk[] {
  const known = logs.get(run.id);
  if (known || run.startedAt === null) return known ?? [];
  const at = run.startedAt;
  write(run, [
    `${head(at, "INFO")}\x1b[36mreading\x1b[0m the day's bookings <from the ledger> & its archive`,
    `${head(at + 40, "DEBUG")}connection 3 of the pool, 12 ms`,
    `${head(at + 90, "INFO")}\x1b[1;32m✓\x1b[0m 1,204 rows \x1b[2m(41 skipped)\x1b[0m`,
    `${head(at + 300, "WARN")}\x1b[33mthe archive answers slowly: 4.2 s\x1b[0m 保存先の応答が遅くなっています`,
    ...(run.error
      ? [
          `${head(at + 900, "ERROR")}\x1b[31m${run.error.message}\x1b[0m`,
          ...(run.error.stack?.split("\n").slice(1) ?? []),
        ]
      : [`${head(at + 900, "INFO")}done`]),
  ]);
  return logs.get(run.id) ?? [];
}

/** Runs of every kind that a page must show well. */
export function fillOperations(tell: Tell): void {
  const [first, second] = [...periodicTasks.values()];
  if (!first || !second) return;
  const failed = addRun(first, startedAt - 1_200_000, "failed", 61_000);
  const error = failed.error;
  Object.assign(failed, {
    attempt: 3,
    attempts: [4_000, 3_000, 17_000]
      .map((ms, index) => ({ ms, number: index + 1 }))
      .map(({ ms, number }) => ({
        number,
        worker: "web-1:default",
        startedAt: (failed.startedAt ?? 0) + (number - 1) * 22_000,
        endedAt: (failed.startedAt ?? 0) + (number - 1) * 22_000 + ms,
        outcome: number < 3 ? "retried" : "failed",
        error: number < 3 ? { ...error, message: `connect ECONNREFUSED 10.0.0.${number}:5432` } : error,
      })),
  });
  if (failed.error) {
    failed.error = {
      ...failed.error,
      stack: `Error: ${failed.error.message}\n    at Socket.onTimeout (node:net:604:8)\n    at send (/srv/tm/tapp_a/export.ts:41:11)\n    at Archive.put (/srv/tm/node_modules/@acme/archive/dist/client.js:88:15)\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)\n    at async run (/srv/tm/tapp_a/tasks.ts:18:5)`,
      code: "ETIMEDOUT",
    };
  }
  const children = [...runs.values()].slice(0, 3).map(({ id, task, state }) => ({ id, task, state }));
  Object.assign(failed, { children });

  const running = addRun(first, startedAt - 20_000, "running", null);
  Object.assign(running, { progress: { current: 30, total: 200, text: "invoices" }, attempt: 1, attempts: [] });
  logOf(running);
  setInterval(() => {
    if (running.state !== "running" || !running.progress) return;
    running.progress.current = Math.min(200, running.progress.current + 1);
    write(running, [`${head(Date.now(), "INFO")}invoice ${running.progress.current} \x1b[32mpaid\x1b[0m`]);
    tell(`run:${running.id}`);
  }, 1_000);

  const waiting = addRun(second, startedAt - 90_000, "ready", null, "admin");
  Object.assign(waiting, {
    queue: "slow",
    warnings: [
      {
        code: "queue_without_worker",
        text: {
          en: "Waits: no live worker serves the queue slow.",
          ja: "待機中: キュー slow を処理するワーカーがありません。",
        },
      },
    ],
  });
  const unknown = addRun(second, startedAt - 70_000, "ready", null, "admin");
  Object.assign(unknown, {
    task: "tapp_c.forgotten",
    periodicTask: null,
    warnings: [
      {
        code: "unknown_task",
        text: { en: "Waits: no worker knows this task.", ja: "待機中: このタスクを知るワーカーがありません。" },
      },
    ],
  });
  const retrying = addRun(first, startedAt - 50_000, "scheduled", null);
  Object.assign(retrying, {
    retrying: true,
    startedAt: startedAt - 49_000,
    availableAt: startedAt + 600_000,
    attempts: [{ ...failed.attempts[0], startedAt: startedAt - 49_000, endedAt: startedAt - 44_000 }],
  });
  const long = addRun(second, startedAt - 10_000, "succeeded", 9_000, "admin");
  Object.assign(long, { periodicTask: null, task: "tapp_b.long_log", result: { lines: 100_000, ok: true } });
  const line = (index: number) =>
    `${head((long.startedAt ?? 0) + index, index % 1000 === 7 ? "ERROR" : index % 100 === 3 ? "WARN" : "INFO")}line ${index} of a log that is rather long, with \x1b[34mcolour\x1b[0m, words and 文字 in it ${"·".repeat(index % 60)}`;
  for (let from = 0; from < 100_000; from += 500) {
    write(
      long,
      Array.from({ length: 500 }, (_, index) => line(from + index + 1)),
    );
  }
  for (const state of ["cancelled", "expired", "lost", "held"] as const) {
    addRun(second, startedAt - 30_000, state, state === "held" ? null : 400);
  }
}

const found = (id: string | undefined): RunView => {
  const run = runs.get(id ?? "");
  if (!run) throw new Refusal(404, "not_found", `run '${id}' does not exist`);
  return run;
};

export const operationRoutes = (tell: Tell): Record<string, Handler> => ({
  "GET runs": (_ids, _body, query) => {
    const [periodicTaskId, task, queue, q, since, until] = [
      "periodicTaskId",
      "task",
      "queue",
      "q",
      "since",
      "until",
    ].map((name) => query.get(name));
    const states = query.get("state")?.split(",");
    const all = [...runs.values()]
      .filter((run) => !periodicTaskId || run.periodicTask?.id === Number(periodicTaskId))
      .filter((run) => !states || states.includes(run.state))
      .filter((run) => (!task || run.task === task) && (!queue || run.queue === queue))
      .filter((run) => (!since || run.queuedAt >= Number(since)) && (!until || run.queuedAt <= Number(until)))
      .filter((run) => !q || JSON.stringify(run).toLowerCase().includes(q.toLowerCase()))
      .sort((a, b) => b.queuedAt - a.queuedAt || (a.id < b.id ? 1 : -1));
    const from = Number(query.get("after") ?? 0);
    const limit = Number(query.get("limit") ?? 50);
    return {
      items: all.slice(from, from + limit),
      next: from + limit < all.length ? String(from + limit) : null,
      count: { value: all.length, capped: false },
    };
  },
  "POST runs": (_ids, body) => {
    const view = [...periodicTasks.values()][0];
    if (!view) throw new Refusal(422, "invalid", "nothing to copy");
    const run = addRun(view, Date.now(), "ready", null, "admin");
    Object.assign(run, { task: body.task, periodicTask: null, input: body.input, queue: body.queue ?? "default" });
    tell("runs");
    return run;
  },
  "GET runs/:id": ([id]) => found(id),
  "POST runs/:id/reruns": ([id]) => {
    const old = found(id);
    const view = periodicTasks.get(old.periodicTask?.id ?? 1);
    if (!view) throw new Refusal(404, "not_found", "its periodic task is gone");
    const run = addRun(view, Date.now(), "ready", null, "admin");
    Object.assign(run, { origin: "rerun", rerunOf: old.id, task: old.task, periodicTask: old.periodicTask });
    tell("runs");
    return run;
  },
  "PUT runs/:id/cancellation": ([id]) => {
    const run = found(id);
    if (finished(run)) throw new Refusal(409, "run_finished", "it has ended");
    if (run.state === "running") run.cancelRequestedAt = Date.now();
    else Object.assign(run, { state: "cancelled", endedAt: Date.now() });
    tell("runs", `run:${id}`);
  },
  "PUT runs/:id/termination": ([id]) => {
    const run = found(id);
    Object.assign(run, { state: "cancelled", endedAt: Date.now() });
    tell("runs", `run:${id}`);
  },
  "GET runs/:id/logs": ([id], _body, query) => {
    const run = found(id);
    const after = Number(query.get("after") ?? -1);
    const items = logOf(run)
      .filter((chunk) => chunk.chunk > after)
      .slice(0, 16);
    return { items, next: items.at(-1)?.chunk ?? after, complete: items.length === 0 && finished(run) };
  },
  "GET workers": () => ({
    items: [
      worker(1, "beat", "web-1:beat", { queues: [], concurrency: null, running: 0 }),
      worker(2, "beat", "web-2:beat", { host: "web-2", queues: [], concurrency: null, running: 0 }),
      worker(3, "worker", "web-1:default", { queues: ["default"], running: 7, loopLagMs: 1 }),
      worker(4, "worker", "web-2:blocked", {
        host: "web-2",
        queues: ["default", "mail"],
        running: 10,
        loopLagMs: 4_210,
      }),
      worker(5, "worker", "web-3:old", { host: "web-3", live: false, leaseUntil: startedAt - 400_000, running: 2 }),
      worker(6, "admin", "web-1:admin", { queues: [], concurrency: null, running: 0 }),
    ],
    next: null,
  }),
  "GET queues": () => ({
    items: [
      queue("default", { scheduled: 3, running: 7, workers: 2 }),
      queue("mail", { ready: 12, held: 4, running: 10, workers: 1, oldestReadyAt: Date.now() - 3_000 }),
      queue("slow", { ready: 10_000, capped: true, oldestReadyAt: startedAt - 600_000 }),
    ],
    next: null,
  }),
  "GET overview": () => {
    const failing = [...runs.values()]
      .filter((run) => run.state === "failed" && run.periodicTask)
      .slice(-3)
      .map((run) => ({
        periodicTaskId: run.periodicTask?.id ?? 0,
        name: run.periodicTask?.name ?? "",
        runId: run.id,
        at: run.queuedAt,
        state: run.state,
      }));
    const upcoming = [...periodicTasks.values()]
      .flatMap((one) =>
        one.nextAt === null
          ? []
          : [{ periodicTaskId: one.id, name: one.name, at: Math.max(one.nextAt, Date.now() + one.id * 400_000) }],
      )
      .sort((a, b) => a.at - b.at)
      .filter(({ at }) => at < Date.now() + 3_600_000);
    return { failing, running: [...runs.values()].filter((run) => run.state === "running"), upcoming };
  },
});

const queue = (name: string, more: object) => ({
  name,
  ready: 0,
  scheduled: 0,
  held: 0,
  running: 0,
  capped: false,
  workers: 0,
  oldestReadyAt: null,
  ...more,
});
const worker = (id: number, kind: string, name: string, more: object) => ({
  id,
  kind,
  name,
  host: "web-1",
  pid: 4_000 + id,
  startedAt: startedAt - 86_400_000 * id,
  leaseUntil: Date.now() + 8_000,
  live: true,
  loopLagMs: 2,
  queues: ["default"],
  concurrency: 10,
  running: 0,
  info: { version: "0.1.0", node: "24.21.0" },
  ...more,
});
