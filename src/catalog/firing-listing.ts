import type { Bilingual } from "../base/bilingual.ts";
import type { Page } from "../base/page.ts";
import type { FiringQuery, FiringRecord } from "../ledger/firing-reader.ts";
import { exceptionsWithin } from "../schedule/preview.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { describeReason } from "./firing-words.ts";

/** A row of the ledger as people see it. */
export interface ListedFiring extends FiringRecord {
  /** How many nominal times it covers; null beyond what is counted. */
  readonly count: number | null;
  readonly reasonText: Bilingual;
}

/** Nominal times of one row that are counted. */
const COUNTED = 100_000;
/** The sun's cost a hundred times as much as others. */
const COUNTED_OF_THE_SUN = 1_000;
/** One a year, at most two. */
const COUNTED_GAPS = 200;
/** Nominal times that are counted for one page. */
const COUNTED_AT_ONCE = 300_000;

/** Reads the ledger. */
export class FiringListing {
  readonly #parts: CatalogParts;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** Fails with `invalid_cursor`. */
  async list(query: FiringQuery): Promise<Page<ListedFiring>> {
    const page = await this.#parts.readers.firings.list(query);
    let left = COUNTED_AT_ONCE;
    const items = page.items.map((firing) => {
      const count = this.#count(firing, left);
      left -= count ?? COUNTED;
      return {
        ...firing,
        count,
        reasonText: describeReason(firing.reason, { ...firing, count, zone: firing.revision?.plan.zone ?? null }),
      };
    });
    return { ...page, items };
  }

  #count({ nominalAt, throughAt, revision, reason }: FiringRecord, atMost: number): number | null {
    if (nominalAt === throughAt) return 1;
    if (revision === null || atMost <= 0) return null;
    const { plan } = revision;
    const limit = plan.definition.kind === "solar" ? COUNTED_OF_THE_SUN : COUNTED;
    try {
      if (reason === "daylight_saving") {
        return exceptionsWithin(this.#parts.compile(plan), nominalAt, throughAt, COUNTED_GAPS).length;
      }
      // Between times that a calendar takes away none fires: they are all that the schedule has there without it.
      const isClosed = reason === "calendar" || reason === "moved";
      const schedule = this.#parts.compile(isClosed ? { ...plan, calendar: null } : plan);
      const count = schedule.count(nominalAt, throughAt, limit + 1);
      return count > limit ? null : count;
    } catch {
      return null;
    }
  }
}
