import type { Clock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import { runErrorOf } from "../message/wire-exception.ts";
import type { ResultBackend, ResultRecord, ResultWatch } from "../result/result-backend.ts";

/** A backend that cannot push is asked so often, and one that can as well: what it told while nobody listened is not told again. */
const LOOK_EVERY_MS = 500;

export interface UnrecordedResultsParts {
  readonly results?: Pick<ResultBackend, "read" | "watch">;
  readonly clock: Clock;
}

type Hear = (record: ResultRecord) => void;

/** What runs without a record returned, as the result backend has it. All who wait in this process share one watch of it. */
export class UnrecordedResults {
  readonly #parts: UnrecordedResultsParts;
  readonly #waiting = new Map<string, Set<Hear>>();
  #watch: ResultWatch | undefined;

  constructor(parts: UnrecordedResultsParts) {
    this.#parts = parts;
  }

  /** Fails as {@link waitForResult} does, and with `result_not_kept` where there is no result backend. */
  async wait(run: { readonly id: string; readonly task: string }, timeoutMs: number | undefined): Promise<Json> {
    const { results, clock } = this.#parts;
    const { id, task } = run;
    if (results === undefined) {
      throw new HyoshiError(
        "result_not_kept",
        `run '${id}' of task '${task}' has no record and the project no result backend: nobody keeps what it returns`,
        { fields: { id, task } },
      );
    }
    const endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
    let wakeUp = () => {};
    let found: ResultRecord | undefined;
    const stopListening = this.#listen(results, id, (record) => {
      if (!isEnd(record)) return;
      found = record;
      wakeUp();
    });
    try {
      for (;;) {
        const [record] = await results.read([id]);
        if (record !== undefined && isEnd(record)) found = record;
        if (found !== undefined) return resultOf(found, run);
        const left = endsAt - clock.monotonic();
        if (left <= 0) {
          throw new HyoshiError(
            "result_timeout",
            `run '${id}' of task '${task}' had not ended after ${timeoutMs} ms, as far as the result backend knows`,
            { fields: { id, task, timeoutMs } },
          );
        }
        await new Promise<void>((resolve) => {
          const stop = clock.after(Math.min(LOOK_EVERY_MS, left), resolve);
          wakeUp = () => {
            stop();
            resolve();
          };
          if (found !== undefined) wakeUp();
        });
      }
    } finally {
      stopListening();
    }
  }

  async close(): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
    this.#watch = undefined;
  }

  #listen(results: Pick<ResultBackend, "watch">, id: string, hear: Hear): () => void {
    const hearers = this.#waiting.get(id) ?? new Set();
    hearers.add(hear);
    this.#waiting.set(id, hearers);
    this.#watch ??= results.watch((record) => {
      for (const waiting of this.#waiting.get(record.id) ?? []) waiting(record);
    });
    this.#watch.add(id);
    return () => {
      hearers.delete(hear);
      if (hearers.size > 0) return;
      this.#waiting.delete(id);
      this.#watch?.remove(id);
    };
  }
}

function isEnd({ state }: ResultRecord): boolean {
  return state === "SUCCESS" || state === "FAILURE" || state === "REVOKED";
}

function resultOf(record: ResultRecord, { id, task }: { readonly id: string; readonly task: string }): Json {
  if (record.state === "SUCCESS") return record.result;
  const error = runErrorOf(record.result, record.traceback);
  const code =
    record.state === "FAILURE" ? "run_failed" : error.message === "expired" ? "run_expired" : "run_cancelled";
  const words = { run_failed: "failed", run_expired: "expired", run_cancelled: "was cancelled" }[code];
  throw new HyoshiError(code, `run '${id}' of task '${task}' ${words}: ${error.message}`, {
    fields: { id, task, error },
  });
}
