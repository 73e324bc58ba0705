import type { Clock, Stop } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { type FromWorker, startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
/** Who has been at work for so long is well: its next crash starts the back-off anew. */
const WELL_AFTER_MS = 10_000;

export interface SupervisorRequest {
  /** The words of the worker's command. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether a terminal's end, and not an operator, says SIGHUP. */
  readonly hasTerminal: boolean;
}

/**
 * Keeps one worker at work in a process of its own: starts it again, later and later, when it ends unasked, and lets a new generation take over when it is told to or the
 * worker is spent. The old one ends when the new one is at work, and finishes what it executes. Signals are handed on. Answers the exit code.
 */
export function superviseWorker(request: SupervisorRequest): Promise<number> {
  return new Promise((resolve) => new Supervisor(request, resolve).start());
}

class Supervisor {
  readonly #request: SupervisorRequest;
  readonly #ended: (code: number) => void;
  readonly #processes = new Set<WorkerProcess>();
  /** The one that is to be at work. */
  #current: WorkerProcess | undefined;
  #isStopping = false;
  #wasReady = false;
  #code = 0;
  #restarts = 0;
  #backoffMs = FIRST_BACKOFF_MS;
  #stopBackoff: Stop | undefined;
  #stopListening: Stop = () => {};

  constructor(request: SupervisorRequest, ended: (code: number) => void) {
    this.#request = request;
    this.#ended = ended;
  }

  start(): void {
    this.#stopListening = this.#listen();
    this.#startOne();
  }

  #startOne(): void {
    const { args, env, clock } = this.#request;
    this.#stopBackoff = undefined;
    const one = startWorkerProcess(
      { args, env, now: clock.monotonic(), restarts: this.#restarts },
      {
        said: (who, message) => this.#heard(who, message),
        ended: (who, code, signal) => this.#gone(who, code, signal),
      },
    );
    this.#processes.add(one);
    this.#current = one;
  }

  #heard(one: WorkerProcess, { kind }: FromWorker): void {
    if (kind === "ready") {
      if (one.state === "starting") one.state = "ready";
      this.#wasReady = true;
      for (const other of this.#processes) if (other !== this.#current && one === this.#current) this.#end(other);
    }
    if (kind === "spent" && one === this.#current) this.#renew("the worker is spent");
    if (kind !== "stopping") return;
    if (one === this.#current && one.state !== "stopping") this.#isStopping = true;
    one.state = "stopping";
  }

  #renew(why: string): void {
    if (this.#isStopping || this.#current?.state !== "ready") return;
    this.#request.logger.info({ pid: this.#current.child.pid }, `${why}: another one takes over`);
    this.#startOne();
  }

  #end(one: WorkerProcess, signal: NodeJS.Signals = "SIGTERM"): void {
    if (one.state === "stopping" && signal === "SIGTERM") return;
    one.state = "stopping";
    one.child.kill(signal);
  }

  #gone(one: WorkerProcess, code: number | null, signal: NodeJS.Signals | null): void {
    this.#processes.delete(one);
    killGroup(one.child.pid);
    const isCurrent = one === this.#current;
    // A signal of ours may come before it listens.
    if (isCurrent) this.#code = code ?? (this.#isStopping && signal !== "SIGKILL" ? 0 : 1);
    // It never was at work: what it has said of its settings is all that there is to say.
    if (isCurrent && !this.#wasReady && signal === null) this.#isStopping = true;
    if (this.#isStopping) this.#finishWhenEmpty();
    else if (isCurrent) this.#replace(one, code, signal);
    else if (one.state !== "stopping") {
      this.#request.logger.error({ code, signal }, "the worker before this one has crashed");
    }
  }

  #replace(one: WorkerProcess, code: number | null, signal: NodeJS.Signals | null): void {
    const before = [...this.#processes].find(({ state }) => state === "ready");
    if (before !== undefined) {
      this.#current = before;
      this.#request.logger.error(
        { code, signal },
        "the worker that was to take over has ended; the one before it goes on",
      );
      return;
    }
    this.#current = undefined;
    this.#backOff(one, code, signal);
  }

  #backOff(one: WorkerProcess, code: number | null, signal: NodeJS.Signals | null): void {
    this.#restarts += 1;
    const { clock, logger } = this.#request;
    if (clock.monotonic() - one.startedAt > WELL_AFTER_MS) this.#backoffMs = FIRST_BACKOFF_MS;
    const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    logger.error(
      { pid: one.child.pid, code, signal },
      `the worker ${how}; it starts again in ${this.#backoffMs / 1000} s`,
    );
    const alive = setInterval(() => {}, 2 ** 30);
    const stop = clock.after(this.#backoffMs, () => {
      clearInterval(alive);
      this.#startOne();
    });
    this.#stopBackoff = () => {
      clearInterval(alive);
      stop();
    };
    this.#backoffMs = Math.min(this.#backoffMs * 2, LONGEST_BACKOFF_MS);
  }

  #stop(signal: NodeJS.Signals): void {
    this.#isStopping = true;
    this.#stopBackoff?.();
    // A second one makes it quick, which is the worker's to understand.
    for (const one of this.#processes) {
      one.state = "stopping";
      one.child.kill(signal);
    }
    this.#finishWhenEmpty();
  }

  #finishWhenEmpty(): void {
    if (this.#processes.size > 0) return;
    this.#stopListening();
    this.#ended(this.#code);
  }

  #listen(): Stop {
    const stops = (["SIGTERM", "SIGINT", "SIGQUIT"] as const).map((signal) => {
      const heard = () => this.#stop(signal);
      process.on(signal, heard);
      return () => void process.off(signal, heard);
    });
    const hangUp = () =>
      this.#request.hasTerminal ? this.#stop("SIGTERM") : this.#renew("the worker is to be renewed");
    process.on("SIGHUP", hangUp);
    const gone = () => this.#stop("SIGTERM");
    process.on("disconnect", gone);
    // The last way out.
    const kill = () => {
      for (const { child } of this.#processes) killGroup(child.pid);
    };
    process.on("exit", kill);
    return () => {
      for (const stop of stops) stop();
      process.off("SIGHUP", hangUp);
      process.off("disconnect", gone);
      process.off("exit", kill);
    };
  }
}

/** What a crashed worker leaves of its group. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left.
  }
}
