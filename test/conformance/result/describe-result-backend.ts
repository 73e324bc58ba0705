import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { systemRandom, uuidv7 } from "../../../src/base/random.ts";
import type { ResultBackend, ResultRecord } from "../../../src/result/result-backend.ts";
import { eventually } from "../../support/eventually.ts";

export interface ResultBackendUnderTest {
  readonly results: ResultBackend;
  /** Another process's, on the same server and of the same settings. */
  readonly other: ResultBackend;
  close(): Promise<void>;
}

export const newId = () => uuidv7(Date.now(), systemRandom);

export function recordOf(part: Partial<ResultRecord> = {}): ResultRecord {
  return {
    id: newId(),
    state: "SUCCESS",
    result: { n: 1, text: "é☃\u{1f300}", list: [null, true, 1.5] },
    traceback: null,
    children: [],
    dateDone: Date.UTC(2026, 10, 22, 14, 54, 2, 999),
    name: "app.add",
    args: [1, "two"],
    kwargs: { three: 3 },
    worker: "worker@host",
    retries: 0,
    queue: "default",
    ...part,
  };
}

export const valueError: Json = { exc_type: "ValueError", exc_message: ["boom", 42], exc_module: "builtins" };
const member = (id: string): Json => [[id, null], null];

/** What holds of every backend that keeps results. Each test has ids of its own, so that nothing is emptied between them. */
export function describeResultBackend(name: string, open: () => Promise<ResultBackendUnderTest>): void {
  describe(`results in ${name}`, () => {
    let opened: ResultBackendUnderTest;
    let results: ResultBackend;
    beforeAll(async () => {
      opened = await open();
      results = opened.results;
    });
    afterAll(() => opened?.close());

    const readOne = async (id: string) => (await opened.other.read([id]))[0];

    it("knows nothing of what was never stored", async () => {
      expect(await results.read([newId(), newId()])).toEqual([undefined, undefined]);
      expect(await results.read([])).toEqual([]);
    });

    it("is read by another process as it was stored", async () => {
      const record = recordOf({ children: [member("child"), [["group", null], [member("a")]]] });
      await results.store([record]);
      expect(await readOne(record.id)).toMatchObject({
        id: record.id,
        state: "SUCCESS",
        result: record.result,
        traceback: null,
        children: record.children,
      });
    });

    it("keeps an exception and its traceback", async () => {
      const record = recordOf({ state: "FAILURE", result: valueError, traceback: "Traceback …\nValueError: boom" });
      await results.store([record]);
      expect(await readOne(record.id)).toMatchObject({
        state: "FAILURE",
        result: valueError,
        traceback: "Traceback …\nValueError: boom",
      });
    });

    it("follows a run through its states, and keeps the success whatever comes later", async () => {
      const id = newId();
      const states = [];
      for (const state of ["STARTED", "RETRY", "FAILURE", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"]) {
        await results.store([recordOf({ id, state, result: state === "SUCCESS" ? 5 : valueError })]);
        states.push((await readOne(id))?.state);
      }
      const seen = ["STARTED", "RETRY", "FAILURE", "FAILURE", "FAILURE", "SUCCESS", "SUCCESS", "SUCCESS"];
      expect(states).toEqual(seen);
      expect((await readOne(id))?.result).toBe(5);
    });

    it("stores many at once, of one run the last", async () => {
      const twice = recordOf({ result: 1 });
      const many = Array.from({ length: 1_234 }, (_, n) => recordOf({ result: n }));
      await results.store([{ ...twice, state: "RETRY", result: valueError }, ...many, { ...twice, result: 2 }]);
      const read = await opened.other.read(many.map(({ id }) => id));
      expect(read.map((record) => record?.result)).toEqual(many.map(({ result }) => result));
      expect((await readOne(twice.id))?.result).toBe(2);
    });

    it("keeps what JSON can say and texts cannot", async () => {
      const record = recordOf({ result: { nul: "a\0b", half: "\ud800", deep: [[[[1]]]], "": "" } });
      await results.store([record]);
      expect((await readOne(record.id))?.result).toEqual(record.result);
    });

    it("tells a watcher of what another process stores, also of what was there before", async () => {
      const [before, after, unwatched] = [recordOf(), recordOf(), recordOf()];
      await results.store([before]);
      const heard: string[] = [];
      await using watch = opened.other.watch((record) => heard.push(record.id));
      watch.add(before.id);
      watch.add(after.id);
      watch.add(unwatched.id);
      watch.remove(unwatched.id);
      await eventually(() => heard.includes(before.id));
      await results.store([after, unwatched]);
      await eventually(() => heard.includes(after.id));
      expect(heard).not.toContain(unwatched.id);
    });

    describe("a chord", () => {
      /** Ends the members one by one, in this order; answers what the backend said of each. */
      async function endMembers(order: readonly number[], ends: readonly Partial<ResultRecord>[], size = ends.length) {
        const groupId = newId();
        const records = ends.map((end) => recordOf({ groupId, ...end }));
        await results.startChord(
          groupId,
          size,
          records.map(({ id }) => member(id)),
        );
        const answers = [];
        for (const index of order) {
          const record = records[index] as ResultRecord;
          // Members end in different processes.
          const backend = index % 2 === 0 ? results : opened.other;
          await backend.store([record]);
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
        await results.store([last]);
        const complete = { kind: "complete", results: [1, 2, 3] };
        expect(await results.chordPart({ groupId, groupIndex: 2, record: last, body: {} })).toEqual(complete);
        // Whoever told it died before the body was sent.
        expect(await opened.other.chordPart({ groupId, groupIndex: 2, record: last, body: {} })).toEqual(complete);
        await opened.other.endChord(groupId);
        expect(await results.chordPart({ groupId, groupIndex: 2, record: last, body: {} })).toEqual({
          kind: "incomplete",
        });
      });

      it("keeps its count when it is started again", async () => {
        const { groupId, records } = await endMembers([0], [{ result: 1 }, { result: 2 }]);
        const last = records[1] as ResultRecord;
        await results.startChord(
          groupId,
          2,
          records.map(({ id }) => member(id)),
        );
        await results.store([last]);
        expect(await results.chordPart({ groupId, groupIndex: 1, record: last, body: {} })).toMatchObject({
          kind: "complete",
        });
      });

      it("gives results nested as its header is", async () => {
        const groupId = newId();
        const records = [1, 2, 3].map((result) => recordOf({ groupId, result }));
        const [a, b, c] = records.map(({ id }) => member(id)) as [Json, Json, Json];
        await results.startChord(groupId, 3, [
          [
            ["inner", null],
            [b, a],
          ],
          c,
        ]);
        let answer: unknown;
        for (const [groupIndex, record] of records.entries()) {
          await results.store([record]);
          answer = await results.chordPart({ groupId, groupIndex, record, body: {} });
        }
        expect(answer).toEqual({ kind: "complete", results: [[2, 1], 3] });
      });

      it("is completed by one of those who end its members at the same time", async () => {
        const groupId = newId();
        const records = Array.from({ length: 12 }, (_, result) => recordOf({ groupId, result }));
        await results.startChord(
          groupId,
          12,
          records.map(({ id }) => member(id)),
        );
        await results.store(records);
        const answers = await Promise.all(
          records.map((record, groupIndex) =>
            (groupIndex % 2 === 0 ? results : opened.other).chordPart({ groupId, groupIndex, record, body: {} }),
          ),
        );
        expect(answers.filter(({ kind }) => kind === "complete")).toEqual([
          { kind: "complete", results: records.map(({ result }) => result) },
        ]);
      });
    });
  });
}
