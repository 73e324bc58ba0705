import type { Instant } from "../base/clock.ts";
import {
  type Admission,
  type LimitedClaim,
  type Limiter,
  newLimiter,
  nextTurn,
  RESERVED_MS,
  underRate,
} from "./run-limits.ts";

/** A claimed run as its row has it. */
export interface AdmittedRow {
  readonly seq: number;
  readonly id: string;
  readonly claim: number;
  readonly slot_key: string | null;
  readonly slot_at: Instant | null;
  readonly turn_at: Instant | null;
  readonly cancel_requested_at: Instant | null;
}

/** What stands under the keys that the claims ask for. */
export interface LimitState {
  readonly rows: ReadonlyMap<string, AdmittedRow>;
  /** Runs that count as executed, by slot key. The claimed rows that have one are among them. */
  readonly holders: ReadonlyMap<string, number>;
  /** Keys that somebody waits for. */
  readonly waitedFor: ReadonlySet<string>;
  readonly limiters: ReadonlyMap<string, Limiter>;
}

/** What is written of one row. */
export interface AdmissionChange {
  readonly seq: number;
  /** Null: it begins. */
  readonly waitsFor: string | null;
  readonly slotKey: string | null;
  readonly slotLimit: number | null;
  readonly slotAt: Instant | null;
  readonly turnAt: Instant | null;
}

export interface AdmissionPlan {
  readonly answers: readonly Admission[];
  readonly changes: readonly AdmissionChange[];
  /** As they are afterwards, where they changed. */
  readonly limiters: ReadonlyMap<string, Limiter>;
}

/** A turn may be taken a little early, and for so long after it was given: what comes later has to ask again. */
const EARLY_MS = 50;
const LATE_MS = 5_000;

/** Decides which claimed runs may begin. */
export function planAdmission(claims: readonly LimitedClaim[], state: LimitState, now: Instant): AdmissionPlan {
  const holders = new Map(state.holders);
  const waitedFor = new Set(state.waitedFor);
  const limiters = new Map<string, Limiter>();
  const changes: AdmissionChange[] = [];

  const answers = claims.map(({ id, claim, slot, rate }): Admission => {
    const row = state.rows.get(id);
    if (row === undefined || row.claim !== claim) return "gone";
    if (row.cancel_requested_at !== null) return "begin";
    const { seq } = row;
    const change = { seq, slotKey: null, slotLimit: slot?.limit ?? null, slotAt: null, turnAt: null };
    if (slot !== undefined && !hasSlot(row, slot.key)) {
      const count = holders.get(slot.key) ?? 0;
      if (count >= slot.limit || waitedFor.has(slot.key)) {
        waitedFor.add(slot.key);
        changes.push({ ...change, waitsFor: slot.key });
        return "waits";
      }
      holders.set(slot.key, count + 1);
    }
    const held = { ...change, slotKey: slot?.key ?? null, slotAt: slot === undefined ? null : now };
    if (rate !== undefined && !hasTurn(row)) {
      const { key } = rate;
      const known = limiters.get(key) ?? state.limiters.get(key);
      const limiter = known === undefined ? newLimiter(rate.rate, now) : underRate(known, rate.rate, now);
      const turn = waitedFor.has(key) ? undefined : nextTurn(limiter, now, now);
      limiters.set(key, turn?.limiter ?? limiter);
      if (turn === undefined) {
        waitedFor.add(key);
        changes.push({ ...held, waitsFor: key });
        return "waits";
      }
      changes.push({ ...held, waitsFor: null, turnAt: now });
      return "begin";
    }
    changes.push({ ...held, waitsFor: null, turnAt: row.turn_at });
    return "begin";
  });
  return { answers, changes, limiters };

  /** A reservation that has run out is let go of; its row is among the holders until then. */
  function hasSlot(row: AdmittedRow, key: string): boolean {
    if (row.slot_key === null) return false;
    if (row.slot_key === key && row.slot_at !== null && row.slot_at > now - RESERVED_MS) return true;
    holders.set(row.slot_key, Math.max(0, (holders.get(row.slot_key) ?? 0) - 1));
    return false;
  }

  function hasTurn({ turn_at: at }: AdmittedRow): boolean {
    return at !== null && at <= now + EARLY_MS && at > now - LATE_MS;
  }
}

/** A run that waits for a key. */
export interface WaitingRow {
  readonly seq: number;
  readonly slot_key: string | null;
  readonly slot_limit: number | null;
  readonly available_at: Instant;
}

/** What is written of a run that waits no more. */
export interface Released {
  readonly seq: number;
  readonly slotKey: string | null;
  readonly slotAt: Instant | null;
  readonly turnAt: Instant | null;
  /** When it may begin. */
  readonly availableAt: Instant;
}

/** Those of the first that wait for a slot, in their order, which one is free for. */
export function planSlots(
  key: string,
  waiting: readonly WaitingRow[],
  holders: number,
  now: Instant,
): readonly Released[] {
  const limit = waiting[0]?.slot_limit ?? 1;
  return waiting.slice(0, Math.max(0, limit - holders)).map(({ seq, available_at: availableAt }) => {
    return { seq, slotKey: key, slotAt: now, turnAt: null, availableAt };
  });
}

/** Those of the first that wait for their turn, in their order, whose turn comes soon. */
export function planTurns(
  waiting: readonly WaitingRow[],
  limiter: Limiter,
  times: { readonly now: Instant; readonly until: Instant },
): { readonly released: readonly Released[]; readonly limiter: Limiter } {
  const released: Released[] = [];
  let left = limiter;
  for (const { seq, slot_key: slotKey, available_at: availableAt } of waiting) {
    const turn = nextTurn(left, times.now, times.until);
    if (turn === undefined) break;
    left = turn.limiter;
    released.push({
      seq,
      slotKey,
      slotAt: slotKey === null ? null : turn.at,
      turnAt: turn.at,
      availableAt: turn.at > times.now ? turn.at : availableAt,
    });
  }
  return { released, limiter: left };
}
