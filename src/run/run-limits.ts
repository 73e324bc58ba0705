import type { Instant } from "../base/clock.ts";
import type { Rate } from "../task/limit-options.ts";
import type { Claim } from "./run-store.ts";

/** A claimed run that limits bound. */
export interface LimitedClaim extends Claim {
  /** So many runs of this key may be executed at once. */
  readonly slot?: { readonly key: string; readonly limit: number };
  /** Runs of this key begin so often. */
  readonly rate?: { readonly key: string; readonly rate: Rate };
}

/** `begin`: it may begin now. `waits`: it is held, and not this worker's any more. `gone`: the claim is no longer held. */
export type Admission = "begin" | "waits" | "gone";

/** A released run that nobody has claimed keeps its slot for so long: then it has to ask again, before those behind it. */
export const RESERVED_MS = 10_000;
/** Turns under a rate are given so far ahead, so that nobody has to look at each. */
export const TURNS_AHEAD_MS = 500;

export interface ReleaseReport {
  readonly released: number;
  /** Rates that runs wait for still: when the next turns can be given, by their keys. */
  readonly again: ReadonlyMap<string, Instant>;
}

/**
 * Limits that hold for all workers together. A run is asked about when a worker has claimed it, whoever sent it; the row says what it has and what it waits for:
 *
 * - *waits* (`held`, `waits_for` a key): it needs no worker, and nobody looks at it until it is released, in the order of priority and of sending.
 * - *has a slot* (`slot_key`): while it is executed, or waits for its turn under a rate; and for {@link RESERVED_MS} after its release. The slot goes with the claim: a worker
 *   that dies frees it with its lease.
 *
 * Every method is one transaction per batch; a process that dies after it leaves nothing to others but what {@link RunLimits.sweep} finds.
 */
export interface RunLimits {
  /** Decides for each claim, in their order; nobody overtakes who waits. What has asked to be cancelled begins, and is stopped. */
  admit(claims: readonly LimitedClaim[], now: Instant): Promise<readonly Admission[]>;
  /** Gives what is free under these keys to those that wait for it. */
  release(keys: readonly string[], now: Instant): Promise<ReleaseReport>;
  /** The same for a part of the keys that runs wait for: the next part with the next call. */
  sweep(now: Instant): Promise<ReleaseReport>;
}

/** The key of a task's concurrency limit, with what the task makes of the input. */
export function slotKeyOf(task: string, key: string): string {
  return `slot ${task} ${key}`;
}

export function rateKeyOf(task: string): string {
  return `rate ${task}`;
}

export function isRateKey(key: string): boolean {
  return key.startsWith("rate ");
}

/** What a run waits for, from the key that its row has. */
export function limitOfKey(key: string): { readonly kind: "rate" } | { readonly kind: "slot"; readonly key: string } {
  if (isRateKey(key)) return { kind: "rate" };
  // No task's name has a space.
  return { kind: "slot", key: key.split(" ").slice(2).join(" ") };
}

export interface Limiter {
  readonly intervalUs: number;
  readonly burst: number;
  readonly nextAtUs: number;
}

/** A rate that begins now, as if no run had begun for long. */
export function newLimiter({ limit, perMs, burst }: Rate, now: Instant): Limiter {
  const intervalUs = Math.max(1, Math.round((perMs * 1_000) / limit));
  return { intervalUs, burst, nextAtUs: now * 1_000 - (burst - 1) * intervalUs };
}

/** The limiter under the rate as it is now: what was agreed before stays, but no turn lies further ahead than the new rate has it. */
export function underRate(limiter: Limiter, rate: Rate, now: Instant): Limiter {
  const { intervalUs, burst } = newLimiter(rate, now);
  if (limiter.intervalUs === intervalUs && limiter.burst === burst) return limiter;
  const latest = (now + TURNS_AHEAD_MS) * 1_000 + intervalUs;
  return { intervalUs, burst, nextAtUs: Math.min(limiter.nextAtUs, latest) };
}

/** The next turn, unless it lies beyond `until`, and the limiter after it. */
export function nextTurn(
  limiter: Limiter,
  now: Instant,
  until: Instant,
): { readonly at: Instant; readonly limiter: Limiter } | undefined {
  const { intervalUs, burst } = limiter;
  // What nobody used is not saved up beyond the burst.
  const fromUs = Math.max(limiter.nextAtUs, now * 1_000 - (burst - 1) * intervalUs);
  const at = Math.max(now, Math.ceil(fromUs / 1_000));
  if (at > until) return undefined;
  return { at, limiter: { ...limiter, nextAtUs: fromUs + intervalUs } };
}

/** When turns can be given again: early enough that none is missed. */
export function turnsAgainAt(limiter: Limiter, now: Instant): Instant {
  return Math.max(now + TURNS_AHEAD_MS / 2, Math.ceil(limiter.nextAtUs / 1_000) - TURNS_AHEAD_MS / 2);
}
