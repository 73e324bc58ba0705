import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RunLock } from "../../src/firing/run-lock.ts";
import { FiringModel } from "./firing-model.ts";
import type { Budget, Design, ModelSchedule } from "./firing-state.ts";
import { type Found, search } from "./search.ts";

const long = process.env.HYOSHI_LONG === "1";
const patience = { timeout: long ? 3_600_000 : 180_000 };

const lock = (key: string, rule: RunLock["rule"]): RunLock => ({ key, rule, limit: 1, queue: 1 });
/** Two of one periodic task, which may merge and be in each other's way, and one whose runs wait for each other. */
const schedules: readonly ModelSchedule[] = [
  { every: 1, misfire: "latest", task: 0, lock: lock("task:0", "skip") },
  { every: 2, misfire: "all", task: 1, lock: lock("task:1", "queue") },
  { every: 2, misfire: "skip", task: 0, lock: lock("task:0", "skip") },
];

const none: Budget = { kills: 0, edits: 0, pauses: 0, jumps: 0, purges: 0, sends: 0 };
const file: Design = { isolation: "file", limit: 2 };
const rows: Design = { isolation: "rows", limit: 1 };

function explore(design: Design, budget: Partial<Budget>, end = 2): Found {
  const model = new FiringModel(schedules, end, design);
  return search(model, model.start({ ...none, ...budget }));
}

const disturbances: [string, Design, Partial<Budget>, number][] = [
  ["kills, an edit and a clock that jumps, on a file", file, { kills: 1, edits: 1, jumps: 1 }, 2],
  ["kills, an edit and a pause, on a file", file, { kills: 1, edits: 1, pauses: 1 }, 2],
  ["kills, an edit and what people send, on a file", file, { kills: 1, edits: 1, sends: 1 }, 2],
  ["kills, an edit and retention, on a file", file, { kills: 1, edits: 1, purges: 1 }, 2],
  ["kills, an edit and a clock that jumps, with locked rows", rows, { kills: 1, edits: 1, jumps: 1 }, 1],
  ["a pause and a clock that jumps, with locked rows", rows, { pauses: 1, jumps: 1 }, 1],
  ["kills and edits, with locked rows", rows, { kills: 1, edits: 2 }, 2],
  ["kills and a pause, with locked rows", rows, { kills: 1, pauses: 1 }, 2],
  ["kills and what people send, with locked rows", rows, { kills: 1, sends: 1 }, 2],
  ["kills, an edit and retention, with locked rows", rows, { kills: 1, edits: 1, purges: 1 }, 2],
];
const more: typeof disturbances = [
  ["kills, an edit, a pause and a clock that jumps, on a file", file, { kills: 1, edits: 1, pauses: 1, jumps: 1 }, 2],
  ["kills, edits and pauses, on a file, for longer", file, { kills: 2, edits: 2, pauses: 1, sends: 1 }, 3],
  ["kills, an edit and a clock that jumps, with locked rows, for longer", rows, { kills: 1, edits: 1, jumps: 1 }, 2],
  ["kills, an edit and a pause, with locked rows", rows, { kills: 1, edits: 1, pauses: 1 }, 2],
  ["a pause and a clock that jumps, with locked rows, for longer", rows, { pauses: 1, jumps: 1 }, 2],
  ["kills, an edit and what people send, with locked rows", rows, { kills: 1, edits: 1, sends: 2 }, 2],
];

describe("two beats with three schedules, in every order of their statements", () => {
  it.each(long ? [...disturbances, ...more] : disturbances)(
    "lose and repeat nothing under %s",
    patience,
    (_name, design, budget, end) => {
      const { fault, states, names } = explore(design, budget, end);
      expect(fault).toBeUndefined();
      expect(states).toBeGreaterThan(500);
      expect([...names]).toEqual(
        expect.arrayContaining(["takeDue", "insertFiring", "insertRun", "moveCursor", "commit"]),
      );
    },
  );

  it("need the lock or the comparison, and are safe with one of them", patience, () => {
    const budget = { edits: 1, purges: 1 };
    expect(explore({ ...rows, locks: false }, budget, 1).fault).toBeUndefined();
    expect(explore({ ...rows, comparesAndSets: false }, budget, 1).fault).toBeUndefined();
  });
});

/** Each bug with what it does, so that a search which finds nothing has looked at it. */
describe("a bug that is planted is found", () => {
  it.each<[string, Partial<Design>, Partial<Budget>, RegExp]>([
    [
      "a cursor that is neither locked nor moved by compare-and-set",
      { isolation: "rows", locks: false, comparesAndSets: false },
      { purges: 1 },
      /was sent 2 times/,
    ],
    [
      "a cursor that is committed before its firing",
      { bug: "the cursor is committed before its firing" },
      { kills: 1 },
      /lies in 0 rows/,
    ],
    [
      "a clock's step back that withdraws what was sent",
      { bug: "what was sent is withdrawn" },
      { jumps: 2 },
      /has no run|was sent 2 times|is not held/,
    ],
    [
      "a held run whose firing is forgotten",
      { bug: "a held run keeps its firing" },
      {},
      /is held and its run does not wait/,
    ],
    ["an edit that forgets what passed", { bug: "an edit forgets what passed" }, { edits: 2 }, /lies in 0 rows/],
    [
      "a run that ends without the key of its lock",
      { ...rows, bug: "a run ends without the key of its lock" },
      {},
      /waits for task:1 although a slot is free/,
    ],
    [
      "a slot that is looked for and not taken",
      { ...rows, bug: "a slot is looked for and not taken" },
      { sends: 1 },
      /two runs have the slot|although a slot is free|runs wait for/,
    ],
  ])("%s", patience, (_name, design, budget, expected) => {
    const { fault } = explore({ ...file, ...design }, budget, 4);
    expect(fault?.text ?? "nothing").toMatch(expected);
    expect(fault?.path.length).toBeGreaterThan(1);
  });
});

it("gives the statements the names that they have in the adapters", () => {
  const sources = [
    "src/ledger/sqlite/fire-due.ts",
    "src/ledger/sqlite/write-firing.ts",
    "src/ledger/sqlite/withdraw.ts",
    "src/database/sqlite/run-statements.ts",
    "src/database/sqlite/insert-run.ts",
    "src/ledger/postgres/due-rows.ts",
    "src/ledger/postgres/fire-due.ts",
    "src/database/postgres/run-locks.ts",
    "src/run/postgres/add-runs.ts",
    "src/database/queries/withdraw.ts",
    "src/firing/decide.ts",
    "src/firing/run-lock.ts",
  ].map((path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const names = [...readme.matchAll(/`(\w+)`/g)].flatMap(([, name]) => name ?? []);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !sources.some((source) => new RegExp(`\\b${name}\\b`).test(source)))).toEqual([]);
});
