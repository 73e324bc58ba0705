import type { Json } from "../base/json.ts";
import { exceptionRepr } from "../message/wire-exception.ts";
import type { ChordCompletion, ResultRecord } from "./result-backend.ts";

/** The ids of the runs whose results a result tuple stands for, those of nested groups in their order. */
export function idsOf(tuple: Json): readonly string[] {
  const { id, members } = readTuple(tuple);
  return members === undefined ? [id] : members.flatMap(idsOf);
}

/** Whether a chord's header holds more than plain runs: its results are nested then, as the header is. */
export function isNested(members: readonly Json[]): boolean {
  return members.some((member) => readTuple(member).members !== undefined);
}

/**
 * What the members of a header brought, nested as they are: groups as lists. Failed when one of them did, or is not known any more.
 */
export function joinChord(
  members: readonly Json[],
  recordOf: (id: string) => Pick<ResultRecord, "state" | "result"> | undefined,
): ChordCompletion {
  const read = (tuple: Json): Json => {
    const { id, members: nested } = readTuple(tuple);
    if (nested !== undefined) return nested.map(read);
    const record = recordOf(id);
    if (record?.state === "SUCCESS") return record.result;
    throw new FailedMember(
      record === undefined ? `Dependency ${id} has no result any more` : failureOf(id, record.result),
    );
  };
  try {
    return { kind: "complete", results: members.map(read) };
  } catch (error) {
    if (error instanceof FailedMember) return { kind: "failed", message: error.message };
    throw error;
  }
}

/** What Celery says of a chord whose member failed. */
export function failureOf(id: string, exception: Json): string {
  return `Dependency ${id} raised ${exceptionRepr(exception)}`;
}

class FailedMember extends Error {}

/** `[[id, parent], null]` for a run, `[[id, parent], [tuple, …]]` for a group; older ones write the id alone for the pair. */
function readTuple(tuple: Json): { readonly id: string; readonly members: readonly Json[] | undefined } {
  const [pair, members] = Array.isArray(tuple) ? (tuple as readonly Json[]) : [tuple];
  const id = Array.isArray(pair) ? (pair as readonly Json[])[0] : pair;
  return { id: String(id), members: Array.isArray(members) ? (members as readonly Json[]) : undefined };
}
