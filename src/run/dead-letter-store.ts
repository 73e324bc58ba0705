import type { Instant } from "../base/clock.ts";
import type { Page } from "../base/page.ts";
import type { Envelope } from "../message/envelope.ts";

/** A message that was taken from a queue, or was to be put into one, and was refused. */
export interface NewDeadLetter {
  readonly at: Instant;
  readonly queue: string;
  /** Where the message says them. */
  readonly runId?: string;
  readonly task?: string;
  /** Why, for programs: `unreadable_message`, `unknown_task`, `id_reused`, `too_many_deliveries`, `unroutable_message`. */
  readonly code: string;
  /** Why, as a sentence. */
  readonly why: string;
  readonly envelope: Envelope;
}

export interface DeadLetter extends Omit<NewDeadLetter, "envelope"> {
  readonly id: number;
  readonly headers: Envelope["headers"];
  readonly properties: Envelope["properties"];
  /** Base64: the first {@link KEPT_BYTES} of it. */
  readonly body: string;
  /** As it came. */
  readonly bodyBytes: number;
}

/** What is kept of a body. */
export const KEPT_BYTES = 64 * 1024;

/** Refused messages, for people to look at. Retention removes them with failed runs. */
export interface DeadLetterStore {
  /** Durable when it resolves; only then may the broker forget the message. */
  add(letters: readonly NewDeadLetter[]): Promise<void>;
  /** The newest first. Fails with `invalid_cursor`. */
  list(query: { readonly limit: number; readonly after?: string; readonly queue?: string }): Promise<Page<DeadLetter>>;
  find(id: number): Promise<DeadLetter | undefined>;
  /** Answers how many there were. */
  remove(ids: readonly number[]): Promise<number>;
}
