import Sqlite, { type Database } from "better-sqlite3";
import { openSqliteWriter } from "../../src/database/sqlite/open-sqlite.ts";
import type { Attempt, NewRun, Run } from "../../src/run/run.ts";
import { SqliteLogStore } from "../../src/run/sqlite/sqlite-log-store.ts";
import { SqliteRunStore } from "../../src/run/sqlite/sqlite-run-store.ts";
import { eventually } from "./eventually.ts";
import { makeTables } from "./make-tables.ts";
import { createTestProject, type TestProject } from "./project.ts";

/** A migrated project whose runs the test sends and looks at itself, beside the processes that execute them. */
export interface WorkerProject {
  readonly project: TestProject;
  readonly db: Database;
  readonly runs: SqliteRunStore;
  /** Sends a task that takes args and kwargs. Answers the run's id. */
  send(task: string, changes?: Partial<NewRun>): Promise<string>;
  /** Sends several with one commit, so that one claim can take them. */
  sendAll(sent: readonly (readonly [task: string, changes?: Partial<NewRun>])[]): Promise<readonly string[]>;
  find(id: string): Promise<Run>;
  /** Waits until a run has ended. */
  ended(id: string, within?: number): Promise<Run>;
  attempts(id: string): readonly Pick<Attempt, "number" | "outcome">[];
  log(id: string): Promise<string>;
  close(): Promise<void>;
}

export async function createWorkerProject(
  files: Readonly<Record<string, string>>,
  { databaseFile }: { readonly databaseFile?: string } = {},
): Promise<WorkerProject> {
  const project = createTestProject(files);
  const file = databaseFile ?? project.databaseFile;
  await makeTables(file);
  const db = new Sqlite(file);
  const connection = openSqliteWriter({ file, durability: "process" });
  const runs = new SqliteRunStore(connection);
  const logs = new SqliteLogStore(connection);
  let sent = 0;

  const find = async (id: string) => {
    const run = await runs.find(id);
    if (run === undefined) throw new Error(`there is no run '${id}'`);
    return run;
  };
  const sendAll: WorkerProject["sendAll"] = async (list) => {
    const now = Date.now();
    const added = list.map(([task, changes]): NewRun => {
      sent += 1;
      return {
        id: `${task} ${sent}`,
        task,
        payload: { args: [], kwargs: {} },
        queue: "default",
        priority: 5,
        options: {},
        origin: { kind: "api" },
        availableAt: now,
        queuedAt: now,
        ...changes,
      };
    });
    await runs.add(added);
    return added.map(({ id }) => id);
  };

  return {
    project,
    db,
    runs,
    sendAll,
    find,
    async send(task, changes) {
      const [id = ""] = await sendAll([changes === undefined ? [task] : [task, changes]]);
      return id;
    },
    ended: (id, within = 60_000) =>
      eventually(
        async () => {
          const run = await find(id);
          return run.endedAt !== undefined && run;
        },
        { within, what: () => `run '${id}' to end` },
      ),
    attempts: (id) =>
      db.prepare<[string], Attempt>("select number, outcome from attempt where run_id = ? order by number").all(id),
    async log(id) {
      return (await logs.read(id, 0, 1_000)).map(({ text }) => text).join("");
    },
    async close() {
      await project.close();
      connection.close();
      db.close();
    },
  };
}
