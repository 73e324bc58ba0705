import type { Clock } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

const MOST = 50_000;
const KEPT_MS = 10_800_000;

/**
 * Ids that were revoked while this process listened: a message of one of them that comes later is not executed. The database's cancelled
 * runs do not need it; it is for those whose message nobody here had seen. The oldest are let go beyond 50,000, and all after three hours.
 */
export class RevokedIds {
  readonly #clock: Clock;
  readonly #at = new Map<string, number>();
  /** Stamps by name. */
  readonly #stamps = new Map<string, Set<string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(ids: Iterable<string>): void {
    const now = this.#clock.monotonic();
    for (const id of ids) {
      this.#at.delete(id);
      this.#at.set(id, now);
    }
    this.#trim();
  }

  addStamps(name: string, values: Iterable<string>): void {
    const known = this.#stamps.get(name) ?? new Set();
    for (const value of values) if (known.size < MOST) known.add(value);
    if (this.#stamps.size < 1_000 || this.#stamps.has(name)) this.#stamps.set(name, known);
  }

  has(id: string): boolean {
    const at = this.#at.get(id);
    return at !== undefined && this.#clock.monotonic() - at <= KEPT_MS;
  }

  /** Whether one of a message's stamps was revoked. */
  hasStamp(stamps: Json | undefined): boolean {
    if (this.#stamps.size === 0 || !isJsonObject(stamps)) return false;
    return Object.entries(stamps).some(([name, value]) => {
      const revoked = this.#stamps.get(name);
      return revoked !== undefined && textsOf(value).some((text) => revoked.has(text));
    });
  }

  ids(): readonly string[] {
    this.#trim();
    return [...this.#at.keys()];
  }

  /** As workers tell each other: a moment of their own monotonic clock, which Python's readers want to have a fraction. */
  told(): JsonObject {
    this.#trim();
    return Object.fromEntries(
      [...this.#at].map(([id, at]) => {
        const seconds = Math.floor(at * 1_000) / 1_000_000;
        return [id, [Number.isInteger(seconds) ? seconds + 0.000001 : seconds, id]];
      }),
    );
  }

  #trim(): void {
    const oldest = this.#clock.monotonic() - KEPT_MS;
    for (const [id, at] of this.#at) {
      if (this.#at.size <= MOST && at >= oldest) return;
      this.#at.delete(id);
    }
  }
}

export function textsOf(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((one) =>
    typeof one === "string" ? one : JSON.stringify(one),
  );
}
