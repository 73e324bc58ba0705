import type { Clock } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import type { Random } from "../base/random.ts";
import type { Wake } from "../base/wake.ts";
import type { Broker } from "../broker/broker.ts";
import type { ProcessReader } from "../control/process-reader.ts";
import type { Announcement } from "../control/process-registry.ts";
import type { RemoteControl } from "../control/remote-control.ts";
import type { Compile } from "../firing/schedule-plan.ts";
import type { AuditReader } from "../ledger/audit-reader.ts";
import type { CalendarStore } from "../ledger/calendar-store.ts";
import type { FiringReader } from "../ledger/firing-reader.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { PauseStore } from "../ledger/pause-store.ts";
import type { PeriodicTaskReader } from "../ledger/periodic-task-reader.ts";
import type { PeriodicTaskStore } from "../ledger/periodic-task-store.ts";
import type { PlanReader } from "../ledger/plan-reader.ts";
import type { Replanner } from "../ledger/replanner.ts";
import type { DeadLetterStore } from "../run/dead-letter-store.ts";
import type { HandledRuns } from "../run/handled-runs.ts";
import type { LogStore } from "../run/log-store.ts";
import type { RunArchive } from "../run/run-archive.ts";
import type { RunReader } from "../run/run-reader.ts";
import type { RunStore } from "../run/run-store.ts";
import type { SecretSeal } from "../run/secret-seal.ts";
import type { Retained } from "./ledger-audit.ts";

/** What the use cases are made of. */
export interface CatalogParts {
  readonly ledger: Ledger;
  readonly periodicTasks: PeriodicTaskStore;
  readonly pauses: PauseStore;
  readonly calendars: CalendarStore;
  readonly replanner: Replanner;
  readonly runs: RunStore;
  readonly archive: RunArchive;
  readonly handled: HandledRuns;
  readonly logs: LogStore;
  readonly deadLetters: DeadLetterStore;
  /** Undefined where the database is the broker: there is nothing to ask workers over, and no queue but the runs themselves. */
  readonly broker?: Pick<Broker, "publish" | "purge" | "depth">;
  readonly remote?: RemoteControl;
  /** Told of what people commanded workers. */
  readonly noteCommand?: (told: {
    readonly command: string;
    readonly node: string;
    readonly arguments: JsonObject;
    readonly by: string;
  }) => void;
  readonly readers: {
    readonly periodicTasks: PeriodicTaskReader;
    readonly plans: PlanReader;
    readonly audit: AuditReader;
    readonly firings: FiringReader;
    readonly runs: RunReader;
    readonly processes: ProcessReader;
  };
  readonly wake: Wake;
  readonly clock: Clock;
  readonly random: Random;
  readonly compile: Compile;
  /** Seals what tasks' schemas declare secret. Absent: it stays as it was given. */
  readonly secrets?: SecretSeal;
  /**
   * The permission that a task asks for whether or not anybody has told of it yet; undefined where nothing but its announcement says.
   * Default: of none.
   */
  readonly permissionOf?: (task: string) => string | null | undefined;
  /** What this process's own project has, for commands: nobody may have announced it yet. */
  readonly ownTasks?: readonly Announcement[];
  /** How long the settings keep what has ended. */
  readonly retained: Retained;
  /** The tz database of this process. */
  readonly tzVersion: string;
  /** Of schedules that name none. */
  readonly timeZone: string;
  /** Of tasks that nobody announces. */
  readonly defaultQueue: string;
}
