import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FinishedRun, RunArchive } from "../../../src/run/run-archive.ts";
import { SqlRunArchive } from "../../../src/run/sql/sql-run-archive.ts";
import { openTestDatabase } from "../../support/database.ts";
import { openPostgresTestDatabase } from "../../support/postgres-database.ts";

const at = Date.UTC(2026, 0, 1);
const run = (id: string, parts: Partial<FinishedRun> = {}): FinishedRun => ({
  ...{ id, task: "a.b", payload: { args: ["\0"], kwargs: {} }, queue: "default", priority: 5, options: {} },
  ...{ origin: { kind: "import" }, state: "succeeded", queuedAt: at, availableAt: at, endedAt: at + 1_000, attempt: 1 },
  ...parts,
});

describe.each([
  ["SQLite", openTestDatabase],
  ["PostgreSQL", openPostgresTestDatabase],
])("runs that ended elsewhere, on %s", (_name, open) => {
  let database: Awaited<ReturnType<typeof open>>;
  let archive: RunArchive;
  beforeEach(async () => {
    database = await open();
    archive = new SqlRunArchive(database.db);
  });
  afterEach(() => database.close());

  it("are taken in once, and what is here stays as it is", async () => {
    expect(await archive.add([run("a", { result: { ok: "\u0000" } }), run("b", { state: "failed" })])).toEqual([
      true,
      true,
    ]);
    const error = { name: "Error", message: "another", stack: "at …" };
    expect(await archive.add([run("c", { error, worker: "w", startedAt: at }), run("a", { state: "lost" })])).toEqual([
      true,
      false,
    ]);
    expect(await archive.states(["a", "b", "c", "d"])).toEqual(
      new Map([
        ["a", "succeeded"],
        ["b", "failed"],
        ["c", "succeeded"],
      ]),
    );
    expect(await archive.add([])).toEqual([]);
  });

  it("leave alone a run of that id that has not ended here", async () => {
    const unread = {
      input: "{}",
      options: "{}",
      origin: "{}",
      queue: "default",
      priority: 5,
      available_at: at,
      queued_at: at,
    };
    await database.db
      .insertInto("run_live")
      .values({ ...unread, id: "live", task: "a.b", state: "ready" } as never)
      .execute();
    expect(await archive.add([run("live"), run("new")])).toEqual([false, true]);
    expect((await archive.states(["live"])).get("live")).toBe("ready");
  });

  it("become children of another one, unless they have a parent", async () => {
    await archive.add([run("group"), run("a"), run("b", { parentId: "other" })]);
    await archive.adopt("group", ["a", "b", "unknown"]);
    const rows = await database.db.selectFrom("run_done").select(["id", "parent_id"]).orderBy("id").execute();
    expect(rows).toEqual([
      { id: "a", parent_id: "group" },
      { id: "b", parent_id: "other" },
      { id: "group", parent_id: null },
    ]);
  });
});
