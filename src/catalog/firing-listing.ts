import type { Bilingual } from "../base/bilingual.ts";
import type { Page } from "../base/page.ts";
import { plainPlan } from "../firing/schedule-plan.ts";
import type { FiringQuery, FiringRecord } from "../ledger/firing-reader.ts";
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
        reasonText: describeReason(firing.reason, { ...firing, count, zone: firing.revision?.zone ?? null }),
      };
    });
    return { ...page, items };
  }

  #count({ nominalAt, throughAt, revision }: FiringRecord, atMost: number): number | null {
    if (nominalAt === throughAt) return 1;
    if (revision === null || atMost <= 0) return null;
    const limit = revision.definition.kind === "solar" ? COUNTED_OF_THE_SUN : COUNTED;
    try {
      const schedule = this.#parts.compile(plainPlan(revision));
      const count = schedule.count(nominalAt, throughAt, limit + 1);
      return count > limit ? null : count;
    } catch {
      return null;
    }
  }
}
