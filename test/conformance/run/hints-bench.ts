import { silentLogger } from "../../../src/base/logger.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { LocalWake } from "../../../src/base/wake.ts";
import type { Broker } from "../../../src/broker/broker.ts";
import type { Envelope } from "../../../src/message/envelope.ts";
import { BrokerInbox } from "../../../src/run/broker-inbox.ts";
import { MessageCodec } from "../../../src/run/message-codec.ts";
import { MessageSeal } from "../../../src/run/message-seal.ts";
import { Relay } from "../../../src/run/relay.ts";
import type { NewRun, RecordRule } from "../../../src/run/run.ts";
import type { ClaimedRun } from "../../../src/run/run-store.ts";
import { SqlDeadLetterStore } from "../../../src/run/sql/sql-dead-letter-store.ts";
import { SqlRunArchive } from "../../../src/run/sql/sql-run-archive.ts";
import { SqliteLogStore } from "../../../src/run/sqlite/sqlite-log-store.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { UNPUBLISHED_TOPIC } from "../../../src/run/topics.ts";
import { UnrecordedRuns } from "../../../src/run/unrecorded-runs.ts";
import { openTestDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { newRun, start } from "./run-bench.ts";

export type HintsBench = Awaited<ReturnType<typeof openHintsBench>>;
/** One project on a broker: its database, and processes that relay and take. The clock stands still unless it is told to go on. */
export async function openHintsBench(openBroker: () => Broker) {
  const database = await openTestDatabase();
  const { hot, db, reader } = database;
  const clock = new FakeClock(start);
  const wake = new LocalWake();
  const carriage = { arrival: "unpublished", reports: true } as const;
  const options = { carriage, tellUnpublished: () => wake.tell(UNPUBLISHED_TOPIC) };
  const runs = new SqliteRunStore(hot, undefined, options);
  const letters = new SqlDeadLetterStore(db, reader);
  const codecOf = (key: string) => new MessageCodec({ seal: new MessageSeal(async () => key), origin: "gen1@host" });
  const codec = codecOf("the project's key");
  await codec.ready();
  const brokers: Broker[] = [];
  const opened = () => {
    const broker = openBroker();
    brokers.push(broker);
    return broker;
  };
  const own = opened();
  const shared = { runs, codec, letters, clock, logger: silentLogger };
  const closing: (() => Promise<void>)[] = [];
  let stopped = false;

  const bench = {
    ...{ clock, runs, letters, codec, codecOf, opened },
    broker: own,
    stateOf: async (id: string) => (await runs.find(id))?.state,
    letterOf: async (runId: string) => (await letters.list({ limit: 100 })).items.find((one) => one.runId === runId),
    /** A process that hands runs over; `failing` stands in the place of the broker. */
    async relay(failing?: Pick<Broker, "publish" | "depth">): Promise<Relay> {
      const state: Broker["state"] = () => ({ kind: "connected" });
      const broker = failing === undefined ? opened() : ({ state, ...failing } as Broker);
      const relay = new Relay({ ...shared, broker, wake, random: systemRandom });
      closing.push(async () => {
        const ended = relay.stop();
        await clock.advance(10_000);
        await ended;
      });
      await relay.start();
      return relay;
    },
    /** A process that takes what comes, and does nothing with it. */
    async worker(
      name: string,
      { record = "all" as RecordRule, tasks = ["tapp_a.hello"], onLost = "retry" as "retry" | "fail" } = {},
    ) {
      const insert = hot.prepare(`insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ('worker', ?, 'host', 1, 0, ?, 0, '{}')`);
      const processId = Number(insert.run(name, start + 3_000_000_000).lastInsertRowid);
      for (const task of tasks) {
        hot
          .prepare(
            "insert into announced_task (task, schema_hash, process_id, announcement, announced_at) values (?, '', ?, '{}', 0)",
          )
          .run(task, processId);
      }
      const unrecorded = new UnrecordedRuns({
        ...{ runs, clock, worker: name },
        logs: new SqliteLogStore(hot),
        archive: new SqlRunArchive(db),
      });
      const inbox = new BrokerInbox({
        ...{ ...shared, broker: opened(), unrecorded, processId },
        queues: ["default"],
        prefetch: 20,
        recordOf: (task) => (tasks.includes(task) ? record : undefined),
        onLostOf: () => onLost,
        isKnownElsewhere: async () => false,
      });
      const taken: ClaimedRun[] = [];
      const abort = new AbortController();
      const loop = (async () => {
        for (;;) {
          const claimed = await inbox.take(10, abort.signal);
          // Told to stop, or closed.
          if (claimed.length === 0) return;
          taken.push(...claimed);
        }
      })();
      closing.push(async () => {
        abort.abort();
        await loop;
      });
      return {
        ...{ processId, inbox, unrecorded, taken },
        async takes(id: string, nth = 1): Promise<ClaimedRun> {
          return eventually(() => taken.filter((run) => run.id === id)[nth - 1], { what: () => `'${id}' to be taken` });
        },
        /** Once so many messages have been decided in this way. */
        decides: (kind: keyof typeof inbox.statistics, count = 1) =>
          eventually(() => inbox.statistics[kind] >= count, {
            what: () => `${count} ${kind}, not ${JSON.stringify(inbox.statistics)}`,
          }),
        /** Its lease ends. */
        async dies(): Promise<void> {
          hot.prepare("update process set lease_until = 0 where id = ?").run(processId);
          await runs.sweep(clock.now());
        },
      };
    },
    /** Puts a message into the queue, as anybody who can write to the broker may. */
    async put(envelope: Envelope): Promise<void> {
      await own.publish([{ queue: "default", priority: 5, envelope }]);
    },
    /** The message that the project publishes for a run whose row is written. */
    envelopeOf(
      id: string,
      {
        isRecorded = true,
        retries = 0,
        by = codec,
        ...changes
      }: Partial<NewRun> & { isRecorded?: boolean; retries?: number; by?: MessageCodec } = {},
    ): Envelope {
      return by.write({ ...newRun(id, changes), retries }, { isRecorded, now: clock.now() }).envelope;
    },
    purge(id: string): void {
      hot.prepare("delete from run_done where id = ?").run(id);
    },
    async close(): Promise<void> {
      if (stopped) return;
      stopped = true;
      for (const close of closing.splice(0).reverse()) await close();
      for (const broker of brokers) await broker.close();
      await database.close();
    },
  };
  return bench;
}
