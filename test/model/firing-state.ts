import type { RunLock } from "../../src/firing/run-lock.ts";

/** Times of the model are minutes; the real functions get milliseconds. */
export type Minute = number;

/** A row of the ledger. */
export interface Row {
  readonly at: Minute;
  readonly through: Minute;
  readonly verdict: "sent" | "held" | "merged" | "skipped" | "missed" | "off";
  readonly reason: string;
  readonly run: string | null;
}

export interface Schedule {
  readonly on: boolean;
  readonly next: Minute | null;
  readonly accountedTo: Minute;
  readonly version: number;
  readonly rows: readonly Row[];
}

/** An unfinished run. Its id is its schedule and its minute. */
export interface LiveRun {
  readonly id: string;
  /** Its slot; or the key of its lock while it waits; null where it needs none. */
  readonly lockKey: string | null;
}

/** What is committed. */
export interface Database {
  readonly clock: Minute;
  readonly schedules: readonly Schedule[];
  readonly live: readonly LiveRun[];
  readonly done: readonly string[];
  /** Of everything: from, and to before which minute. */
  readonly pause: { readonly from: Minute; readonly to: Minute | null } | null;
  /** Rows that retention has removed; they stay accounted for. */
  readonly purged: readonly string[];
  /** How often each run was added, ever: a ghost, that nothing of the model reads. */
  readonly added: Readonly<Record<string, number>>;
}

/** One statement of a transaction that is still to come. */
export type Statement =
  | { readonly kind: "decide"; readonly schedule: number }
  | { readonly kind: "lockKeys"; readonly key: string }
  | { readonly kind: "insertFiring"; readonly schedule: number; readonly row: Row }
  | { readonly kind: "insertRun"; readonly schedule: number; readonly row: Row }
  | {
      readonly kind: "moveCursor";
      readonly schedule: number;
      readonly next: Minute | null;
      readonly accountedTo: Minute;
    }
  | { readonly kind: "commit" };

/** What a transaction has written and not committed. */
export type Write =
  | { readonly kind: "row"; readonly schedule: number; readonly row: Row }
  | { readonly kind: "run"; readonly run: LiveRun }
  | { readonly kind: "end"; readonly run: string }
  | {
      readonly kind: "cursor";
      readonly schedule: number;
      readonly next: Minute | null;
      readonly accountedTo: Minute;
    };

/** A beat inside its transaction; null: asleep, or just started after it was killed. */
export interface Transaction {
  readonly now: Minute;
  /** As it was read when the cursor was taken. */
  readonly taken: readonly {
    readonly schedule: number;
    readonly next: Minute | null;
    readonly accountedTo: Minute;
    readonly version: number;
  }[];
  readonly todo: readonly Statement[];
  /** Keys of locks that are nobody else's until the commit. */
  readonly keys: readonly string[];
  readonly writes: readonly Write[];
}

/** How often what disturbs may still happen. */
export interface Budget {
  readonly kills: number;
  readonly edits: number;
  readonly pauses: number;
  readonly jumps: number;
  readonly purges: number;
  /** Runs that people send. */
  readonly sends: number;
}

export interface State {
  readonly database: Database;
  readonly beats: readonly (Transaction | null)[];
  readonly left: Budget;
}

/** What the schedules of the model are: each its step, its misfire rule and its periodic task's overlap rule. */
export interface ModelSchedule {
  readonly every: Minute;
  readonly misfire: "skip" | "latest" | "all";
  readonly task: number;
  readonly lock: RunLock | null;
}

/** How the transactions are kept apart, and which bug is planted. */
export interface Design {
  /** `file`: one writer at a time, as SQLite's. `rows`: cursors are locked and skipped, what is committed meanwhile is seen, as PostgreSQL's. */
  readonly isolation: "file" | "rows";
  /** Cursors that a beat takes at once. */
  readonly limit: number;
  /** Whether a taken cursor is nobody else's until the commit. Default: yes. */
  readonly locks?: boolean;
  /** Whether a cursor that was moved meanwhile undoes the transaction. Default: yes. */
  readonly comparesAndSets?: boolean;
  readonly bug?:
    | "the cursor is committed before its firing"
    | "a run ends without the key of its lock"
    | "what was sent is withdrawn"
    | "a held run keeps its firing"
    | "an edit forgets what passed"
    | "a slot is looked for and not taken";
}
