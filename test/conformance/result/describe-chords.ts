import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import type { ChordCounter, ResultRecord } from "../../../src/result/result-backend.ts";
import { member, newId, recordOf, valueError } from "./result-records.ts";

export interface ChordsUnderTest {
  readonly results: ChordCounter;
  /** Another process's. */
  readonly other: ChordCounter;
  /** What a member has brought is stored before it is counted. */
  readonly store: (records: readonly ResultRecord[], by?: "own" | "other") => Promise<void>;
}

/** What holds of whoever counts the members of chords. */
export function describeChords(opened: () => ChordsUnderTest): void {
  const results = () => opened().results;
  const other = () => opened().other;
  const store: ChordsUnderTest["store"] = (records, by) => opened().store(records, by);

  describe("a chord", () => {
    /** Ends the members one by one, in this order; answers what the backend said of each. */
    async function endMembers(order: readonly number[], ends: readonly Partial<ResultRecord>[], size = ends.length) {
      const groupId = newId();
      const records = ends.map((end) => recordOf({ groupId, ...end }));
      await results().startChord(
        groupId,
        size,
        records.map(({ id }) => member(id)),
      );
      const answers = [];
      for (const index of order) {
        const record = records[index] as ResultRecord;
        // Members end in different processes.
        const [backend, by] = index % 2 === 0 ? ([results(), "own"] as const) : ([other(), "other"] as const);
        await store([record], by);
        answers.push(await backend.chordPart({ groupId, groupIndex: index, record, body: {} }));
      }
      return { groupId, records, answers };
    }

    it("is complete with its last member, the results in the header's order", async () => {
      const { answers } = await endMembers(
        [2, 0, 3, 1],
        [{ result: "a" }, { result: "b" }, { result: [] }, { result: 7 }],
      );
      expect(answers).toEqual([
        { kind: "incomplete" },
        { kind: "incomplete" },
        { kind: "incomplete" },
        { kind: "complete", results: ["a", "b", [], 7] },
      ]);
    });

    it("has failed when a member has, once all have ended", async () => {
      const failed = { state: "FAILURE", result: valueError };
      const { answers, records } = await endMembers([1, 0, 2], [{ result: 1 }, failed, { result: 3 }]);
      expect(answers.slice(0, 2)).toEqual([{ kind: "incomplete" }, { kind: "incomplete" }]);
      expect(answers[2]).toEqual({
        kind: "failed",
        message: `Dependency ${records[1]?.id} raised ValueError('boom', 42)`,
      });
    });

    it("has failed when a member was revoked", async () => {
      const revoked = { exc_type: "TaskRevokedError", exc_message: ["revoked"], exc_module: "celery.exceptions" };
      const { answers } = await endMembers([0], [{ state: "REVOKED", result: revoked }]);
      expect(answers[0]).toMatchObject({
        kind: "failed",
        message: expect.stringContaining("TaskRevokedError('revoked')"),
      });
    });

    it("counts a member once, however often it is told", async () => {
      const { groupId, records, answers } = await endMembers(
        [0, 0, 0, 1, 1],
        [{ result: 1 }, { result: 2 }, { result: 3 }],
      );
      expect(answers.every(({ kind }) => kind === "incomplete")).toBe(true);
      const last = records[2] as ResultRecord;
      await store([last]);
      const complete = { kind: "complete", results: [1, 2, 3] };
      expect(await results().chordPart({ groupId, groupIndex: 2, record: last, body: {} })).toEqual(complete);
      // Whoever told it died before the body was sent.
      expect(await other().chordPart({ groupId, groupIndex: 2, record: last, body: {} })).toEqual(complete);
      await other().endChord(groupId);
      expect(await results().chordPart({ groupId, groupIndex: 2, record: last, body: {} })).toEqual({
        kind: "incomplete",
      });
    });

    it("keeps its count when it is started again", async () => {
      const { groupId, records } = await endMembers([0], [{ result: 1 }, { result: 2 }]);
      const last = records[1] as ResultRecord;
      await results().startChord(
        groupId,
        2,
        records.map(({ id }) => member(id)),
      );
      await store([last]);
      expect(await results().chordPart({ groupId, groupIndex: 1, record: last, body: {} })).toMatchObject({
        kind: "complete",
      });
    });

    it("gives results nested as its header is", async () => {
      const groupId = newId();
      const records = [1, 2, 3].map((result) => recordOf({ groupId, result }));
      const [a, b, c] = records.map(({ id }) => member(id)) as [Json, Json, Json];
      await results().startChord(groupId, 3, [
        [
          ["inner", null],
          [b, a],
        ],
        c,
      ]);
      let answer: unknown;
      for (const [groupIndex, record] of records.entries()) {
        await store([record]);
        answer = await results().chordPart({ groupId, groupIndex, record, body: {} });
      }
      expect(answer).toEqual({ kind: "complete", results: [[2, 1], 3] });
    });

    it("is completed by one of those who end its members at the same time", async () => {
      const groupId = newId();
      const records = Array.from({ length: 12 }, (_, result) => recordOf({ groupId, result }));
      await results().startChord(
        groupId,
        12,
        records.map(({ id }) => member(id)),
      );
      await store(records);
      const answers = await Promise.all(
        records.map((record, groupIndex) =>
          (groupIndex % 2 === 0 ? results() : other()).chordPart({ groupId, groupIndex, record, body: {} }),
        ),
      );
      expect(answers.filter(({ kind }) => kind === "complete")).toEqual([
        { kind: "complete", results: records.map(({ result }) => result) },
      ]);
    });
  });
}
