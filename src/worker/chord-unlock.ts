import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { builtInTask } from "../canvas/built-in-task.ts";
import { idsOf, joinChord } from "../result/join-chord.ts";
import { type ResultBackend, readyStates } from "../result/result-backend.ts";
import { argumentsOf } from "../run/run-message.ts";
import { type Aftermath, type AftermathParts, aftermathOfChord, type EndedRun } from "./aftermath.ts";

/**
 * Clients whose result backend does not count chords send this task with each of them: it looks whether all members have ended, again and again, and
 * sends the body then. Here a run that finds them unfinished is put back, which is no attempt.
 */
export const CHORD_UNLOCK = "celery.chord_unlock";

export type ChordLook =
  | { readonly kind: "wait"; readonly ms: number }
  /** What follows: the body, or its failure. */
  | { readonly kind: "ended"; readonly aftermath: Aftermath };

/** Fails with `unsupported_chord` without a backend that can be read, and with `invalid_input`. */
export async function lookAtChord(
  run: EndedRun,
  results: Pick<ResultBackend, "kind" | "read"> | undefined,
  parts: AftermathParts,
  now: Instant,
): Promise<ChordLook> {
  if (results === undefined || results.kind === "rpc") {
    throw new HyoshiError(
      "unsupported_chord",
      "a chord's members cannot be looked for without a result backend that keeps results: name the clients' one as 'results'",
    );
  }
  const asked = builtInTask({ task: run.task, ...argumentsOf(run.payload) });
  if (asked?.kind !== "unlock") {
    throw new HyoshiError("invalid_input", `task '${CHORD_UNLOCK}' was given other arguments than Celery gives it`, {
      fields: { issues: [{ path: "", message: "expected a group's id, a signature and result tuples" }] },
    });
  }
  const { groupId, body, members, againMs } = asked;
  const ids = members.flatMap(idsOf);
  const records = await results.read(ids);
  const isReady = records.every((record) => record !== undefined && readyStates.includes(record.state));
  if (!isReady) return { kind: "wait", ms: againMs };
  const byId = new Map(ids.map((id, index) => [id, records[index]]));
  const came = joinChord(members, (id) => byId.get(id));
  if (came.kind === "incomplete") return { kind: "wait", ms: againMs };
  return { kind: "ended", aftermath: aftermathOfChord({ groupId, body }, came, run, now, parts) };
}
