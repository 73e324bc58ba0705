import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { LogPart, LogStore } from "../run/log-store.ts";
import type { Progress } from "../run/run.ts";
import type { Claim, ClaimedRun, RunStore } from "../run/run-store.ts";
import { RunLog, type RunLogParts } from "./run-log.ts";

/** How long a line or a progress may wait, so that many are written together. */
const FLUSH_AFTER_MS = 200;

/** Characters of the text beside a progress bar. */
const LONGEST_PROGRESS_TEXT = 1_000;

export interface RunOutputParts {
  readonly logs: LogStore;
  readonly runs: Pick<RunStore, "progress">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly failing: (error: unknown) => void;
}

/** Keeps what runs write and how far they are: a little later, and all runs together. What could not be kept is tried again. */
export class RunOutput {
  readonly #parts: RunOutputParts;
  readonly #logParts: RunLogParts;
  readonly #changed = new Set<RunLog>();
  readonly #progress = new Map<string, { readonly claim: Claim; readonly progress: Progress }>();
  #unkept: LogPart[] = [];
  /** One write after the other, so that a run's lines stay in their order. */
  #writing: Promise<void> = Promise.resolve();
  #isScheduled = false;

  constructor(parts: RunOutputParts) {
    this.#parts = parts;
    this.#logParts = {
      clock: parts.clock,
      changed: (log) => {
        this.#changed.add(log);
        this.#schedule();
      },
      echo: ({ runId }, level, line) => parts.logger.debug({ runId, level }, line),
    };
  }

  open(run: ClaimedRun): RunLog {
    return new RunLog(run, this.#logParts);
  }

  /** Only the latest is kept, at most every {@link FLUSH_AFTER_MS}. What is no progress is passed over: it is not worth a failed run. */
  progress(claim: Claim, { current, total, text }: Progress): void {
    if (!Number.isFinite(current)) return;
    const progress: Progress = {
      current,
      ...(Number.isFinite(total) ? { total: Number(total) } : {}),
      ...(text !== undefined ? { text: String(text).slice(0, LONGEST_PROGRESS_TEXT) } : {}),
    };
    this.#progress.set(claim.id, { claim, progress });
    this.#schedule();
  }

  /** Keeps all that these have written and how far they came, before their end is told. Fails when the store does; then ask again. */
  keep(logs: readonly RunLog[]): Promise<void> {
    const isNothing = this.#unkept.length === 0 && this.#changed.size === 0 && this.#progress.size === 0;
    return isNothing
      ? this.#writing
      : this.#write(
          logs,
          logs.map(({ runId }) => runId),
        );
  }

  /** Keeps everything. */
  flush(): Promise<void> {
    return this.#write([...this.#changed], [...this.#progress.keys()]);
  }

  #write(logs: readonly RunLog[], ids: readonly string[]): Promise<void> {
    const written = this.#writing.then(async () => {
      await this.#keepLogs(logs);
      await this.#keepProgress(ids);
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  async #keepLogs(logs: readonly RunLog[]): Promise<void> {
    for (const log of logs) {
      if (log.isEmpty) continue;
      this.#changed.delete(log);
      this.#unkept.push(...log.take());
    }
    if (this.#unkept.length === 0) return;
    await this.#parts.logs.append(this.#unkept);
    this.#unkept = [];
  }

  async #keepProgress(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const latest = this.#progress.get(id);
      if (latest === undefined) continue;
      await this.#parts.runs.progress(latest.claim, latest.progress);
      if (this.#progress.get(id) === latest) this.#progress.delete(id);
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.clock.after(FLUSH_AFTER_MS, () => {
      this.#isScheduled = false;
      this.flush().catch((error: unknown) => {
        this.#parts.failing(error);
        this.#schedule();
      });
    });
  }
}
