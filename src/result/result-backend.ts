import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";

/** Celery's names; any other upper-case text is a state of somebody's own. */
export type ResultState = "PENDING" | "STARTED" | "RETRY" | "SUCCESS" | "FAILURE" | "REVOKED" | (string & {});

/** What a result backend keeps of a run, in Celery's words. */
export interface ResultRecord {
  readonly id: string;
  readonly state: ResultState;
  /** The value, or `{ exc_type, exc_message, exc_module }` for FAILURE, RETRY and REVOKED. */
  readonly result: Json;
  readonly traceback: string | null;
  /** Result tuples of what it sent: `[[id, parent], null]`, of groups `[[id, parent], [tuple, …]]`. */
  readonly children: readonly Json[];
  readonly dateDone: Instant | null;
  readonly groupId?: string;
  readonly parentId?: string;
  readonly name: string;
  readonly args: readonly Json[];
  readonly kwargs: { readonly [key: string]: Json };
  readonly worker: string;
  readonly retries: number;
  readonly queue: string;
  /** Of the periodic task that it is a run of: django-celery-results has a column for it. */
  readonly periodicTaskName?: string;
  /** Where a client of `rpc://` waits. */
  readonly replyTo?: string;
}

/** A run's end as a chord counts it. */
export interface ChordPart {
  readonly groupId: string;
  readonly groupIndex: number | null;
  readonly record: ResultRecord;
  readonly body: WireSignature;
}

/** What the part that completed its chord has to do. */
export type ChordCompletion =
  | { readonly kind: "incomplete" }
  | { readonly kind: "complete"; readonly results: readonly Json[] }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Where Celery's clients look for results, read and written as Celery does. The run's record in the database does not depend on it: a backend that is
 * away delays what its clients see, and is told again until it has it.
 */
export interface ResultBackend {
  readonly kind: "redis" | "rpc" | "django";
  /** A stored SUCCESS is never overwritten. May be repeated. */
  store(records: readonly ResultRecord[]): Promise<void>;
  /** Undefined: nothing is known (Celery's PENDING). Backends that only send (`rpc`) answer undefined. */
  read(ids: readonly string[]): Promise<readonly (ResultRecord | undefined)[]>;
  /** Hears of records of these ids, until disposed of; a hint where the backend cannot push. */
  watch(hear: (record: ResultRecord) => void): ResultWatch;
  /** How many completions make a chord; told immediately before its last header member is sent. */
  startChord(groupId: string, size: number): Promise<void>;
  /** Counts a member's end, once per member however often it is told. Fails with `unsupported_chord` where the backend has none. */
  chordPart(part: ChordPart): Promise<ChordCompletion>;
  /** Lets go of a chord whose body was sent. */
  endChord(groupId: string): Promise<void>;
  close(): Promise<void>;
}

export interface ResultWatch extends AsyncDisposable {
  add(id: string): void;
  remove(id: string): void;
}
