import { LONGEST_TIMER_MS } from "../base/clock.ts";
import type { HyoshiError } from "../base/error.ts";

/** What bounds a task's runs across all workers. What is absent bounds nothing. */
export interface LimitOptions<Input = unknown> {
  /**
   * The time after which an attempt is asked to end, in ms from its start: its `signal` is aborted with `soft_time_limit`, and it may still clean up and return until
   * `timeLimitMs` is over, which it must be shorter than. Default: none.
   */
  readonly softTimeLimitMs?: number;
  /**
   * How often its runs may begin, all workers together: `"10/s"`, `"100/m"`, `"1000/h"`, or an object. They begin evenly spread; what
   * has to wait is held, and begins in the order of priority and of sending. Default: as often as there are slots.
   */
  readonly rateLimit?: string | RateLimitOptions;
  /** How many of its runs may be executed at once, all workers together: a number, or an object with a key. Default: any number. */
  readonly concurrency?: number | ConcurrencyOptions<Input>;
  /** Sends that are the same are one run: the later ones answer the first. `true`: while it is unfinished. Default: each send is a run. */
  readonly unique?: boolean | UniqueOptions<Input>;
}

export interface RateLimitOptions {
  /** So many… */
  readonly limit: number;
  /** …in so many ms. */
  readonly perMs: number;
  /** So many may begin at once after a time in which none did. Default: 1. */
  readonly burst?: number;
}

export interface ConcurrencyOptions<Input = unknown> {
  readonly limit: number;
  /** Runs with the same text share the limit: one run per customer at a time. It is asked where a worker takes the run. Default: all runs of the task share it. */
  readonly key?: (input: Input) => string;
}

export interface UniqueOptions<Input = unknown> {
  /** For so long from the first send on, in ms, whether its run has ended or not. Default: while its run is unfinished. */
  readonly forMs?: number;
  /** What makes sends the same. Default: the whole input. */
  readonly key?: (input: Input) => string;
}

/** So many runs may begin in so many ms, `burst` of them at once. */
export interface Rate {
  readonly limit: number;
  readonly perMs: number;
  readonly burst: number;
}

export interface ResolvedLimits {
  readonly softTimeLimitMs: number | null;
  readonly rateLimit: Rate | null;
  readonly concurrency: { readonly limit: number; readonly key: ((input: unknown) => string) | null } | null;
  readonly unique: { readonly forMs: number | null; readonly key: ((input: unknown) => string) | null } | null;
}

type Refuse = (option: string, value: unknown, accepted: string) => HyoshiError;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const MOST_PER_RATE = 1_000_000;

/** Fills the defaults in. Fails with what `refuse` makes of the first option that makes no sense. */
export function resolveLimits(
  options: LimitOptions<never> & { readonly timeLimitMs?: number; readonly record?: string },
  refuse: Refuse,
): ResolvedLimits {
  const { softTimeLimitMs, timeLimitMs, record } = options;
  if (softTimeLimitMs !== undefined) {
    if (!isWhole(softTimeLimitMs, 1, LONGEST_TIMER_MS)) {
      throw refuse("softTimeLimitMs", softTimeLimitMs, `a whole number of milliseconds from 1 to ${LONGEST_TIMER_MS}`);
    }
    if (timeLimitMs !== undefined && softTimeLimitMs >= timeLimitMs) {
      throw refuse("softTimeLimitMs", softTimeLimitMs, `less than timeLimitMs (${timeLimitMs})`);
    }
  }
  const rateLimit = resolveRate(options.rateLimit, refuse);
  const concurrency = resolveConcurrency(options.concurrency, refuse);
  const isUnrecorded = record === "none" || record === "failures";
  if (isUnrecorded && (rateLimit !== null || concurrency !== null)) {
    throw refuse("record", record, `"all": what waits for its turn under a rateLimit or concurrency needs its record`);
  }
  return {
    softTimeLimitMs: softTimeLimitMs ?? null,
    rateLimit,
    concurrency,
    unique: resolveUnique(options.unique, refuse),
  };
}

/** `10/m` and the like; undefined where it is none. */
export function parseRate(text: string): Pick<Rate, "limit" | "perMs"> | undefined {
  const [, amount = "", unit = ""] = /^\s*(\d{1,7})\s*\/\s*([smh])\s*$/.exec(text) ?? [];
  const limit = Number(amount);
  const perMs = UNITS_MS[unit];
  return perMs === undefined || limit < 1 || limit > MOST_PER_RATE ? undefined : { limit, perMs };
}

function resolveRate(given: LimitOptions["rateLimit"], refuse: Refuse): Rate | null {
  if (given === undefined) return null;
  const accepted = `a text such as "10/s", "100/m" or "1000/h", or { limit, perMs, burst? }`;
  if (typeof given === "string") {
    const rate = parseRate(given);
    if (rate === undefined) throw refuse("rateLimit", given, accepted);
    return { ...rate, burst: 1 };
  }
  if (typeof given !== "object" || given === null) throw refuse("rateLimit", given, accepted);
  const { limit, perMs, burst = 1 } = given;
  if (!isWhole(limit, 1, MOST_PER_RATE)) {
    throw refuse("rateLimit.limit", limit, `a whole number from 1 to ${MOST_PER_RATE}`);
  }
  if (!isWhole(perMs, 1, LONGEST_TIMER_MS)) {
    throw refuse("rateLimit.perMs", perMs, `a whole number of milliseconds from 1 to ${LONGEST_TIMER_MS}`);
  }
  if (!isWhole(burst, 1, MOST_PER_RATE)) {
    throw refuse("rateLimit.burst", burst, `a whole number from 1 to ${MOST_PER_RATE}`);
  }
  return { limit, perMs, burst };
}

function resolveConcurrency(given: LimitOptions<never>["concurrency"], refuse: Refuse): ResolvedLimits["concurrency"] {
  if (given === undefined) return null;
  const { limit, key } = typeof given === "number" ? { limit: given, key: undefined } : (given ?? {});
  if (!isWhole(limit, 1, 100_000)) {
    const accepted = "a whole number from 1 to 100000, or { limit, key? }";
    throw refuse(typeof given === "number" ? "concurrency" : "concurrency.limit", limit, accepted);
  }
  if (key !== undefined && typeof key !== "function") {
    throw refuse("concurrency.key", key, "a function of the input that gives a text");
  }
  return { limit, key: (key as ((input: unknown) => string) | undefined) ?? null };
}

function resolveUnique(given: LimitOptions<never>["unique"], refuse: Refuse): ResolvedLimits["unique"] {
  if (given === undefined || given === false) return null;
  if (given !== true && (typeof given !== "object" || given === null)) {
    throw refuse("unique", given, "true, or { forMs?, key? }");
  }
  const { forMs, key } = given === true ? ({} as UniqueOptions<never>) : given;
  if (forMs !== undefined && !isWhole(forMs, 1, 366 * 86_400_000)) {
    throw refuse("unique.forMs", forMs, `a whole number of milliseconds from 1 to ${366 * 86_400_000}`);
  }
  if (key !== undefined && typeof key !== "function") {
    throw refuse("unique.key", key, "a function of the input that gives a text");
  }
  return { forMs: forMs ?? null, key: (key as ((input: unknown) => string) | undefined) ?? null };
}

function isWhole(value: unknown, lowest: number, highest: number): value is number {
  return Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest;
}
