import type { Clock } from "../../base/clock.ts";

const LOOK_EVERY_MS = 20;

/** The processes of a command: its leader and what that started, unless it left the group. */
export class CommandGroup {
  readonly id: number;
  readonly #clock: Clock;

  constructor(leader: number, clock: Clock) {
    this.id = leader;
    this.#clock = clock;
  }

  /** Whether a process of it is there; one that has ended and that nobody has waited for counts. */
  get isAlive(): boolean {
    return this.#signal(0);
  }

  /** TERM, and KILL for what is still there after `graceMs`. Resolves when nothing is, at the latest a moment after the KILL. */
  async end(graceMs: number): Promise<void> {
    if (!this.#signal("SIGTERM")) return;
    // What was stopped hears nothing else.
    this.#signal("SIGCONT");
    if (await this.#gone(graceMs)) return;
    this.#signal("SIGKILL");
    await this.#gone(1_000);
  }

  async #gone(withinMs: number): Promise<boolean> {
    const until = this.#clock.monotonic() + withinMs;
    while (this.isAlive) {
      if (this.#clock.monotonic() >= until) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return true;
  }

  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.id, signal);
    } catch {
      return false;
    }
  }
}
