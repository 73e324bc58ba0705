import type { RunView } from "../../../services/wire.ts";

export interface TimeSegment {
  kind: "planned" | "waited" | "attempt" | "pause";
  from: number;
  to: number;
  /** Of an attempt. */
  number: number;
  outcome: string;
}

type Times = Pick<RunView, "queuedAt" | "availableAt" | "startedAt" | "endedAt" | "state" | "attempt" | "attempts">;

/** How a run's time passed, in its order and without holes: planned ahead, waited, attempt, back-off, attempt … until its end or now. */
export function timeSegments(run: Times, now: number): TimeSegment[] {
  const end = run.endedAt ?? now;
  const attempts = run.attempts
    // What a fenced worker still did is no part of the run's time.
    .filter((attempt) => attempt.startedAt !== null && attempt.outcome !== "late")
    .map((attempt) => ({
      number: attempt.number,
      from: attempt.startedAt ?? 0,
      to: attempt.endedAt ?? end,
      outcome: attempt.outcome,
    }))
    .sort((a, b) => a.number - b.number);
  if (attempts.length === 0 && run.startedAt !== null) {
    attempts.push({ number: run.attempt, from: run.startedAt, to: end, outcome: run.state });
  }
  const segments: TimeSegment[] = [];
  const add = (kind: TimeSegment["kind"], from: number, to: number, number = 0, outcome = "") => {
    // An attempt that took less than a millisecond is one all the same.
    if (to > from || (kind === "attempt" && to === from)) segments.push({ kind, from, to, number, outcome });
  };
  const begun = attempts[0]?.from ?? end;
  // Later on `availableAt` speaks of the next attempt.
  const due = attempts.length === 0 && run.availableAt !== null ? run.availableAt : run.queuedAt;
  const possible = Math.min(Math.max(run.queuedAt, due), begun);
  add("planned", run.queuedAt, possible);
  add("waited", possible, begun);
  let at = begun;
  for (const attempt of attempts) {
    if (at > begun) add("pause", at, attempt.from);
    add("attempt", attempt.from, attempt.to, attempt.number, attempt.outcome);
    at = Math.max(at, attempt.to);
  }
  if (attempts.length > 0 && run.endedAt === null) add("pause", at, end);
  return segments;
}

/** Widths in per cent: in proportion, but none too thin to point at. */
export function segmentWidths(segments: readonly TimeSegment[], least = 2.5): number[] {
  const total = segments.reduce((sum, { from, to }) => sum + to - from, 0);
  const widths = segments.map(({ from, to }) => Math.max(least, ((to - from) / Math.max(total, 1)) * 100));
  const sum = widths.reduce((a, b) => a + b, 0);
  return widths.map((width) => (width / sum) * 100);
}
