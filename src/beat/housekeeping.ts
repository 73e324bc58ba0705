import { breathe } from "../base/breathe.ts";
import type { Instant } from "../base/clock.ts";
import type { PurgePosition } from "../control/retention.ts";
import { nextNamed } from "../firing/named-times.ts";
import type { FireRequest } from "../ledger/ledger.ts";
import type { BeatOptions } from "./beat.ts";

/** Cursors that each look compares with their schedules: all of 100,000 in about an hour and a half. */
const PATROL = 20;
/** Old rows of each kind that one transaction removes; how long each look goes on with it, and how long it rests after the last one. */
const PURGE = 200;
const PURGE_FOR_MS = 250;
const PURGE_AGAIN_AFTER_MS = 60_000;
/** Periodic tasks that each look switches off. */
const SWITCHED_OFF = 20;

/** What beat does once a second beside firing: nothing of it is urgent, and any beat may do it. */
export class Housekeeping {
  readonly #options: BeatOptions;
  readonly #decide: FireRequest["decide"];
  #patrolledTo = 0;
  #purgedTo: PurgePosition | undefined;
  #purgeAt = Number.NEGATIVE_INFINITY;
  #purging: Promise<void> | undefined;
  #purgeFailure: { readonly error: unknown } | undefined;

  constructor(options: BeatOptions, decide: FireRequest["decide"]) {
    this.#options = options;
    this.#decide = decide;
  }

  async look(now: Instant): Promise<void> {
    await this.#options.runs.sweep(now);
    await this.#switchOff(now);
    await this.#patrol(now);
    await this.#lookAtPurge(now);
  }

  /** What goes on beside the looks has come to an end; no other must follow. */
  async settled(): Promise<void> {
    await this.#purging;
  }

  /** Beside the looks: what is due must not wait while many old rows go. Fails with what the last one failed with. */
  async #lookAtPurge(now: Instant): Promise<void> {
    if (this.#purging !== undefined) return;
    const failure = this.#purgeFailure;
    this.#purgeFailure = undefined;
    this.#purging = this.#purge(now)
      .catch((error: unknown) => {
        this.#purgeFailure = { error };
      })
      .finally(() => {
        this.#purging = undefined;
      });
    if (failure !== undefined) throw failure.error;
  }

  /** Nothing of theirs fires any more; that they are off, with the record of it, is what remains to be written. */
  async #switchOff(now: Instant): Promise<void> {
    const { periodicTasks, ledger, logger } = this.#options;
    for (const id of await periodicTasks.heldForFailures(SWITCHED_OFF)) {
      await ledger.fireDue({ now, limit: 200, periodicTaskId: id, decide: this.#decide });
      const { name } = await periodicTasks.setEnabled(id, false, { now, by: { name: "hyoshi" } });
      logger.warn({ periodicTaskId: id }, `switched '${name}' off: too many of its runs failed in a row`);
    }
  }

  async #patrol(now: Instant): Promise<void> {
    const { ledger, compile, tzVersion, logger } = this.#options;
    const { mended, at } = await ledger.patrol({
      now,
      tzVersion,
      after: this.#patrolledTo,
      limit: PATROL,
      nextAt: (plan, after) => nextNamed(compile(plan), after) ?? null,
    });
    this.#patrolledTo = at;
    if (mended.length > 0) {
      logger.warn({ scheduleIds: mended }, "mended cursors that did not agree with their schedules");
    }
  }

  async #purge(now: Instant): Promise<void> {
    const { clock, retention } = this.#options;
    const begun = clock.monotonic();
    if (begun < this.#purgeAt) return;
    // As much as a busy project writes in a second must go in one, or its tables grow for ever.
    do {
      const { position, more } = await retention.purge({ now, limit: PURGE, position: this.#purgedTo });
      this.#purgedTo = position;
      if (!more) {
        this.#purgeAt = clock.monotonic() + PURGE_AGAIN_AFTER_MS;
        return;
      }
      // On SQLite nothing of a transaction waits, and what is due must get its turn.
      await breathe();
    } while (clock.monotonic() - begun < PURGE_FOR_MS);
  }
}
