import fc from "fast-check";
import { expect, test } from "vitest";
import { driftOf, mergeFields } from "./three-way.ts";

test("what code changed is taken, what was edited is kept, and both is a conflict that keeps the edit", () => {
  const base = { same: 1, code: 1, edited: 1, both: 1, agreed: 1, gone: [1] };
  const code = { same: 1, code: 2, edited: 1, both: 2, agreed: 3, gone: [2] };
  const now = { same: 1, code: 1, edited: 9, both: 9, agreed: 3, gone: [1] };
  expect(mergeFields(base, code, now)).toEqual({
    fields: { same: 1, code: 2, edited: 9, both: 9, agreed: 3, gone: [2] },
    updates: [
      { field: "code", from: 1, to: 2 },
      { field: "gone", from: [1], to: [2] },
    ],
    conflicts: [{ field: "both", base: 1, code: 2, now: 9 }],
  });
});

test("objects are equal whatever the order of their keys, and an absent field is null", () => {
  expect(mergeFields({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 }, b: 1 }, { a: { y: 2, x: 1 } })).toEqual({
    fields: { a: { y: 2, x: 1 }, b: 1 },
    updates: [{ field: "b", from: null, to: 1 }],
    conflicts: [],
  });
});

const fields = fc.record({ a: fc.integer({ max: 2, min: 0 }), b: fc.integer({ max: 2, min: 0 }) });

test("an edit is never lost, and applying the same code twice changes nothing the second time", () => {
  fc.assert(
    fc.property(fields, fields, fields, (base, code, now) => {
      const { fields: merged, conflicts } = mergeFields(base, code, now);
      for (const { field } of driftOf(base, now)) {
        expect([now[field as "a"], code[field as "a"]]).toContain(merged[field]);
        expect(merged[field]).toBe(now[field as "a"]);
      }
      const again = mergeFields(code, code, merged);
      expect(again.fields).toEqual(merged);
      expect(again.updates).toEqual([]);
      expect(again.conflicts).toEqual([]);
      // What is left of a conflict is drift from the code that was applied.
      const drift = driftOf(code, merged).map(({ field }) => field);
      for (const { field } of conflicts) expect(drift).toContain(field);
    }),
  );
});
