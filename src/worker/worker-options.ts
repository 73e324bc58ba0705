import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Random } from "../base/random.ts";
import type { Wake } from "../base/wake.ts";
import type { Client } from "../client/client.ts";
import type { Announcement, ProcessRegistry } from "../control/process-registry.ts";
import type { WorkerListener, WorkerRun } from "../control/worker-control.ts";
import type { Inbox } from "../run/inbox.ts";
import type { LogStore } from "../run/log-store.ts";
import type { RunLimits } from "../run/run-limits.ts";
import type { RunStore } from "../run/run-store.ts";
import type { SecretSeal } from "../run/secret-seal.ts";
import type { PoolKind } from "../task/pool-options.ts";
import type { TaskRegistry } from "../task/registry.ts";
import type { AfterRunsParts, WorkerReporting } from "./after-runs.ts";
import type { Bounds } from "./autoscaler.ts";
import type { ExecutorParts, TaskDatabase } from "./executor.ts";
import type { HoldWatchParts } from "./hold-watch.ts";
import type { LoopGuard } from "./loop-deadlines.ts";
import type { OpenPool } from "./pool/pools.ts";
import type { RunObserver } from "./run-observer.ts";

/** What a worker is made of and made for. */
export interface WorkerOptions {
  readonly runs: RunStore;
  /** What is held back of queues, workers and hosts; default: nothing is. */
  readonly holds?: HoldWatchParts["holds"];
  /** What holds tasks to the limits that hold for all workers; default: nothing does. */
  readonly limits?: RunLimits;
  readonly logs: LogStore;
  readonly processes: ProcessRegistry;
  /** Where runs come from, for a process that is registered under this id. */
  readonly inbox: (processId: number, queues: readonly string[]) => Inbox;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly client: Pick<Client, "as" | "manyAs">;
  readonly registry: TaskRegistry;
  readonly announcements: readonly Announcement[];
  readonly openDatabase: (task: string) => TaskDatabase;
  readonly previousSuccess: ExecutorParts["previousSuccess"];
  /** Opens the secrets of inputs. */
  readonly secrets?: SecretSeal;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
  /** Attempts at once. */
  readonly concurrency: number;
  /** Where the attempts of tasks are made that do not say it themselves; default: the loop. */
  readonly pool?: PoolKind;
  /** Bounds of the concurrency; default: it stays as it is. */
  readonly autoscale?: Bounds;
  /** How often a supervisor has started it again after it had ended unasked; default: nobody knows. */
  readonly restarts?: number;
  /** Ends the process when a task blocks it beyond its hard limit; default: nobody does. */
  readonly guard?: LoopGuard;
  /** Makes the pools of threads and processes; default: there are none, and all is executed in the loop. */
  readonly openPool?: OpenPool;
  /** How long `stop` waits for what is being executed. */
  readonly graceMs: number;
  /** Hears what becomes of the worker's runs; default: nobody. */
  readonly listener?: WorkerListener;
  /** Tells the project's hooks what becomes of runs; default: nobody does. */
  readonly observer?: RunObserver;
  /** Traces attempts that are made in the loop. */
  readonly trace?: ExecutorParts["trace"];
  /** Whether a run was revoked by somebody who could not cancel it in the database. */
  readonly isRevoked?: (run: WorkerRun) => boolean;
  /** Called when somebody far away asks the process to stop. */
  readonly shutDown?: () => void;
  /** Who is told of results besides the store; default: nobody. */
  readonly reporting?: WorkerReporting;
  /** Which end of the priorities in Celery's signatures comes first on the project's broker. */
  readonly priorities?: NonNullable<AfterRunsParts["priorities"]>;
}
