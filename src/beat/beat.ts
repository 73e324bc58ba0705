import type { Clock, Instant, Stop } from "../base/clock.ts";
import { ClockGuard } from "../base/clock-guard.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Service } from "../base/service.ts";
import type { Wake } from "../base/wake.ts";
import type { Retention } from "../control/retention.ts";
import { decide } from "../firing/decide.ts";
import type { DueSchedule } from "../firing/decision.ts";
import type { ClockJump } from "../firing/judge.ts";
import type { Compile } from "../firing/schedule-plan.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { PeriodicTaskStore } from "../ledger/periodic-task-store.ts";
import type { RunStore } from "../run/run-store.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Sleep } from "./sleep.ts";

/** Cursors in one transaction: about 10 ms of writing, after which workers and other beats get their turn. */
const BATCH = 250;
/** What is due and cannot be taken is being fired by another beat: it is looked at again so much later. */
const OTHERS_MS = 10;
/** Behind every wake-up there is this tick, so that a lost hint costs a second and nothing else. */
const TICK_MS = 1_000;
/** With so much time until something is due, the first firing is prepared for. */
const WARM_UP_MS = 1_000;
/** After a failure of the database the loop waits this long, doubling up to the tick. */
const FIRST_RETRY_MS = 50;
/** Cursors that a clock which was ahead left behind, taken back in one transaction. */
const WITHDRAWN = 200;

export interface BeatOptions {
  readonly ledger: Ledger;
  readonly runs: Pick<RunStore, "sweep">;
  readonly periodicTasks: Pick<PeriodicTaskStore, "heldForFailures" | "setEnabled">;
  readonly retention: Retention;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly compile: Compile;
  /** The tz database of this process. */
  readonly tzVersion: string;
}

/** What the last loop did, for the admin and for tests. */
export interface BeatStatistics {
  fired: number;
  sent: number;
  failed: number;
  /** The worst lateness of a sent nominal time since the start. */
  latestMs: number;
}

export type BeatState = "firing" | "asleep" | "holding" | "failing";

/** How a beat does, for the admin. */
export interface BeatReport {
  readonly state: BeatState;
  /** How long ago the loop turned; more than about two seconds means that it hangs. */
  readonly loopAgeMs: number;
  /** How late the oldest due schedule was when it last looked; 0 when none was due. */
  readonly oldestDueMs: number;
  /** While it holds its fire: how far the clock moved against elapsed time. */
  readonly clockJumpMs: number | null;
}

/**
 * Fires what is due. Any number of beats may run at once: what one takes, the others do not see.
 *
 * The loop has four states. *Firing*: batch after batch while cursors are due. *Asleep*: until the next due time, a change of a
 * schedule, or the tick. *Holding*: the clock was set, and nothing that depends on it is done until it can be believed (see
 * {@link ClockGuard}). *Failing*: the database did not answer; it tries again, later and later, and says so once.
 */
export class Beat implements Service {
  readonly #options: BeatOptions;
  readonly #sleep: Sleep;
  readonly #guard: ClockGuard;
  readonly #housekeeping: Housekeeping;
  readonly statistics: BeatStatistics = { fired: 0, sent: 0, failed: 0, latestMs: 0 };
  #running = false;
  #loop: Promise<void> = Promise.resolve();
  #stopListening: Stop = () => {};
  #tickedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #houseFails = false;
  #state: BeatState = "asleep";
  #turnedAt = 0;
  #oldestDueMs = 0;
  #clockJumpMs: number | null = null;
  /** What the clock has left out, until everything that it made late is decided. */
  #jump: ClockJump | undefined;
  /** Cursors may lie ahead of the clock. */
  #mayBeAhead = true;
  #isWarm = false;

  constructor(options: BeatOptions) {
    this.#options = options;
    this.#sleep = new Sleep(options.clock);
    this.#guard = new ClockGuard(() => options.clock.monotonic());
    this.#housekeeping = new Housekeeping(options, this.#decide);
  }

  report(): BeatReport {
    return {
      state: this.#state,
      loopAgeMs: Math.round(this.#options.clock.monotonic() - this.#turnedAt),
      oldestDueMs: this.#oldestDueMs,
      clockJumpMs: this.#clockJumpMs,
    };
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const { wake } = this.#options;
    // Not to what becomes of runs, which is told some hundred times a second where workers are busy.
    this.#stopListening = wake.on("schedules", () => this.#sleep.end());
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#stopListening();
    this.#sleep.end();
    await this.#loop;
    await this.#housekeeping.settled();
  }

  async #run(): Promise<void> {
    while (this.#running) {
      this.#turnedAt = this.#options.clock.monotonic();
      try {
        const ms = await this.#once();
        this.#recovered();
        await this.#sleep.until(ms);
      } catch (error) {
        await this.#sleep.until(this.#failed(error));
      }
    }
  }

  /** Fires one batch; answers how long to sleep. */
  async #once(): Promise<number> {
    const { ledger } = this.#options;
    const now = await ledger.clock();
    if (!this.#believes(now)) return TICK_MS;
    if (this.#mayBeAhead) await this.#withdraw(now);
    await this.#tick(now);
    const nextAt = await ledger.nextWakeAt();
    this.#oldestDueMs = nextAt === undefined ? 0 : Math.max(now - nextAt, 0);
    if (nextAt === undefined || nextAt > now) {
      if (!this.#isWarm && (nextAt ?? Number.POSITIVE_INFINITY) - now > WARM_UP_MS) {
        this.#isWarm = true;
        await ledger.warmUp();
        return 0;
      }
      this.#state = "asleep";
      this.#jump = undefined;
      return nextAt === undefined ? TICK_MS : Math.min(nextAt - now, TICK_MS);
    }
    this.#state = "firing";
    const report = await ledger.fireDue({ now, limit: BATCH, decide: this.#decide });
    this.statistics.fired += report.schedules;
    this.statistics.sent += report.sent;
    this.statistics.failed += report.failed;
    for (const late of report.latenessMs) this.statistics.latestMs = Math.max(this.statistics.latestMs, late);
    return report.schedules === 0 ? OTHERS_MS : 0;
  }

  readonly #decide = (due: DueSchedule, now: number) => decide(due, now, this.#options.compile, this.#jump);

  /** Whether the clock may be acted on. */
  #believes(now: Instant): boolean {
    const { logger } = this.#options;
    const verdict = this.#guard.look(now);
    if (verdict.state === "held") {
      if (this.#clockJumpMs === null) {
        logger.warn(
          { jumpMs: verdict.jumpMs },
          `the clock moved by ${seconds(verdict.jumpMs)} against elapsed time: beat holds its fire until it can be believed, for a minute at most if it stays so`,
        );
      }
      this.#state = "holding";
      this.#clockJumpMs = verdict.jumpMs;
      return false;
    }
    this.#clockJumpMs = null;
    if (verdict.state === "accepted") {
      const { from, to, jumpMs } = verdict;
      logger.warn({ jumpMs }, `the clock has stayed ${seconds(jumpMs)} off for a minute: beat goes on by it`);
      this.#jump = to > from ? { from, to } : undefined;
      this.#mayBeAhead = true;
    } else if (verdict.resumed) {
      logger.info({}, "the clock agrees with elapsed time again: beat goes on");
      this.#mayBeAhead = true;
    }
    return true;
  }

  /** Takes cursors back that lie ahead: whoever moved them had a clock that was ahead. */
  async #withdraw(now: Instant): Promise<void> {
    const { ledger, compile, logger } = this.#options;
    let after = 0;
    let count = 0;
    do {
      const { withdrawn, at } = await ledger.withdraw({ now, after, limit: WITHDRAWN, compile });
      count += withdrawn.length;
      after = at;
    } while (after > 0);
    this.#mayBeAhead = false;
    if (count > 0) logger.warn({ schedules: count }, `a clock was ahead: took ${count} schedules back to the present`);
  }

  /** Once a second: what is not urgent. Its failures are told once, and hold nothing up: what is due is fired all the same. */
  async #tick(now: Instant): Promise<void> {
    const { clock, logger } = this.#options;
    if (clock.monotonic() - this.#tickedAt < TICK_MS) return;
    this.#tickedAt = clock.monotonic();
    try {
      await this.#housekeeping.look(now);
      this.#houseFails = false;
    } catch (error) {
      if (!this.#houseFails)
        logger.error({ err: error }, `beat cannot keep house: ${messageOf(error)}; trying again each second`);
      this.#houseFails = true;
    }
  }

  #failed(error: unknown): number {
    const { logger } = this.#options;
    if (this.#failures === 0)
      logger.error({ err: error }, `beat cannot fire: ${messageOf(error)}; trying again until it can`);
    this.#failures += 1;
    this.#state = "failing";
    return Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10), TICK_MS);
  }

  #recovered(): void {
    if (this.#failures === 0) return;
    this.#options.logger.info({ failures: this.#failures }, "beat fires again");
    this.#failures = 0;
  }
}

function seconds(ms: number): string {
  const sign = ms < 0 ? "-" : "+";
  return `${sign}${Math.round(Math.abs(ms) / 1000)} s`;
}
