import type { Instant } from "../base/clock.ts";
import { backfillRunId } from "../firing/backfill-run-id.ts";
import type { AuditReader } from "../ledger/audit-reader.ts";

const AT_ONCE = 500;
const SENT: ReadonlySet<string> = new Set(["sent", "held", "merged"]);

/** For which nominal times a run was sent: by a beat, or by a backfill before. Asked in rising order; reads a page at a time. */
export class SentTimes {
  readonly #reader: AuditReader;
  readonly #schedule: { readonly id: number; readonly uid: string };
  readonly #to: Instant;
  #sent = new Set<Instant>();
  /** All rows that begin up to here are read. */
  #readTo: Instant;
  #isDone = false;

  constructor(
    reader: AuditReader,
    schedule: { readonly id: number; readonly uid: string },
    { from, to }: { readonly from: Instant; readonly to: Instant },
  ) {
    this.#reader = reader;
    this.#schedule = schedule;
    this.#to = to;
    this.#readTo = from - 1;
  }

  /** Which of these nominal times, in rising order. */
  async among(times: readonly Instant[]): Promise<ReadonlySet<Instant>> {
    const found = new Set<Instant>();
    for (const at of times) {
      while (at > this.#readTo && !this.#isDone) await this.#readOn();
      if (this.#sent.has(at)) found.add(at);
    }
    const others = times.filter((at) => !found.has(at));
    const idOf = (at: Instant) => backfillRunId(this.#schedule.uid, at, undefined);
    const there = await this.#reader.runs(others.map(idOf));
    for (const at of others) if (there.has(idOf(at))) found.add(at);
    return found;
  }

  async #readOn(): Promise<void> {
    const page = { after: this.#readTo, through: this.#to, limit: AT_ONCE };
    const rows = (await this.#reader.rows(this.#schedule.id, page)).filter(({ nominalAt }) => nominalAt > this.#readTo);
    this.#sent = new Set(rows.filter(({ verdict }) => SENT.has(verdict)).map(({ nominalAt }) => nominalAt));
    const last = rows.at(-1);
    this.#isDone = rows.length < AT_ONCE || last === undefined;
    this.#readTo = last?.nominalAt ?? this.#to;
  }
}
