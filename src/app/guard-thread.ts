import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { processMonotonic } from "../base/clock.ts";

/** What a process and its guard share. */
export interface GuardData {
  /** The process that started this one; null: it may go. */
  readonly parent: number | null;
  /** Whether this process leads a group of its own, which ends with it. */
  readonly hasGroup: boolean;
  /** Float64Array(2): when the event loop last turned, and when the first hard limit of what it executes is over (0: none), on `processMonotonic`. */
  readonly shared: SharedArrayBuffer;
}

const LOOK_EVERY_MS = 250;
/** A loop that was not seen to turn in so many looks is blocked; after a halt of the whole machine it turns before that. */
const BLOCKED_AFTER_LOOKS = 4;

const { parent, hasGroup, shared } = workerData as GuardData;
const noted = new Float64Array(shared);
let lastTurn = 0;
let looksWithoutTurn = 0;

function end(): void {
  try {
    if (hasGroup) process.kill(-process.pid, "SIGKILL");
  } catch {
    // Whoever was in it is gone.
  }
  process.kill(process.pid, "SIGKILL");
}

setInterval(() => {
  if (parent !== null && process.ppid !== parent) end();
  const [turn = 0, deadline = 0] = noted;
  looksWithoutTurn = turn === lastTurn ? looksWithoutTurn + 1 : 0;
  lastTurn = turn;
  const overMs = Math.round(processMonotonic() - deadline);
  if (deadline === 0 || overMs < 0 || looksWithoutTurn < BLOCKED_AFTER_LOOKS) return;
  writeSync(2, `hyoshi: a task blocks the event loop and is ${overMs} ms beyond its hard limit: the process ends\n`);
  end();
}, LOOK_EVERY_MS);
