import type { Actor } from "../account/permission.ts";
import type { Instant } from "../base/clock.ts";
import { faultWords } from "../base/fault-words.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import type { Page } from "../base/page.ts";
import { type ListedPause, noPause, type Pause, type PauseTarget } from "../ledger/pause-store.ts";
import type { CatalogParts } from "./catalog-parts.ts";

export interface PauseRequest {
  readonly reason: string;
  /** Null: until it is ended. */
  readonly untilAt: Instant | null;
}

/** Holds back everything, a tag, a periodic task or a schedule, and lets go of it again. */
export class Pauses {
  readonly #parts: CatalogParts;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** Replaces a pause of the same target. Fails with `invalid` and `not_found`. */
  async begin({ scope, scopeId }: PauseTarget, request: PauseRequest, by: Actor): Promise<ListedPause> {
    const { pauses, clock, ledger } = this.#parts;
    const faults = pauseFaults(request, clock.now());
    const id = scope === "all" ? "" : scopeId.trim();
    if (scope !== "all" && id === "") {
      faults.push({ path: "/scopeId", code: "required", detail: "is required", text: faultWords.required });
    }
    if (faults.length > 0) throw invalid(faults);
    const now = await ledger.clock();
    const wanted = { reason: request.reason.trim(), untilAt: request.untilAt };
    const pause = await pauses.begin({ scope, scopeId: id }, wanted, { now, by });
    return this.#told(pause, now);
  }

  /** Fails with `not_found`. */
  async end(id: number, by: Actor): Promise<Pause> {
    const { pauses, ledger, wake } = this.#parts;
    const ended = await pauses.end(id, { now: await ledger.clock(), by });
    wake.tell("schedules");
    return ended;
  }

  /** The pause in force of just this target. */
  open(target: PauseTarget): Promise<Pause | undefined> {
    return this.#parts.pauses.open(target, this.#parts.clock.now());
  }

  /** Fails with `not_found` where it is over. */
  async get(id: number): Promise<ListedPause> {
    const pause = await this.#parts.pauses.find(id, this.#parts.clock.now());
    if (pause === undefined) throw noPause(id);
    return pause;
  }

  /** Fails with `invalid_cursor`. */
  list(query: {
    readonly ended: boolean;
    readonly limit: number;
    readonly after?: string;
  }): Promise<Page<ListedPause>> {
    return this.#parts.pauses.list({ ...query, now: this.#parts.clock.now() });
  }

  async #told(pause: Pause, now: Instant): Promise<ListedPause> {
    this.#parts.wake.tell("schedules");
    const listed = await this.#parts.pauses.find(pause.id, now);
    return listed ?? { ...pause, label: pause.scopeId, periodicTaskId: null, endedAt: null };
  }
}

/** What is wrong with a pause whoever it is of. */
export function pauseFaults({ reason, untilAt }: PauseRequest, now: Instant): FieldError[] {
  const faults: FieldError[] = [];
  if (reason.trim() === "") {
    faults.push({ path: "/reason", code: "required", detail: "is required", text: faultWords.required });
  }
  if (untilAt !== null && untilAt <= now) {
    faults.push({
      path: "/untilAt",
      code: "in_past",
      detail: "has passed",
      accepted: "a time in the future, or null",
      text: faultWords.inPast,
    });
  }
  return faults;
}
