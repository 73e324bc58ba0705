import { type Clock, LONGEST_TIMER_MS, type Stop } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import type { Wake } from "../base/wake.ts";
import { isFinal, type Run } from "../run/run.ts";
import type { RunStore } from "../run/run-store.ts";
import { RUNS_TOPIC } from "../run/topics.ts";

/** A look each second, whatever was heard. */
const LOOK_EVERY_MS = 1_000;
/** After a hint, but not sooner after the last look: at first quickly, then less often, for most runs are short. */
const LOOK_AGAIN_AFTER_MS = { first: 5, last: 100 };

/**
 * What `run` returned, once it has ended. Sleeps until something changes; one look costs a read by key. Keeps the process
 * alive meanwhile. Fails with `run_failed`, `run_cancelled`, `run_expired`, `run_lost`, `result_timeout`, or
 * `run_not_found` when retention has removed it.
 */
export async function waitForResult(
  source: { readonly runs: RunStore; readonly wake: Wake; readonly clock: Clock },
  id: string,
  timeoutMs: number | undefined,
): Promise<Json> {
  const { runs, wake, clock } = source;
  const endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  const hint = new Hint(clock);
  const stopListening = wake.on(RUNS_TOPIC, () => hint.give());
  // The clock's timers let the process end, and with them the program that waits for a result would.
  const alive = setInterval(() => {}, LONGEST_TIMER_MS);
  try {
    for (let again = LOOK_AGAIN_AFTER_MS.first; ; again = Math.min(again * 1.5, LOOK_AGAIN_AFTER_MS.last)) {
      hint.forget();
      const run = await runs.find(id);
      if (run === undefined) throw new HyoshiError("run_not_found", `there is no run '${id}'`, { fields: { id } });
      if (isFinal(run.state)) return resultOf(run);
      const left = endsAt - clock.monotonic();
      if (left <= 0) throw timedOut(run, timeoutMs ?? 0);
      await hint.taken(Math.min(again, left), Math.min(LOOK_EVERY_MS, left));
    }
  } finally {
    clearInterval(alive);
    stopListening();
  }
}

/** Remembers that something was heard until it is asked. */
class Hint {
  readonly #clock: Clock;
  #isGiven = false;
  #given = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  give(): void {
    this.#isGiven = true;
    this.#given();
  }

  forget(): void {
    this.#isGiven = false;
  }

  /** Resolves when a hint was given, at the earliest after `leastMs`, at the latest after `mostMs`. */
  taken(leastMs: number, mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      let stopMost: Stop = () => {};
      const done = () => {
        this.#given = () => {};
        stopMost();
        resolve();
      };
      this.#clock.after(leastMs, () => {
        if (this.#isGiven || mostMs <= leastMs) return done();
        this.#given = done;
        stopMost = this.#clock.after(mostMs - leastMs, done);
      });
    });
  }
}

function resultOf(run: Run): Json {
  if (run.state === "succeeded") return run.result ?? null;
  const why = run.error === undefined ? "" : `: ${run.error.message}`;
  throw new HyoshiError(
    `run_${run.state}`,
    `run '${run.id}' of task '${run.task}' ${words[run.state] ?? run.state}${why}`,
    {
      fields: { id: run.id, task: run.task, state: run.state, error: run.error },
    },
  );
}

const words: Partial<Record<Run["state"], string>> = {
  failed: "failed",
  cancelled: "was cancelled",
  expired: "expired",
  lost: "was lost",
};

function timedOut(run: Run, timeoutMs: number): HyoshiError {
  return new HyoshiError(
    "result_timeout",
    `run '${run.id}' of task '${run.task}' had not ended after ${timeoutMs} ms: it is ${run.state}`,
    { fields: { id: run.id, task: run.task, state: run.state, timeoutMs } },
  );
}
