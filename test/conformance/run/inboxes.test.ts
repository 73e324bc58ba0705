import { LocalWake } from "../../../src/base/wake.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import type { RunStore } from "../../../src/run/run-store.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { StoreInbox } from "../../../src/run/store-inbox.ts";
import { RUNS_TOPIC } from "../../../src/run/topics.ts";
import { openTestDatabase } from "../../support/database.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { MemoryRunStore } from "../../support/memory-run-store.ts";
import { describeInbox, type InboxBench } from "./describe-inbox.ts";
import { start } from "./run-bench.ts";

/** `quiet` is a store on the same runs that tells nobody. */
function bench(runs: RunStore, quiet: RunStore, wake: LocalWake, close = async () => {}): InboxBench {
  const clock = new FakeClock(start);
  let asked = 0;
  const counted: RunStore = Object.create(runs, {
    claim: {
      value: (request: Parameters<RunStore["claim"]>[0]) => {
        asked += 1;
        return runs.claim(request);
      },
    },
  });
  for (const method of ["giveBack", "sweep", "nextScheduledAt"] as const) {
    Object.defineProperty(counted, method, { value: runs[method].bind(runs) });
  }
  return {
    inbox: new StoreInbox({ runs: counted, wake, clock, processId: 1, queues: ["default"] }),
    clock,
    async send(run, quietly = false) {
      await (quietly ? quiet : runs).add([run]);
    },
    stateOf: async (id) => (await runs.find(id))?.state,
    asked: () => asked,
    sleeps: () => clock.waiting > 0,
    leftBehind: () => clock.waiting,
    close,
  };
}

describeInbox("plain objects", async () => {
  const wake = new LocalWake();
  let isTelling = true;
  const runs = new MemoryRunStore(() => isTelling && wake.tell(RUNS_TOPIC));
  const quiet: Pick<RunStore, "add"> = {
    async add(sent) {
      isTelling = false;
      const answers = await runs.add(sent);
      isTelling = true;
      return answers;
    },
  };
  return bench(runs, quiet as RunStore, wake);
});

describeInbox("SQLite", async () => {
  const database = await openTestDatabase();
  const wake = new LocalWake();
  const runs = new SqliteRunStore(database.hot, () => wake.tell(RUNS_TOPIC));
  return bench(runs, new SqliteRunStore(database.hot), wake, () => database.close());
});

const emptied = emptiedPostgres();

describeInbox("PostgreSQL", async () => {
  const { hot } = await emptied();
  const wake = new LocalWake();
  const runs = new PostgresRunStore(hot, () => wake.tell(RUNS_TOPIC));
  return bench(runs, new PostgresRunStore(hot), wake);
});
