import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import type { Json } from "../../src/base/json.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { type LiveRow, liveRun } from "../../src/database/queries/run-columns.ts";
import { decodeTask } from "../../src/message/decode-task.ts";
import type { TaskMessage } from "../../src/message/task-message.ts";
import { createRedisResults } from "../../src/result/redis/redis-results.ts";
import { messageOfRun } from "../../src/run/run-message.ts";
import { openCanvasBench, projectTasks } from "../support/canvas-bench.ts";
import { envelopeOfRedis, type RunStep, runSamples } from "../support/celery-samples.ts";
import { eventually } from "../support/eventually.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ forgetful: true });
});
afterAll(() => server?.stop());

const kinds = [
  ...["success", "group", "chain", "chain-fail", "link", "link-multi", "link-error", "link-error-remote"],
  ...["chord", "chord-nested", "chord-of-groups", "chord-fail"],
];
const names = [
  ...kinds.map((kind) => `celery56-run-${kind}`),
  // It gives a chord that is a chain's step another group's id than the client has.
  ...kinds.filter((kind) => kind !== "chord-of-groups").map((kind) => `celery52-run-${kind}`),
];

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The same with every id that the client has not fixed as `#`: workers make these anew. */
function withFixedIds<T>(value: T, fixed: ReadonlySet<string>): T {
  return JSON.parse(JSON.stringify(value).replace(uuid, (id) => (fixed.has(id) ? id : "#"))) as T;
}

/**
 * What a worker has sent, as far as it does not depend on when, where and on its version: 5.2 leaves an index out that nobody asks for, and an option
 * of null is none.
 */
function shownMessage({ task, args, kwargs, embed, groupId, groupIndex, parentId, rootId, id }: TaskMessage) {
  const index = embed.chord === undefined ? {} : { groupIndex };
  const followedBy = JSON.parse(JSON.stringify(embed, (_, value: unknown) => value ?? undefined)) as Json;
  return { id, task, args, kwargs, embed: followedBy, groupId, ...index, parentId, rootId };
}

interface StoredRecord {
  readonly task_id: string;
  readonly status: string;
  readonly result: Json;
  readonly children: Json;
  readonly group_id?: string;
  readonly parent_id?: string;
}

/** Of exceptions their class: the text after it is the task's own. */
function shownRecord({ task_id, status, result, children, group_id, parent_id }: StoredRecord) {
  const exception = status === "SUCCESS" ? undefined : (result as { exc_type: string }).exc_type;
  return {
    task_id,
    status,
    ...(exception === undefined ? { result } : { exception }),
    ...(status === "SUCCESS" ? { children, group_id } : {}),
    parent_id,
  };
}

const has =
  <K extends string>(key: K) =>
  (step: RunStep): step is Extract<RunStep, Record<K, unknown>> =>
    key in step;
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe("a worker does with Celery's own messages what Celery's worker did", () => {
  it.each(names)("%s", async (name) => {
    const sample = runSamples[name];
    if (sample === undefined) throw new Error(`there is no sample ${name}`);
    const sent = sample.steps.filter(has("sent")).map((step) => decodeTask(envelopeOfRedis(step.sent)));
    const client = sent[0]?.origin;
    const [asked, byWorker] = [
      sent.filter(({ origin }) => origin === client),
      sent.filter(({ origin }) => origin !== client),
    ];
    const fixed = new Set(JSON.stringify(asked).match(uuid));
    const results = createRedisResults({
      ...{ url: server.url, keyPrefix: `${name}:`, clock: systemClock, logger: silentLogger },
    });
    const bench = await openCanvasBench(results);
    try {
      const groups = new Set(asked.map(({ groupId }) => groupId));
      for (const { size, key } of sample.steps.filter(has("size"))) {
        const [groupId = ""] = key.match(uuid) ?? [];
        // The client tells the size of what it has sent itself.
        if (groups.has(groupId)) await results.startChord(groupId, size, []);
      }
      // What a task of somewhere else would have done is of no interest here.
      await bench.startWorker([...projectTasks()]);
      await bench.send(asked);

      const stored = sample.steps.filter(has("stored")).map((step) => JSON.parse(step.stored) as StoredRecord);
      const last = [...new Map(stored.map((record) => [record.task_id, record])).values()];
      const expected = last.filter(({ task_id }) => fixed.has(task_id)).map(shownRecord);
      for (const { task_id, status } of expected) await bench.recordOf(task_id, status);
      const rows = async () => {
        const tables = (["run_live", "run_done"] as const).map((table) =>
          bench.database.db.selectFrom(table).selectAll().execute(),
        );
        // What never begins has a row that nobody has sent.
        const isSent = (row: object) => !("error" in row && String(row.error).includes('"not_reached"'));
        const others = (await Promise.all(tables))
          .flat()
          .filter(({ id }) => !asked.some((message) => message.id === id));
        return others.filter(isSent);
      };
      await eventually(async () => (await rows()).length >= byWorker.length);

      const told = await results.read(expected.map(({ task_id }) => task_id));
      const records = told.map((record) =>
        shownRecord({
          task_id: record?.id ?? "",
          status: record?.state ?? "",
          result: record?.result ?? null,
          children: [...(record?.children ?? [])],
          ...(record?.groupId === undefined ? {} : { group_id: record.groupId }),
          ...(record?.parentId === undefined ? {} : { parent_id: record.parentId }),
        }),
      );
      expect(withFixedIds(records, fixed)).toEqual(withFixedIds(expected, fixed));
      const followed = (await rows()).map((row) => shownMessage(messageOfRun(liveRun(row as unknown as LiveRow))));
      expect(withFixedIds(followed, fixed).sort(byText)).toEqual(
        withFixedIds(byWorker.map(shownMessage), fixed).sort(byText),
      );
    } finally {
      await bench.close();
      await results.close();
    }
  });
});
