import { afterEach, beforeEach, expect, test } from "vitest";
import { systemActor } from "../../src/account/permission.ts";
import { type AnyTestDatabase, openAnyTestDatabase } from "../support/any-database.ts";
import { createTestCatalog, type TestCatalog } from "../support/catalog.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/seeded-random.ts";

let database: AnyTestDatabase;
let clock: FakeClock;
let testCatalog: TestCatalog;
beforeEach(async () => {
  database = await openAnyTestDatabase();
  clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  testCatalog = createTestCatalog(database, clock);
});
afterEach(() => database.close());

const by = systemActor("test");
const everySecond = { kind: "interval", every: 1, period: "seconds" };
const input = (name: string) => ({ name, task: "tapp_a.hello", schedules: [everySecond] });

/** How many succeeded, and with which codes the others failed. */
async function outcomes(work: readonly Promise<unknown>[]) {
  const settled = await Promise.allSettled(work);
  const codes = settled.flatMap((one) => (one.status === "rejected" ? [(one.reason as { code: string }).code] : []));
  return { succeeded: settled.length - codes.length, codes };
}

test("of changes that were made from one version at once, one is kept and the others are told", async () => {
  const { editor } = testCatalog.catalog;
  const { id, version, schedules } = await editor.save(input("first"), undefined, by);
  const kept = [{ ...everySecond, id: schedules[0]?.id }];
  const changes = Array.from({ length: 6 }, (_, n) =>
    editor.save({ ...input(`changed ${n}`), schedules: kept }, { id, version }, by),
  );
  expect(await outcomes(changes)).toEqual({ succeeded: 1, codes: Array(5).fill("stale_version") });
});

test("a name that several take at once is one's, and the others are told that it is taken", async () => {
  const { editor } = testCatalog.catalog;
  const taken = await outcomes(Array.from({ length: 6 }, () => editor.save(input("wanted"), undefined, by)));
  expect(taken.succeeded).toBe(1);
  expect(new Set(taken.codes).size).toBe(1);
});

test("edits while two beats fire leave each nominal time in one row", async () => {
  const { editor } = testCatalog.catalog;
  const random = seededRandom(7);
  const tasks: { readonly id: number }[] = [];
  for (const name of ["a", "b", "c"]) tasks.push(await editor.save(input(name), undefined, by));
  const edits = [
    (id: number) => editor.setEnabled(id, true, by),
    (id: number) => editor.setEnabled(id, false, by),
    (id: number) => editor.pause(id, { reason: "deploy", untilAt: null }, by),
    (id: number) => editor.resume(id, by),
  ];
  for (let round = 0; round < 40; round += 1) {
    await clock.advance(1_000);
    const edit = () => {
      const task = tasks[Math.floor(random() * tasks.length)];
      return edits[Math.floor(random() * edits.length)]?.(task?.id ?? 0);
    };
    await Promise.all([testCatalog.fire(), edit(), testCatalog.fire(), edit()]);
  }
  await testCatalog.fire();
  const cursors = await database.db.selectFrom("schedule_cursor").selectAll().execute();
  expect(cursors).toHaveLength(3);
  for (const { schedule_id, accounted_from, accounted_to } of cursors) {
    const rows = await database.db
      .selectFrom("firing")
      .selectAll()
      .where("schedule_id", "=", schedule_id)
      .orderBy("nominal_at")
      .execute();
    let at = accounted_from;
    for (const row of rows) {
      expect(row.nominal_at - at).toBe(1_000);
      at = row.through_at;
    }
    expect(accounted_to - at).toBeLessThan(1_000);
  }
});
