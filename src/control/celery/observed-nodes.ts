import type { Clock, Instant } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { ForeignWorker } from "../foreign-workers.ts";
import type { RemoteReplies } from "../remote-control.ts";
import type { CeleryEvent } from "./events.ts";

/** A worker that tells no frequency beats every two seconds. */
const FREQUENCY_S = 2;
/** It counts as alive for so many beats, and no shorter than this. */
const BEATS = 5;
const ALIVE_MS = 10_000;
/** What it answers to questions is asked anew so often. */
const ASK_EVERY_MS = 60_000;
/** Nodes that are remembered; a broker with more is asked by somebody else. */
const MOST_NODES = 2_000;
const MOST_TASKS = 5_000;

const told = ["sw_ident", "sw_ver", "sw_sys", "active", "processed", "loadavg", "freq"] as const;

interface Node {
  readonly node: string;
  readonly pid: number;
  readonly seenAt: Instant;
  readonly aliveUntil: Instant;
  readonly facts: JsonObject;
  answers: JsonObject;
  tasks: readonly string[];
  askedAt: number;
  /** Events of its runs that were not written down. */
  dropped: number;
  changed: boolean;
}

/** The workers of another kind that were heard of, and what they tell and answer of themselves. */
export class ObservedNodes {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, Node>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Any event of a worker says that it lives. Answers whether it is new, or has started anew. */
  heard(event: CeleryEvent): boolean {
    const before = this.#nodes.get(event.hostname);
    if (before === undefined && this.#nodes.size >= MOST_NODES) return false;
    const now = this.#clock.now();
    const isAboutIt = event.type.startsWith("worker-");
    const facts = isAboutIt ? picked(event) : (before?.facts ?? {});
    const frequency = typeof facts.freq === "number" ? facts.freq : FREQUENCY_S;
    const isNew = before === undefined || event.type === "worker-online";
    this.#nodes.set(event.hostname, {
      node: event.hostname,
      pid: Number.isSafeInteger(event.pid) ? Number(event.pid) : (before?.pid ?? 0),
      seenAt: before?.seenAt ?? now,
      aliveUntil: now + Math.max(frequency * BEATS * 1000, ALIVE_MS),
      facts: { ...before?.facts, ...facts },
      answers: before?.answers ?? {},
      tasks: before?.tasks ?? [],
      askedAt: isNew ? Number.NEGATIVE_INFINITY : before.askedAt,
      dropped: before?.dropped ?? 0,
      changed: true,
    });
    return isNew;
  }

  left(node: string): void {
    this.#nodes.delete(node);
  }

  dropped(node: string): void {
    const found = this.#nodes.get(node);
    if (found !== undefined) found.dropped += 1;
  }

  /** The queue that its runs most probably come from. */
  queueOf(node: string, otherwise: string): string {
    const queues = this.#nodes.get(node)?.answers.queues;
    const names = Array.isArray(queues) ? (queues as readonly string[]) : [];
    return names.includes(otherwise) ? otherwise : (names[0] ?? otherwise);
  }

  /** Whether it has told which queues it serves. */
  hasAnswered(node: string): boolean {
    return this.#nodes.get(node)?.answers.queues !== undefined;
  }

  tasksOf(node: string): readonly string[] {
    return this.#nodes.get(node)?.tasks ?? [];
  }

  get names(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  /** Whom to ask again, noted as asked. */
  takeUnasked(limit: number): readonly string[] {
    const now = this.#clock.monotonic();
    const due = [...this.#nodes.values()].filter(({ askedAt }) => now - askedAt >= ASK_EVERY_MS).slice(0, limit);
    for (const node of due) node.askedAt = now;
    return due.map(({ node }) => node);
  }

  /** What they answered to `stats`, `active_queues` and `registered`. */
  answered(replies: { stats: RemoteReplies; queues: RemoteReplies; registered: RemoteReplies }): void {
    for (const node of this.#nodes.values()) {
      const queues = replies.queues.get(node.node);
      const registered = replies.registered.get(node.node);
      node.answers = {
        ...node.answers,
        ...poolOf(replies.stats.get(node.node)),
        ...(queues && { queues: namesOf(queues) }),
      };
      if (Array.isArray(registered)) node.tasks = tasksOf(registered);
      node.changed = true;
    }
  }

  /** What changed since the last time. */
  takeChanged(): readonly ForeignWorker[] {
    const changed = [...this.#nodes.values()].filter(({ changed }) => changed);
    for (const node of changed) node.changed = false;
    return changed.map(({ node, pid, seenAt, aliveUntil, facts, answers, dropped }) => ({
      ...{ node, pid, seenAt, aliveUntil },
      info: { ...facts, ...answers, ...(dropped > 0 && { droppedEvents: dropped }) },
    }));
  }

  /** Lets go of those that were not heard of for long. */
  forget(before: Instant): void {
    for (const { node, aliveUntil } of this.#nodes.values()) if (aliveUntil < before) this.#nodes.delete(node);
  }
}

function picked(event: CeleryEvent): JsonObject {
  return Object.fromEntries(told.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name] as Json]])));
}

function poolOf(stats: Json | undefined): JsonObject {
  if (!isJsonObject(stats) || !isJsonObject(stats.pool)) return {};
  const { "max-concurrency": concurrency, implementation } = stats.pool;
  return {
    ...(Number.isSafeInteger(concurrency) && { concurrency: Number(concurrency) }),
    ...(typeof implementation === "string" && { pool: implementation }),
  };
}

function namesOf(queues: Json): readonly string[] {
  if (!Array.isArray(queues)) return [];
  const names = (queues as readonly Json[]).flatMap((queue) =>
    isJsonObject(queue) && typeof queue.name === "string" ? [queue.name] : [],
  );
  return [...new Set(names)].slice(0, 500);
}

/** `proj.add [rate_limit=10/m]` is called `proj.add`. Celery's own are nobody's to send. */
function tasksOf(registered: readonly Json[]): readonly string[] {
  return registered
    .flatMap((line) => (typeof line === "string" ? (line.split(" [")[0] ?? []) : []))
    .filter((name) => name !== "" && !name.startsWith("celery.") && !/[\s\p{Cc}]/u.test(name))
    .slice(0, MOST_TASKS);
}
