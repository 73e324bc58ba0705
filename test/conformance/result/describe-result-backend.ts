import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ResultBackend } from "../../../src/result/result-backend.ts";
import { eventually } from "../../support/eventually.ts";
import { describeChords } from "./describe-chords.ts";
import { member, newId, recordOf, valueError } from "./result-records.ts";

export interface ResultBackendUnderTest {
  readonly results: ResultBackend;
  /** Another process's, on the same server and of the same settings. */
  readonly other: ResultBackend;
  close(): Promise<void>;
}

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

    describeChords(() => ({
      ...{ results, other: opened.other },
      store: (records, by) => (by === "other" ? opened.other : results).store(records),
    }));
  });
}
