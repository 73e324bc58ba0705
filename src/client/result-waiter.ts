import type { Clock, Stop } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import type { Wake } from "../base/wake.ts";
import { displayTextOf } from "../message/displayed-result.ts";
import { plainValue } from "../message/rich-value.ts";
import { runErrorOf } from "../message/wire-exception.ts";
import { type ResultBackend, type ResultRecord, readyStates } from "../result/result-backend.ts";
import { isFinal, type Run } from "../run/run.ts";
import type { RunStore } from "../run/run-store.ts";
import { RUNS_TOPIC } from "../run/topics.ts";

/** A look each second, whatever was heard. */
const LOOK_EVERY_MS = 1_000;
/** After a hint, but not sooner after the last look: at first quickly, then less often, for most runs are short. */
const LOOK_AGAIN_AFTER_MS = { first: 5, last: 100 };

/**
 * What `run` returned, once it has ended. Sleeps until something changes; one look costs a read by key. Fails with `run_failed`, `run_cancelled`, `run_expired`,
 * `run_lost`, `result_timeout`, `result_unknown` where only a display text of it is known, or `run_not_found` when retention has removed it.
 */
export async function waitForResult(
  source: { readonly runs: RunStore; readonly wake: Wake; readonly clock: Clock; readonly results?: Backend },
  id: string,
  timeoutMs: number | undefined,
  { mayCome }: { readonly mayCome?: () => Promise<boolean> } = {},
): Promise<Json> {
  const { runs, wake, clock, results } = source;
  const endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  const hint = new Hint(clock);
  const stopListening = wake.on(RUNS_TOPIC, () => hint.give());
  try {
    for (let again = LOOK_AGAIN_AFTER_MS.first; ; again = Math.min(again * 1.5, LOOK_AGAIN_AFTER_MS.last)) {
      hint.forget();
      const run = await runs.find(id);
      if (run === undefined) {
        const [record] = mayCome && results ? await results.read([id]) : [];
        if (record !== undefined && readyStates.includes(record.state)) return resultOfRecord(record);
        if (!(await mayCome?.())) throw new HyoshiError("run_not_found", `there is no run '${id}'`, { fields: { id } });
      } else if (isFinal(run.state)) return resultOf(run);
      const left = endsAt - clock.monotonic();
      if (left <= 0) throw timedOut(run ?? { id }, timeoutMs ?? 0);
      await hint.taken(Math.min(again, left), Math.min(LOOK_EVERY_MS, left));
    }
  } finally {
    stopListening();
  }
}

/** Where results of runs are that have no row here: of what a worker of another kind has sent on. */
type Backend = Pick<ResultBackend, "read">;

/** A canvas's end: what its result tuple stands for, `[[id, parent], null]` for a run, `[[id, parent], [tuple, …]]` for a group. */
export interface AwaitedCanvas {
  readonly result: Json;
  /** Its first runs: as long as one of these is there, what follows them may come. */
  readonly runIds: readonly string[];
}

/**
 * What a canvas brings. The run that ends it may not be there yet: it is waited for, and comes or fails with what it follows. Fails as {@link waitForResult} does, for a group
 * with the first of its members that fails.
 */
export async function waitForCanvas(
  source: { readonly runs: RunStore; readonly wake: Wake; readonly clock: Clock; readonly results?: Backend },
  { result, runIds }: AwaitedCanvas,
  timeoutMs: number | undefined,
): Promise<Json> {
  const [pair, members] = result as readonly Json[];
  if (Array.isArray(members)) {
    return Promise.all(members.map((member: Json) => waitForCanvas(source, { result: member, runIds }, timeoutMs)));
  }
  const [id] = pair as readonly Json[];
  return waitForResult(source, String(id), timeoutMs, {
    mayCome: async () => {
      for (const first of runIds) if ((await source.runs.find(first)) !== undefined) return true;
      return false;
    },
  });
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
  if (run.state === "succeeded") return knownResult(run);
  const why = run.error === undefined ? "" : `: ${run.error.message}`;
  throw new HyoshiError(
    `run_${run.state}`,
    `run '${run.id}' of task '${run.task}' ${words[run.state] ?? run.state}${why}`,
    {
      fields: { id: run.id, task: run.task, state: run.state, error: run.error },
    },
  );
}

function knownResult({ id, task, result = null }: Run): Json {
  const text = displayTextOf(result);
  if (text === undefined) return result;
  throw new HyoshiError(
    "result_unknown",
    `run '${id}' of task '${task}' succeeded, and only a display text of its result is known, ${JSON.stringify(text)}: its worker has ignored it, or keeps it where it cannot be read`,
    { fields: { id, task, text } },
  );
}

const words: Partial<Record<Run["state"], string>> = {
  failed: "failed",
  cancelled: "was cancelled",
  expired: "expired",
  lost: "was lost",
};

/** Of a run that was never here. */
function resultOfRecord({ id, name, state, result, traceback }: ResultRecord): Json {
  if (state === "SUCCESS") return plainValue(result) as Json;
  const error = runErrorOf(result, traceback);
  const [code, word] = state === "REVOKED" ? ["run_cancelled", "was cancelled"] : ["run_failed", "failed"];
  throw new HyoshiError(code as string, `run '${id}' of task '${name}' ${word}: ${error.message}`, {
    fields: { id, task: name, state: code === "run_failed" ? "failed" : "cancelled", error },
  });
}

function timedOut({ id, task, state }: Pick<Run, "id"> & Partial<Run>, timeoutMs: number): HyoshiError {
  const what = task === undefined ? `run '${id}'` : `run '${id}' of task '${task}'`;
  return new HyoshiError(
    "result_timeout",
    `${what} had not ended after ${timeoutMs} ms: ${state === undefined ? "what it follows has not ended" : `it is ${state}`}`,
    { fields: { id, task, state, timeoutMs } },
  );
}
