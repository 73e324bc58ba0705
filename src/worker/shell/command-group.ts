import { readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";

const LOOK_EVERY_MS = 40;

/** The processes of a command: its leader and what that started, unless it left the group. */
export class CommandGroup {
  readonly id: number;
  readonly #clock: Clock;

  constructor(leader: number, clock: Clock) {
    this.id = leader;
    this.#clock = clock;
  }

  /** Whether a process of it still does something. */
  get isAlive(): boolean {
    return this.#signal(0) && (livingIn(this.id) ?? true);
  }

  /** TERM, and KILL for what is still there after `graceMs`. Resolves when nothing is, at the latest a moment after the KILL. */
  async end(graceMs: number): Promise<void> {
    if (!this.#signal("SIGTERM")) return;
    // What was stopped hears nothing else.
    this.#signal("SIGCONT");
    if (await this.gone(graceMs)) return;
    this.#signal("SIGKILL");
    await this.gone(1_000);
  }

  /** Waits until nothing of it is left, and answers whether that was within the time. */
  async gone(withinMs: number): Promise<boolean> {
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

/**
 * Whether a process of the group is more than an entry that nobody has waited for: in containers whose first process waits for none, these stay for good.
 * Undefined where the system does not tell.
 */
function livingIn(group: number): boolean | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readdirSync("/proc").some((name) => /^\d+$/.test(name) && isLivingIn(group, name));
  } catch {
    return undefined;
  }
}

function isLivingIn(group: number, pid: string): boolean {
  try {
    // After the name, which may hold anything: state, parent, group.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, , own] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(own) === group && state !== "Z" && state !== "X";
  } catch {
    // It has just ended.
    return false;
  }
}
