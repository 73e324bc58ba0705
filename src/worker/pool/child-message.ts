import type { Progress } from "../../run/run.ts";
import type { ClaimedRun, Outcome } from "../../run/run-store.ts";
import type { LogLevel } from "../run-log.ts";
import type { StopReason } from "../stop-reason.ts";

/** What a worker tells a child of one of its pools. One attempt at a time. */
export type ToChild =
  | { readonly kind: "run"; readonly run: ClaimedRun }
  | { readonly kind: "stop"; readonly reason: StopReason };

/** What a child tells its worker. */
export type FromChild =
  /** It has loaded the project, and waits for a run. */
  | { readonly kind: "ready" }
  /** It could not load the project, and ends. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "wrote"; readonly level: LogLevel; readonly lines: readonly string[] }
  | { readonly kind: "progress"; readonly progress: Progress }
  | {
      readonly kind: "ended";
      readonly outcome: Outcome;
      /** The runs that the task has sent. */
      readonly children: readonly string[];
      readonly memoryBytes: number;
      /** Something was thrown that nobody caught: what else is in its memory cannot be relied on. */
      readonly isSpoilt: boolean;
    };

/** What a child needs to load the project, beside its code. */
export interface ChildData {
  /** The configuration's file. */
  readonly config: string;
  readonly workingFolder: string;
  readonly role: string;
}
