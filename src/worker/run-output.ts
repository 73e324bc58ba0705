import type { Clock } from "../base/clock.ts";
import type { LogChunk, LogStore } from "../run/log-store.ts";
import type { Progress } from "../run/run.ts";
import type { Claim, RunStore } from "../run/run-store.ts";
import { RunLog } from "./run-log.ts";

/** How long a line or a progress may wait, so that many are written together. */
const FLUSH_AFTER_MS = 200;

/** Keeps what runs write and how far they are: a little later, and all runs together. */
export class RunOutput {
  readonly #logs: LogStore;
  readonly #runs: Pick<RunStore, "progress">;
  readonly #clock: Clock;
  readonly #changed = new Set<RunLog>();
  readonly #progress = new Map<string, { claim: Claim; progress: Progress }>();
  #scheduled = false;
  #failed: (error: unknown) => void;

  constructor(parts: {
    logs: LogStore;
    runs: Pick<RunStore, "progress">;
    clock: Clock;
    failed: (error: unknown) => void;
  }) {
    this.#logs = parts.logs;
    this.#runs = parts.runs;
    this.#clock = parts.clock;
    this.#failed = parts.failed;
  }

  open(run: {
    id: string;
    attempt: number;
    retries: number;
    suspect: boolean;
    startedAt?: number | undefined;
  }): RunLog {
    const log = new RunLog(run, this.#clock, (changed) => {
      this.#changed.add(changed);
      this.#schedule();
    });
    // An earlier attempt, even one whose beginning nobody noted, may have written before this one.
    const first = run.attempt === 1 && run.retries === 0 && !run.suspect && run.startedAt === undefined;
    if (first) log.position = { chunk: 0, line: 1 };
    return log;
  }

  progress(claim: Claim, progress: Progress): void {
    this.#progress.set(claim.id, { claim, progress });
    this.#schedule();
  }

  /** Keeps all that a run has written, before its end is told. */
  async close(log: RunLog): Promise<void> {
    this.#progress.delete(log.runId);
    if (!this.#changed.delete(log)) return;
    await this.#append([log]);
  }

  async flush(): Promise<void> {
    const logs = [...this.#changed];
    const progress = [...this.#progress.values()];
    this.#changed.clear();
    this.#progress.clear();
    if (logs.length > 0) await this.#append(logs);
    for (const { claim, progress: latest } of progress) await this.#runs.progress(claim, latest);
  }

  async #append(logs: readonly RunLog[]): Promise<void> {
    const chunks: LogChunk[] = [];
    for (const log of logs) {
      log.position ??= await this.#logs.end(log.runId);
      chunks.push(...log.take());
    }
    if (chunks.length > 0) await this.#logs.append(chunks);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#clock.after(FLUSH_AFTER_MS, () => {
      this.#scheduled = false;
      this.flush().catch(this.#failed);
    });
  }
}
