import type { Clock, Instant } from "../../base/clock.ts";
import { isHyoshiError } from "../../base/error.ts";
import { isJsonObject, type Json } from "../../base/json.ts";
import type { BegunElsewhere, EndUnknown, ObservedRun, ObservedRuns } from "../../run/observed-runs.ts";
import type { RemoteControl } from "../remote-control.ts";

const RUNS_AT_ONCE = 500;
/** What was begun so lately is not asked about: its end may be on its way. */
const LEAST_AGE_MS = 15_000;
/** A worker that has said so at the beginning and at the end of such a time does not have the run. */
const SAID_FOR_MS = 15_000;
/** One that is not heard of and does not answer, although the broker can be reached, is gone after so long. It is the time that Celery's take to find back to a broker. */
const GONE_AFTER_MS = 60_000;
const ANSWERS_WITHIN_MS = 2_000;

export interface UntoldEndsParts {
  readonly runs: ObservedRuns;
  readonly remote: Pick<RemoteControl, "ask">;
  /** Undefined where results are not kept where they can be read. */
  readonly readEnds?: (ids: readonly string[]) => Promise<ReadonlyMap<string, ObservedRun>>;
  readonly clock: Clock;
}

/**
 * Ends what workers of another kind have begun and whose end nobody will tell: the worker was killed, the task raised Celery's `Ignore`, or the event passed by
 * while nobody listened. It asks the workers (`query_task`) whether they still have their runs; one that lives and does not answer, as a solo pool while it
 * executes, keeps them. Such a run is `lost`, and what waited for its end waits no longer; where the end is told after all it is as told.
 */
export class UntoldEnds {
  readonly #parts: UntoldEndsParts;
  /** Since when their workers have been found without them. */
  #missing = new Map<string, Instant>();

  constructor(parts: UntoldEndsParts) {
    this.#parts = parts;
  }

  /** One round through all of them; to be made again and again. While the broker is away nothing is concluded, nor from before it. */
  async look(): Promise<void> {
    const before = this.#missing;
    this.#missing = new Map();
    const missing = new Map<string, Instant>();
    for (let after: string | undefined; ; ) {
      const some = await this.#parts.runs.begunElsewhere({
        limit: RUNS_AT_ONCE,
        ...(after !== undefined && { after }),
      });
      const untold = await this.#untold(some, { before, missing });
      if (untold === undefined) return;
      if (untold.length > 0) await this.#end(untold);
      if (some.length < RUNS_AT_ONCE) break;
      after = some.at(-1)?.id;
    }
    this.#missing = missing;
  }

  /** Undefined: the broker is away. */
  async #untold(
    some: readonly BegunElsewhere[],
    { before, missing }: Record<"before" | "missing", Map<string, Instant>>,
  ): Promise<readonly BegunElsewhere[] | undefined> {
    const { remote, clock } = this.#parts;
    const asked = some.filter(({ startedAt }) => startedAt + LEAST_AGE_MS < clock.now());
    if (asked.length === 0) return [];
    const ids = asked.map(({ id }) => id);
    const to = [...new Set(asked.map(({ worker }) => worker.name))];
    const replies = await remote
      .ask({ command: "query_task", arguments: { ids }, to, timeoutMs: ANSWERS_WITHIN_MS })
      .catch((error: unknown) => {
        if (isHyoshiError(error, "broker_away")) return undefined;
        throw error;
      });
    if (replies === undefined) return undefined;
    const now = clock.now();
    return asked.filter((run) => {
      const reply = replies.get(run.worker.name);
      const isKept = reply === undefined ? run.aliveUntil >= now : !isWithout(reply, run.id);
      if (isKept) return false;
      const since = before.get(keyOf(run)) ?? now;
      missing.set(keyOf(run), since);
      return now - since >= (reply === undefined ? GONE_AFTER_MS : SAID_FOR_MS);
    });
  }

  async #end(untold: readonly BegunElsewhere[]): Promise<void> {
    const { runs, readEnds, clock } = this.#parts;
    const now = clock.now();
    const ends = (await readEnds?.(untold.map(({ id }) => id))) ?? new Map<string, ObservedRun>();
    await runs.apply(untold.map((run) => ends.get(run.id) ?? lostRun(run, now)));
  }
}

const isWithout = (reply: Json, id: string) =>
  isJsonObject(reply) && typeof reply.error !== "string" && !Object.hasOwn(reply, id);

const keyOf = ({ id, startedAt, worker }: BegunElsewhere) => `${id} ${startedAt} ${worker.id}`;

function lostRun({ id, worker, startedAt, aliveUntil }: BegunElsewhere, now: Instant): ObservedRun {
  const message =
    aliveUntil < now
      ? `its worker '${worker.name}' is gone, and has told no end of it`
      : `its worker '${worker.name}' does not have it any more, and has told no end of it`;
  const name: EndUnknown = "EndUnknown";
  return { id, state: "lost", worker, startedAt, endedAt: now, error: { name, message } };
}
