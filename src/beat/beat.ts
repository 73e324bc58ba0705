import type { Clock, Stop } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Service } from "../base/service.ts";
import type { Wake } from "../base/wake.ts";
import type { PurgePosition, Retention } from "../control/retention.ts";
import { decide } from "../firing/decide.ts";
import type { DueSchedule } from "../firing/decision.ts";
import { nextNamed } from "../firing/named-times.ts";
import type { Compile } from "../firing/schedule-plan.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { RunStore } from "../run/run-store.ts";
import { Sleep } from "./sleep.ts";

/** Cursors in one transaction: about 10 ms of writing, after which workers and other beats get their turn. */
const BATCH = 250;
/** Behind every wake-up there is this tick, so that a lost hint costs a second and nothing else. */
const TICK_MS = 1_000;
/** Cursors that each tick compares with their schedules: all of 100,000 in about an hour and a half. */
const PATROL = 20;
/** After a failure of the database the loop waits this long, doubling up to the tick. */
const FIRST_RETRY_MS = 50;
/** Old rows that each tick looks at, and how long it rests after the last one. */
const PURGE = 200;
const PURGE_AGAIN_AFTER_MS = 10 * 60_000;

export interface BeatOptions {
  readonly ledger: Ledger;
  readonly runs: Pick<RunStore, "sweep">;
  readonly retention: Retention;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly compile: Compile;
}

/** What the last loop did, for the admin and for tests. */
export interface BeatStatistics {
  fired: number;
  sent: number;
  failed: number;
  /** The worst lateness of a sent nominal time since the start. */
  latestMs: number;
}

/**
 * Fires what is due. Any number of beats may run at once: what one takes, the others do not see.
 *
 * The loop has three states. *Firing*: batch after batch while cursors are due. *Asleep*: until the next due time, a change of a
 * schedule, or the tick. *Failing*: the database did not answer; it tries again, later and later, and says so once.
 */
export class Beat implements Service {
  readonly #options: BeatOptions;
  readonly #sleep: Sleep;
  readonly statistics: BeatStatistics = { fired: 0, sent: 0, failed: 0, latestMs: 0 };
  #running = false;
  #loop: Promise<void> = Promise.resolve();
  #stopListening: Stop[] = [];
  #patrolledTo = 0;
  #purgedTo: PurgePosition | undefined;
  #purgeAt = Number.NEGATIVE_INFINITY;
  #tickedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #houseFails = false;

  constructor(options: BeatOptions) {
    this.#options = options;
    this.#sleep = new Sleep(options.clock);
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const { wake } = this.#options;
    this.#stopListening = ["schedules", "database"].map((topic) => wake.on(topic, () => this.#sleep.end()));
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const stop of this.#stopListening) stop();
    this.#sleep.end();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      try {
        await this.#sleep.until(await this.#once());
        this.#recovered();
      } catch (error) {
        await this.#sleep.until(this.#failed(error));
      }
    }
  }

  /** Fires one batch; answers how long to sleep. */
  async #once(): Promise<number> {
    const { ledger, clock } = this.#options;
    await this.#tick();
    const now = clock.now();
    const nextAt = await ledger.nextWakeAt();
    if (nextAt === undefined) return TICK_MS;
    if (nextAt > now) return Math.min(nextAt - now, TICK_MS);
    const report = await ledger.fireDue({ now, limit: BATCH, decide: this.#decide });
    this.statistics.fired += report.schedules;
    this.statistics.sent += report.sent;
    this.statistics.failed += report.failed;
    for (const late of report.latenessMs) this.statistics.latestMs = Math.max(this.statistics.latestMs, late);
    return 0;
  }

  readonly #decide = (due: DueSchedule, now: number) => decide(due, now, this.#options.compile);

  /** Once a second: what is not urgent. Its failures are told once, and hold nothing up: what is due is fired all the same. */
  async #tick(): Promise<void> {
    const { clock, logger } = this.#options;
    if (clock.monotonic() - this.#tickedAt < TICK_MS) return;
    this.#tickedAt = clock.monotonic();
    try {
      await this.#keepHouse();
      this.#houseFails = false;
    } catch (error) {
      if (!this.#houseFails)
        logger.error({ err: error }, `beat cannot keep house: ${messageOf(error)}; trying again each second`);
      this.#houseFails = true;
    }
  }

  async #keepHouse(): Promise<void> {
    const { clock, runs, ledger, logger, compile } = this.#options;
    await runs.sweep(clock.now());
    const { mended, at } = await ledger.patrol({
      now: clock.now(),
      after: this.#patrolledTo,
      limit: PATROL,
      nextAt: (plan, after) => nextNamed(compile(plan), after) ?? null,
    });
    this.#patrolledTo = at;
    if (mended.length > 0) {
      logger.warn({ scheduleIds: mended }, "mended cursors that did not agree with their schedules");
    }
    await this.#purge();
  }

  async #purge(): Promise<void> {
    const { clock, retention } = this.#options;
    if (clock.monotonic() < this.#purgeAt) return;
    const { position, more } = await retention.purge({ now: clock.now(), limit: PURGE, position: this.#purgedTo });
    this.#purgedTo = position;
    if (!more) this.#purgeAt = clock.monotonic() + PURGE_AGAIN_AFTER_MS;
  }

  #failed(error: unknown): number {
    const { logger } = this.#options;
    if (this.#failures === 0)
      logger.error({ err: error }, `beat cannot fire: ${messageOf(error)}; trying again until it can`);
    this.#failures += 1;
    return Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10), TICK_MS);
  }

  #recovered(): void {
    if (this.#failures === 0) return;
    this.#options.logger.info({ failures: this.#failures }, "beat fires again");
    this.#failures = 0;
  }
}
