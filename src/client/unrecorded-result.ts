import type { Clock } from "../base/clock.ts";
import { LONGEST_TIMER_MS } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import { runErrorOf } from "../message/wire-exception.ts";
import type { ResultBackend, ResultRecord } from "../result/result-backend.ts";

/** A backend that cannot push is asked so often, and one that can as well: what it told while nobody listened is not told again. */
const LOOK_EVERY_MS = 500;

/** What a run without a record returned, as the result backend has it. Fails as {@link waitForResult} does, and with `result_not_kept` where there is none. */
export async function waitForUnrecordedResult(
  source: { readonly results: Pick<ResultBackend, "read" | "watch"> | undefined; readonly clock: Clock },
  run: { readonly id: string; readonly task: string },
  timeoutMs: number | undefined,
): Promise<Json> {
  const { results, clock } = source;
  const { id, task } = run;
  if (results === undefined) {
    throw new HyoshiError(
      "result_not_kept",
      `run '${id}' of task '${task}' has no record and the project no result backend: nobody keeps what it returns`,
      { fields: { id, task } },
    );
  }
  const endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  const heard = Promise.withResolvers<ResultRecord>();
  let wakeUp = () => {};
  let found: ResultRecord | undefined;
  heard.promise.then(
    (record) => {
      found = record;
      wakeUp();
    },
    () => {},
  );
  const watch = results.watch((record) => {
    if (record.id === id && isEnd(record)) heard.resolve(record);
  });
  watch.add(id);
  // The clock's timers let the process end, and with them the program that waits for a result would.
  const alive = setInterval(() => {}, LONGEST_TIMER_MS);
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
    clearInterval(alive);
    await watch[Symbol.asyncDispose]();
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
