import { type ResultRecord, readyStates } from "../result-backend.ts";

/** As many as Celery's own clients keep of what they have not asked for yet. */
const MOST_RECORDS = 8_192;
const MOST_BYTES = 32 * 1024 * 1024;

/** The records that were heard last, for whoever asks for one that came before it was asked for. */
export class RecentRecords {
  readonly #records = new Map<string, { readonly record: ResultRecord; readonly bytes: number }>();
  #bytes = 0;

  add(record: ResultRecord, bytes: number): void {
    const known = this.#records.get(record.id);
    if (known !== undefined && readyStates.includes(known.record.state) && !readyStates.includes(record.state)) return;
    this.#remove(record.id);
    this.#records.set(record.id, { record, bytes });
    this.#bytes += bytes;
    for (const id of this.#records.keys()) {
      if (this.#records.size <= MOST_RECORDS && this.#bytes <= MOST_BYTES) return;
      this.#remove(id);
    }
  }

  get(id: string): ResultRecord | undefined {
    return this.#records.get(id)?.record;
  }

  #remove(id: string): void {
    const known = this.#records.get(id);
    if (known === undefined) return;
    this.#records.delete(id);
    this.#bytes -= known.bytes;
  }
}
