import type { Clock } from "../base/clock.ts";
import type { Wake } from "../base/wake.ts";
import type { ProcessRegistry } from "../control/process-registry.ts";
import type { TaskConnections } from "../database/task-connection.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Carriage } from "../run/arrival.ts";
import type { LogStore } from "../run/log-store.ts";
import type { RunLimits } from "../run/run-limits.ts";
import type { RelayedRuns, ReportedRuns, RunStore } from "../run/run-store.ts";
import type { TransactionalRuns } from "../run/user-transaction.ts";
import type { ProjectDatabase } from "./open-database.ts";
import { postgresAdapters } from "./postgres-adapters.ts";
import { sqliteAdapters } from "./sqlite-adapters.ts";

/** What each database has of its own; everything else is plain SQL. */
export interface Adapters {
  /** Hears what this process commits at once, and what others commit a moment later. */
  readonly wake: Wake;
  /** To be called after a commit that others may wait for. */
  readonly tellSchedules: () => void;
  readonly runs: RunStore & RelayedRuns & ReportedRuns;
  readonly transactional: TransactionalRuns;
  readonly limits: RunLimits;
  readonly logs: LogStore;
  readonly ledger: Ledger;
  readonly processes: ProcessRegistry;
  readonly taskConnections: TaskConnections;
  /** Lets go of everything but the database. */
  release(): Promise<void>;
}

export interface AdapterSettings {
  readonly clock: Clock;
  readonly durability: "process" | "power";
  /** Runs that have a connection of their own at a time, where connections are counted. */
  readonly taskConnections: number;
  readonly carriage: Carriage;
}

export function adaptersFor(database: ProjectDatabase, settings: AdapterSettings): Adapters {
  return database.kind === "postgres" ? postgresAdapters(database, settings) : sqliteAdapters(database, settings);
}
