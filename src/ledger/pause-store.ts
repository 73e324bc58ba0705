import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Page } from "../base/page.ts";
import type { EditContext } from "./periodic-task-store.ts";

/** What a pause of nominal times can hold back, the widest first. */
export const pauseScopes = ["all", "tag", "periodic-task", "schedule"] as const;
/** What a pause of runs can hold back: what waits in a queue, and whatever a worker or the workers of a host would take. */
export const holdScopes = ["queue", "worker", "host"] as const;
export type HoldScope = (typeof holdScopes)[number];
export type PauseScope = (typeof pauseScopes)[number] | HoldScope;

export function isHoldScope(scope: string): scope is HoldScope {
  return (holdScopes as readonly string[]).includes(scope);
}

export interface PauseTarget {
  readonly scope: PauseScope;
  /** The tag, the name of the queue, worker or host, or the id of the periodic task or schedule as text; empty for everything. */
  readonly scopeId: string;
}

/**
 * While it is in force, nominal times are skipped, each with its row; no cursor is touched by its beginning or end. One of a queue, worker or host skips nothing: workers
 * take no runs, and what they have taken goes on.
 */
export interface Pause extends PauseTarget {
  readonly id: number;
  readonly reason: string;
  /** Null: until it is ended. */
  readonly untilAt: Instant | null;
  readonly by: string;
  readonly fromAt: Instant;
}

export interface ListedPause extends Pause {
  /** The tag, or the name of what is paused; the id where that is gone. */
  readonly label: string;
  /** Of the periodic task or schedule that is paused. */
  readonly periodicTaskId: number | null;
  /** When it was ended before its time. */
  readonly endedAt: Instant | null;
}

export interface PauseQuery {
  /** Those that are over, the latest first; else those in force, the widest first. */
  readonly ended: boolean;
  readonly now: Instant;
  readonly limit: number;
  readonly after?: string;
}

export interface PauseStore {
  /** Replaces a pause of the same target that is open. Fails with `not_found` where the periodic task or schedule is gone. */
  begin(
    target: PauseTarget,
    pause: { readonly reason: string; readonly untilAt: Instant | null },
    context: EditContext,
  ): Promise<Pause>;
  /** Fails with `not_found` where no such pause is open. */
  end(id: number, context: EditContext): Promise<Pause>;
  /** Those in force of queues, workers and hosts, the latest first. */
  holds(now: Instant): Promise<readonly (Pause & { readonly scope: HoldScope })[]>;
  find(id: number, now: Instant): Promise<ListedPause | undefined>;
  /** Those in force with this target. */
  open(target: PauseTarget, now: Instant): Promise<Pause | undefined>;
  /** Fails with `invalid_cursor`. */
  list(query: PauseQuery): Promise<Page<ListedPause>>;
}

export function noPause(id: number): HyoshiError {
  return new HyoshiError("not_found", `there is no open pause with the id ${id}: it is over already, or never was`, {
    fields: {
      id,
      text: { en: "The pause is over already.", ja: "この一時停止はすでに終わっています。" },
    },
  });
}
