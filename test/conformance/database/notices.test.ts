import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { Notices } from "../../../src/database/postgres/notices.ts";
import { eventually } from "../../support/eventually.ts";
import { openPostgresTestDatabase, type PostgresTestDatabase } from "../../support/postgres-database.ts";

let database: PostgresTestDatabase;
const open: Notices[] = [];
beforeEach(async () => {
  database = await openPostgresTestDatabase();
});
afterEach(async () => {
  for (const notices of open.splice(0)) await notices.close();
  await database.close();
});

/** A process, and what it has heard; it listens when this resolves. */
async function process() {
  const heard: (readonly string[] | undefined)[] = [];
  const { driver, settings } = database;
  const notices = new Notices({ driver, settings, clock: systemClock, heard: (topics) => heard.push(topics) });
  open.push(notices);
  await eventually(() => heard.length > 0);
  heard.splice(0);
  return { notices, heard };
}

describe("notices of changes", () => {
  it("are heard by every other process, and not by the one that tells", async () => {
    const [one, two, three] = [await process(), await process(), await process()];
    one.notices.tell("runs");
    await eventually(() => two.heard.length > 0 && three.heard.length > 0);
    two.notices.tell("schedules");
    await eventually(() => one.heard.length > 0 && three.heard.length > 1);
    expect([one.heard, two.heard, three.heard]).toEqual([[["schedules"]], [["runs"]], [["runs"], ["schedules"]]]);
  });

  it("are few where much is told", async () => {
    const [one, two] = [await process(), await process()];
    for (let n = 0; n < 1_000; n += 1) one.notices.tell(n % 2 === 0 ? "runs" : "schedules");
    await eventually(() => two.heard.flat().includes("schedules"));
    expect(two.heard.length).toBeLessThanOrEqual(3);
  });

  it("are sent before it closes, also by one that has only just begun", async () => {
    const listener = await process();
    const { driver, settings } = database;
    const brief = new Notices({ driver, settings, clock: systemClock, heard: () => {} });
    brief.tell("runs");
    await brief.close();
    await eventually(() => listener.heard.length > 0);
    expect(listener.heard).toEqual([["runs"]]);
  });

  it("go on when the connection is back, and whoever missed some looks", async () => {
    const [one, two] = [await process(), await process()];
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like '%listen hyoshi%' and pid <> pg_backend_pid()`.execute(
      database.db,
    );
    await eventually(() => one.heard.includes(undefined) && two.heard.includes(undefined), { within: 20_000 });
    one.notices.tell("runs");
    await eventually(() => two.heard.some((topics) => topics?.includes("runs")));
  });
});
