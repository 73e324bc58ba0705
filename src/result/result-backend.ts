import type { Json } from "../base/json.ts";
import type { ResultRecord, ResultState } from "../message/result-record.ts";
import type { WireSignature } from "../message/task-message.ts";

export type { ResultRecord, ResultState } from "../message/result-record.ts";

/** After these nothing comes. */
export const readyStates: readonly ResultState[] = ["SUCCESS", "FAILURE", "REVOKED"];

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
export interface ResultBackend extends ChordCounter {
  readonly kind: "redis" | "rpc" | "django";
  /** A stored SUCCESS is never overwritten, nor another final state by one that is not. May be repeated. */
  store(records: readonly ResultRecord[]): Promise<void>;
  /** Undefined: nothing is known (Celery's PENDING), or it was only sent (`rpc`) and not to this process, or too long ago. */
  read(ids: readonly string[]): Promise<readonly (ResultRecord | undefined)[]>;
  /** Hears of records of these ids, until disposed of; a hint where the backend cannot push. */
  watch(hear: (record: ResultRecord) => void): ResultWatch;
  /** Where results are only sent (`rpc`): resolves when what is sent from now on is heard by who watches, or nobody can hear at present. */
  listening?(): Promise<void>;
  close(): Promise<void>;
}

/** Who counts the members of chords: a result backend, for all that share it, or the database, for the project's own workers. */
export interface ChordCounter {
  /**
   * How many completions make a chord; told before its last header member is sent. May be told again.
   * @param members the result tuples of the header, in its order: its results are nested as these are
   */
  startChord(groupId: string, size: number, members: readonly Json[]): Promise<void>;
  /** Counts a member's end, once per member however often it is told. Fails with `unsupported_chord` where the backend has none. */
  chordPart(part: ChordPart): Promise<ChordCompletion>;
  /** Lets go of a chord whose body was sent. */
  endChord(groupId: string): Promise<void>;
}

export interface ResultWatch extends AsyncDisposable {
  add(id: string): void;
  remove(id: string): void;
}
