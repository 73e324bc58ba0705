import type { Health } from "../services/wire.ts";

export type Level = "ok" | "warning" | "error" | "unknown";

/** A schedule that waits longer than this for a beat is late. */
export const lateAfterMs = 5_000;

/** Problems that concern what fires; all others are the workers'. */
const beatCodes = new Set(["no_beat", "late", "clock_jump", "beat_hangs", "beat_fails", "schedule_error"]);
/** Told in the frame's own words, with the command that helps. */
const toldCodes = new Set(["no_beat", "no_worker", "late", "queue_without_worker"]);

function worst(health: Health, isMine: (code: string) => boolean): Level {
  const severities = health.problems.filter(({ code }) => isMine(code)).map(({ severity }) => severity);
  if (severities.includes("error")) return "error";
  return severities.includes("warning") ? "warning" : "ok";
}

/** Red where nothing fires, or late: no beat, one that hangs or holds its fire, or a due schedule that waits. */
export function beatLevel(health: Health | undefined): Level {
  if (!health) return "unknown";
  if (health.beats === 0 || health.oldestDueMs > lateAfterMs) return "error";
  return worst(health, (code) => beatCodes.has(code));
}

/** Red without a worker, amber where a queue waits for one or a process does not respond. */
export function workerLevel(health: Health | undefined): Level {
  if (!health) return "unknown";
  if (health.workers === 0) return "error";
  return health.queuesWithoutWorker.length > 0 ? "warning" : worst(health, (code) => !beatCodes.has(code));
}

/** What is to be told in the server's words. */
export const otherProblems = ({ problems }: Health): Health["problems"] =>
  problems.filter(({ code }) => !toldCodes.has(code));
