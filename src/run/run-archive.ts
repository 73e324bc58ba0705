import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { FinalState, NewRun, RunError } from "./run.ts";

/** A run that ended elsewhere, before it came here. */
export interface FinishedRun extends NewRun {
  readonly state: FinalState;
  /** Attempts that began. */
  readonly attempt: number;
  readonly startedAt?: Instant;
  readonly endedAt: Instant;
  /** Who executed it, by name. */
  readonly worker?: string;
  readonly result?: Json;
  readonly error?: RunError;
}

/** Takes in runs that have ended elsewhere. Each call is one transaction. */
export interface RunArchive {
  /** Which of them were not here; the others, finished or not, stay as they are. */
  add(runs: readonly FinishedRun[]): Promise<readonly boolean[]>;
  /** Which of these runs are here. */
  states(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Makes runs that came in children of another one, where they have no parent. */
  adopt(parentId: string, ids: readonly string[]): Promise<void>;
}
