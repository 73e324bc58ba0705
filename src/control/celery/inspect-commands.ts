import { arch, release } from "node:os";
import type { Json, JsonObject } from "../../base/json.ts";
import { isoTime } from "../../message/iso-time.ts";
import { pythonRepr } from "../../message/python-repr.ts";
import type { WorkerRun } from "../worker-control.ts";
import type { Command, CommandParts } from "./command-parts.ts";
import { SOFTWARE } from "./events.ts";
import { writeRate } from "./rate.ts";
import { textsOf } from "./revoked-ids.ts";
import { taskInfo } from "./task-info.ts";

const ping: Command = () => ({ ok: "pong" });

const active: Command = ({ safe }, parts) => parts.worker.executing().map((run) => infoOf(run, parts, safe === true));

const reserved: Command = (_, parts) => parts.worker.reserved().map((run) => infoOf(run, parts));

const scheduled: Command = async (_, parts) => {
  const runs = await parts.scheduled(parts.worker.queues());
  return runs.map((run) => ({ eta: isoTime(run.availableAt), priority: 6, request: infoOf(run, parts) }));
};

const revoked: Command = (_, { revoked }) => revoked.ids();

const registered: Command = ({ taskinfoitems }, { worker }) => {
  const asked = textsOf(taskinfoitems);
  const attributes = asked.length > 0 ? asked : ["rate_limit"];
  return worker.tasks().map((task) => {
    const limit = worker.rateLimit(task);
    const told = attributes.flatMap((name) =>
      name === "rate_limit" && limit !== undefined ? [`rate_limit=${writeRate(limit)}`] : [],
    );
    return told.length === 0 ? task : `${task} [${told.join(" ")}]`;
  });
};

const active_queues: Command = (_, { worker }) => worker.queues().map(queueInfo);

const query_task: Command = ({ ids, task_id: taskId }, parts) => {
  const wanted = new Set(textsOf(ids ?? taskId));
  const found: Record<string, Json> = {};
  for (const run of parts.worker.reserved()) if (wanted.has(run.id)) found[run.id] = ["reserved", infoOf(run, parts)];
  for (const run of parts.worker.executing()) if (wanted.has(run.id)) found[run.id] = ["active", infoOf(run, parts)];
  return found;
};

const stats: Command = (_, { worker, about, clock, startedAt, logical }) => {
  const usage = process.resourceUsage();
  const { kind, pids } = worker.pool();
  return {
    total: Object.fromEntries(worker.executed()),
    pid: worker.pid,
    // A text, as Celery writes it.
    clock: String(logical.value),
    uptime: Math.max(0, Math.round((clock.now() - startedAt) / 1000)),
    pool: {
      implementation: `hyoshi:${kind}`,
      "max-concurrency": worker.concurrency,
      processes: [...pids],
      "max-tasks-per-child": "N/A",
      "put-guarded-by-semaphore": false,
      timeouts: [0, 0],
      writes: "N/A",
    },
    broker: about.broker,
    prefetch_count: worker.concurrency,
    rusage: {
      utime: usage.userCPUTime / 1e6,
      stime: usage.systemCPUTime / 1e6,
      maxrss: usage.maxRSS,
      minflt: usage.minorPageFault,
      majflt: usage.majorPageFault,
      inblock: usage.fsRead,
      oublock: usage.fsWrite,
      nvcsw: usage.voluntaryContextSwitches,
      nivcsw: usage.involuntaryContextSwitches,
    },
  };
};

const conf: Command = (_, { about }) => about.settings;

const report: Command = (_, { about }) => {
  const settings = Object.entries(about.settings).map(([name, value]) => `${name}: ${pythonRepr(value)}`);
  const lines = [
    "",
    `software -> ${SOFTWARE}:${about.version} node:${process.versions.node}`,
    `platform -> system:${systemName()} arch:${arch()}`,
    `            kernel version:${release()} imp:Node.js`,
    `settings -> transport:${String(about.broker.transport)}`,
    "",
    ...settings,
    "",
  ];
  return { ok: lines.join("\n") };
};

const clock: Command = (_, { logical }) => ({ clock: logical.value });

/** Another worker starts, and tells what it knows to be revoked; so do we. */
const hello: Command = ({ from_node: from, revoked }, parts) => {
  if (from === parts.worker.node) return null;
  if (typeof revoked === "object" && revoked !== null) parts.revoked.add(Object.keys(revoked));
  return { revoked: parts.revoked.told(), clock: parts.logical.tick() };
};

const nothing: Command = () => null;

/** Commands that change nothing, by Celery's names and their older ones. */
export const inspecting: Readonly<Record<string, Command>> = {
  ping,
  active,
  dump_active: active,
  reserved,
  dump_reserved: reserved,
  scheduled,
  dump_schedule: scheduled,
  revoked,
  dump_revoked: revoked,
  registered,
  dump_tasks: registered,
  active_queues,
  query_task,
  stats,
  conf,
  dump_conf: conf,
  report,
  clock,
  hello,
  memsample: nothing,
  memdump: nothing,
  objgraph: nothing,
};

/** `Linux`, `Darwin`, `Windows`: as Celery's workers tell it. */
export function systemName(): string {
  const { platform } = process;
  if (platform === "win32") return "Windows";
  return platform.charAt(0).toUpperCase() + platform.slice(1);
}

function infoOf(run: WorkerRun, { worker, about }: CommandParts, safe = false): JsonObject {
  const { node, pid } = worker;
  return taskInfo(run, { node, pid, safe, wirePriority: about.wirePriority });
}

function queueInfo(name: string): JsonObject {
  return {
    name,
    exchange: {
      name,
      type: "direct",
      arguments: null,
      durable: true,
      passive: false,
      auto_delete: false,
      delivery_mode: null,
      no_declare: false,
    },
    routing_key: name,
    queue_arguments: null,
    binding_arguments: null,
    consumer_arguments: null,
    durable: true,
    exclusive: false,
    auto_delete: false,
    no_ack: false,
    alias: null,
    bindings: [],
    no_declare: null,
    expires: null,
    message_ttl: null,
    max_length: null,
    max_length_bytes: null,
    max_priority: null,
  };
}
