import type { Clock } from "../base/clock.ts";
import type { RateLimit } from "../control/worker-control.ts";

/** A run that was put off may come back a little early, and is let through. */
const EARLY_MS = 50;
/** Turns that are remembered; whoever comes back without one takes another. */
const MOST_TURNS = 50_000;

interface Gate {
  readonly limit: RateLimit;
  /** When the next turn is, on the monotonic clock. */
  nextAt: number;
}

/** Lets the runs of a task begin at most so often, each in its turn: who has to wait is told how long, and comes back then. */
export class RateGate {
  readonly #clock: Clock;
  readonly #gates = new Map<string, Gate>();
  readonly #turns = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  limitOf(task: string): RateLimit | undefined {
    return this.#gates.get(task)?.limit;
  }

  set(task: string, limit: RateLimit | null): void {
    if (limit === null) this.#gates.delete(task);
    else this.#gates.set(task, { limit, nextAt: this.#clock.monotonic() });
  }

  /** How long a run has to wait, in ms; 0: it begins now. */
  waitOf({ id, task }: { readonly id: string; readonly task: string }): number {
    const gate = this.#gates.get(task);
    if (gate === undefined) return 0;
    const now = this.#clock.monotonic();
    const turn = this.#turns.get(id);
    if (turn !== undefined) {
      if (turn - now > EARLY_MS) return turn - now;
      this.#turns.delete(id);
      return 0;
    }
    const at = Math.max(gate.nextAt, now);
    gate.nextAt = at + gate.limit.perMs / gate.limit.count;
    if (at <= now) return 0;
    if (this.#turns.size >= MOST_TURNS) this.#turns.clear();
    this.#turns.set(id, at);
    return at - now;
  }
}
