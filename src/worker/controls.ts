import type { Clock } from "../base/clock.ts";
import type { TimeLimits, WorkerControl, WorkerRun, WorkerRunEnd } from "../control/worker-control.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import type { TaskRegistry } from "../task/registry.ts";
import type { Attempt } from "./attempt.ts";
import type { Autoscaler, Bounds } from "./autoscaler.ts";
import type { Consumer } from "./consumer.ts";
import { RateGate } from "./rate-gate.ts";
import type { Slots } from "./slots.ts";

export interface ControlsParts {
  readonly node: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly slots: Slots;
  readonly pool: WorkerControl["pool"];
  readonly registry: TaskRegistry;
  readonly queues: readonly string[];
  /** Undefined while there is no lease. */
  readonly consumer: () => Consumer | undefined;
  readonly lookForCancelled: () => void;
  /** Executes so many at once from now on. */
  readonly resize: (concurrency: number) => void;
  readonly autoscaler: Autoscaler | undefined;
  /** The queues that it is to take from are others now. */
  readonly applyQueues: () => Promise<void>;
  readonly shutDown: () => void;
}

/** What can be seen of a worker and changed in it from outside while it works. */
export class Controls implements WorkerControl {
  readonly rates: RateGate;
  readonly #parts: ControlsParts;
  readonly #queues: Set<string>;
  readonly #timeLimits = new Map<string, TimeLimits>();
  readonly #executed = new Map<string, number>();

  constructor(parts: ControlsParts) {
    this.#parts = parts;
    this.#queues = new Set(parts.queues);
    this.rates = new RateGate(parts.clock);
  }

  get node(): string {
    return this.#parts.node;
  }

  get pid(): number {
    return this.#parts.pid;
  }

  get concurrency(): number {
    return this.#parts.slots.concurrency;
  }

  pool(): ReturnType<WorkerControl["pool"]> {
    return this.#parts.pool();
  }

  executing(): readonly WorkerRun[] {
    return [...this.#parts.slots.executing].map(executingRun);
  }

  reserved(): readonly WorkerRun[] {
    return (this.#parts.consumer()?.reserved ?? []).map((run) => workerRun(run));
  }

  queues(): readonly string[] {
    return [...this.#queues];
  }

  executed(): ReadonlyMap<string, number> {
    return this.#executed;
  }

  countExecuted(task: string): void {
    this.#executed.set(task, (this.#executed.get(task) ?? 0) + 1);
  }

  tasks(): readonly string[] {
    return [...this.#parts.registry.entries()].map(({ task }) => task.name).sort();
  }

  rateLimit(task: string): ReturnType<WorkerControl["rateLimit"]> {
    return this.rates.limitOf(task);
  }

  setRateLimit(task: string, limit: Parameters<WorkerControl["setRateLimit"]>[1]): void {
    this.rates.set(task, limit);
  }

  setConcurrency(count: number): void {
    this.#parts.resize(count);
  }

  get autoscale(): Bounds | undefined {
    return this.#parts.autoscaler?.bounds;
  }

  setAutoscale(bounds: Bounds): void {
    this.#parts.autoscaler?.setBounds(bounds);
  }

  timeLimitsOf(task: string): TimeLimits {
    return this.#timeLimits.get(task) ?? {};
  }

  setTimeLimits(task: string, limits: TimeLimits): void {
    this.#timeLimits.set(task, limits);
  }

  async addQueue(queue: string): Promise<void> {
    this.#queues.add(queue);
    await this.#parts.applyQueues();
  }

  async removeQueue(queue: string): Promise<void> {
    this.#queues.delete(queue);
    await this.#parts.applyQueues();
  }

  lookForCancelled(): void {
    this.#parts.lookForCancelled();
  }

  shutDown(): void {
    this.#parts.shutDown();
  }
}

export function workerRun(run: ClaimedRun, startedAt?: number): WorkerRun {
  const { id, task, payload, queue, priority, retries, queuedAt, availableAt, expiresAt, parentId, rootId, wire } = run;
  const stamps = wire?.headers?.stamps;
  return {
    ...{ id, task, payload, queue, priority, retries, queuedAt, availableAt },
    ...(expiresAt !== undefined && { expiresAt }),
    ...(parentId !== undefined && { parentId }),
    ...(rootId !== undefined && { rootId }),
    ...(startedAt !== undefined && { startedAt }),
    ...(stamps !== undefined && { stamps }),
  };
}

export function executingRun({ run, startedAt }: Pick<Attempt, "run" | "startedAt">): WorkerRun {
  return workerRun(run, startedAt);
}

/** What an outcome is called towards a listener. */
export function endOf(outcome: Outcome, wasForced: boolean): WorkerRunEnd {
  const error = outcome.error ?? { name: "Error", message: "" };
  if (outcome.kind === "retry") return { kind: "retried", error };
  switch (outcome.state) {
    case "succeeded":
      return { kind: "succeeded", result: outcome.result ?? null };
    case "cancelled":
    case "expired":
      return { kind: outcome.state, terminated: wasForced };
    default:
      return { kind: "failed", error };
  }
}
