import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { HyoshiError } from "../../src/base/error.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { systemRandom, uuidv7 } from "../../src/base/random.ts";
import { decodeTask } from "../../src/message/decode-task.ts";
import type { Embed, TaskMessage, WireSignature } from "../../src/message/task-message.ts";
import { createRedisResults } from "../../src/result/redis/redis-results.ts";
import type { ResultBackend } from "../../src/result/result-backend.ts";
import { task } from "../../src/task/task.ts";
import { type CanvasBench, openCanvasBench, projectTasks } from "../support/canvas-bench.ts";
import { envelopeOfRedis, sentSamples } from "../support/celery-samples.ts";
import { eventually } from "../support/eventually.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ forgetful: true });
});
afterAll(() => server?.stop());

const newId = () => uuidv7(Date.now(), systemRandom);
const settings = () => ({ url: server.url, clock: systemClock, logger: silentLogger });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const dying = (results: ResultBackend, runs: CanvasBench["runs"], archive: CanvasBench["archive"]) => ({
  ...{ results, chords: results, runs, archive },
});

async function open(
  results: ResultBackend = createRedisResults(settings()),
): Promise<CanvasBench & { results: ResultBackend }> {
  closing.push(() => results.close());
  const bench = await openCanvasBench(results);
  closing.push(() => bench.close());
  return { ...bench, results };
}

function message(
  name: string,
  args: TaskMessage["args"],
  part: Partial<TaskMessage> & { embed?: Embed } = {},
): TaskMessage {
  return { id: newId(), task: `proj.${name}`, args, kwargs: {}, embed: {}, retries: 0, headers: {}, ...part };
}

function signature(
  name: string,
  args: TaskMessage["args"],
  options: Record<string, never> | object = {},
): WireSignature {
  return {
    task: `proj.${name}`,
    args,
    kwargs: {},
    options: options as WireSignature,
    subtask_type: null,
    immutable: false,
  };
}

/** What a client sends for a chord of these members. */
function chordOf(members: readonly (readonly [string, TaskMessage["args"]])[], body: WireSignature) {
  const groupId = newId();
  return {
    groupId,
    messages: members.map(([name, args], groupIndex) =>
      message(name, args, { groupId, groupIndex, embed: { chord: body } }),
    ),
  };
}

const messagesOf = (sample: string) =>
  (sentSamples[sample]?.messages ?? []).map(({ raw }) => decodeTask(envelopeOfRedis(raw)));

describe("a chord", () => {
  it("sends its body once, with the results in order, whoever of several workers ends its members when", async () => {
    const { startWorker, send, recordOf, results } = await open();
    const calls: unknown[] = [];
    const slow = task("proj.slow", {
      run: async ({ args: [n] }) => {
        await new Promise((resolve) => setTimeout(resolve, (Number(n) * 37) % 50));
        return n ?? null;
      },
    });
    const tasks = [...projectTasks((name, args) => void (name === "echo" && calls.push(args))), slow];
    await startWorker(tasks, { concurrency: 3 });
    await startWorker(tasks, { concurrency: 3 });
    const id = newId();
    const numbers = Array.from({ length: 24 }, (_, n) => n);
    const chord = chordOf(
      numbers.map((n) => ["slow", [n]]),
      signature("echo", [], { task_id: id }),
    );
    await results.startChord(chord.groupId, 24, []);
    await send(chord.messages);
    expect((await recordOf(id)).result).toEqual([numbers]);
    expect(calls).toEqual([[numbers]]);
  });

  it("fails its body, what comes after it, and tells its errbacks, when a member has failed", async () => {
    const { startWorker, send, recordOf, results } = await open();
    await startWorker(projectTasks());
    const [body, next, errback] = [newId(), newId(), newId()];
    const chord = chordOf(
      [
        ["add", [1, 1]],
        ["fail", ["no"]],
        ["add", [2, 2]],
      ],
      signature("xsum", [], {
        task_id: body,
        chain: [signature("add", [1], { task_id: next })],
        link_error: [signature("on_error_id", [], { task_id: errback })],
      }),
    );
    await results.startChord(chord.groupId, 3, []);
    await send(chord.messages);
    const failed = chord.messages[1]?.id;
    const chordError = {
      exc_type: "ChordError",
      exc_message: [`Dependency ${failed} raised ValueError('no')`],
      exc_module: "celery.exceptions",
    };
    expect((await recordOf(body, "FAILURE")).result).toEqual(chordError);
    expect((await recordOf(next, "FAILURE")).result).toEqual(chordError);
    expect((await recordOf(errback)).result).toBe(`error of ${body}`);
  });

  it("may hold a chain, and end in one", async () => {
    const { startWorker, send, recordOf, results } = await open();
    await startWorker(projectTasks());
    await results.startChord("68ab9e22-00af-4639-8746-b07dbbfb466e", 2, []);
    await send(messagesOf("celery56-send-chord-chain-header"));
    expect((await recordOf("c447d3b5-86b0-4f3c-9a64-3dbcaad12537")).result).toBe(17);
  });

  it("may be a member of another one", async () => {
    const { startWorker, send, recordOf, results } = await open();
    await startWorker(projectTasks());
    await results.startChord("7b4c101e-47a5-4b8b-8c37-2b4d5a6e7f80", 2, []);
    const messages = messagesOf("celery56-send-chord-in-chord");
    for (const groupId of new Set(messages.map(({ groupId }) => groupId)))
      await results.startChord(groupId ?? "", 2, []);
    await send(messages);
    expect((await recordOf("e04cf9dc-5e9c-4689-b9d4-4e731eef28c5")).result).toBe(12);
  });
});

describe("tasks that every worker of Celery's knows", () => {
  it("map and spread what they are given", async () => {
    const { startWorker, send, recordOf } = await open();
    await startWorker(projectTasks());
    const messages = messagesOf("celery56-send-map-starmap-chunks");
    await send(messages);
    const results = await Promise.all(messages.map(({ id }) => recordOf(id)));
    expect(results.map(({ result }) => result)).toEqual([
      [3, 7],
      [1, 2],
      [0, 2],
      [4, 6],
    ]);
  });

  it("fail with what failed, and with the name of what is not known", async () => {
    const { startWorker, send, recordOf } = await open();
    await startWorker(projectTasks());
    const map = (name: string) =>
      message("", [], { task: "celery.map", kwargs: { task: signature(name, []), it: ["x", "y"] } });
    const [failing, unknown] = [map("fail"), map("nowhere")];
    await send([failing, unknown]);
    expect((await recordOf(failing.id, "FAILURE")).result).toMatchObject({
      exc_type: "ValueError",
      exc_message: ["x"],
    });
    expect((await recordOf(unknown.id, "FAILURE")).result).toMatchObject({ exc_type: "NotRegistered" });
  });

  it("accumulate, clean up, and wait for a chord that nobody counts", async () => {
    const { startWorker, send, recordOf, runs } = await open();
    await startWorker(projectTasks());
    const builtIn = (name: string, args: TaskMessage["args"], kwargs = {}) =>
      message("", args, { task: `celery.${name}`, kwargs });
    const all = builtIn("accumulate", [1, 2]);
    const first = builtIn("accumulate", [[5], 2], { index: 0 });
    const cleanUp = builtIn("backend_cleanup", []);
    await send([all, first, cleanUp]);
    expect((await recordOf(all.id)).result).toEqual([1, 2]);
    expect((await recordOf(first.id)).result).toEqual([5]);
    expect((await recordOf(cleanUp.id)).result).toBeNull();

    const [unlock, ...members] = messagesOf("celery56-send-chord-unlock") as [TaskMessage, ...TaskMessage[]];
    await send([unlock]);
    await eventually(async () => (await runs.find(unlock.id))?.state === "scheduled");
    await send(members);
    expect((await recordOf("b9dfe061-d215-4202-b931-7d9ad1de4392")).result).toBe(6);
    // It was put back, and not tried in vain.
    expect(await runs.find(unlock.id)).toMatchObject({ state: "succeeded", attempt: 1, retries: 0 });
  });
});

describe("a client of Celery's is told", () => {
  it("of retries and of the end", async () => {
    const { startWorker, send, recordOf } = await open();
    let calls = 0;
    const flaky = task("proj.flaky", {
      retry: { limit: 2, delayMs: 300, jitter: false },
      run: () => {
        calls += 1;
        if (calls === 1) throw new TypeError("not yet");
        return calls;
      },
    });
    await startWorker([flaky]);
    const sent = message("flaky", []);
    await send([sent]);
    expect(await recordOf(sent.id, "RETRY")).toMatchObject({
      result: { exc_type: "TypeError", exc_message: ["not yet"], exc_module: "builtins" },
      dateDone: null,
    });
    expect((await recordOf(sent.id)).result).toBe(2);
  });

  it("that a run has begun, where that is tracked", async () => {
    const { startWorker, send, recordOf, results, runs, archive } = await open();
    let end = () => {};
    const waits = task("proj.waits", { run: () => new Promise<void>((resolve) => (end = resolve)) });
    await startWorker([waits], { reporting: { results, chords: results, runs, archive, trackStarted: true } });
    const sent = message("waits", []);
    await send([sent]);
    const started = await recordOf(sent.id, "STARTED");
    expect(started.result).toEqual({ pid: process.pid, hostname: "w1@worker.example" });
    end();
    await recordOf(sent.id);
  });

  it("of what a task has sent", async () => {
    const { startWorker, send, recordOf } = await open();
    const spawn = task("proj.spawn", {
      run: async (_, context) => [
        (await context.send("proj.add", { args: [1, 1] })).id,
        (await context.send("proj.add", { args: [2, 2] })).id,
      ],
    });
    await startWorker([...projectTasks(), spawn]);
    const sent = message("spawn", []);
    await send([sent]);
    const { result, children } = await recordOf(sent.id);
    const [a, b] = result as [string, string];
    expect(children).toEqual([
      [[a, null], null],
      [[b, null], null],
    ]);
    expect((await recordOf(b)).parentId).toBe(sent.id);
  });

  it("nothing of a result that it does not want", async () => {
    const { startWorker, send, results, runs } = await open();
    await startWorker(projectTasks());
    const sent = message("add", [1, 2], { ignoreResult: true });
    await send([sent]);
    await eventually(async () => (await runs.find(sent.id))?.state === "succeeded");
    expect(await results.read([sent.id])).toEqual([undefined]);
    expect(await runs.unreported({ limit: 10, before: Number.MAX_SAFE_INTEGER })).toEqual([]);
  });

  it("of runs that ended without a worker's doing: cancelled, expired, lost", async () => {
    const { startWorker, send, recordOf, runs, database } = await open();
    const [cancelled, expired, lost] = [
      message("add", [1, 2]),
      message("add", [1, 2], { expires: Date.now() - 1 }),
      message("add", [1, 2]),
    ];
    await send([cancelled, expired, lost]);
    await runs.cancel({ ids: [cancelled.id], by: "ada", now: Date.now() });
    const errback = newId();
    database.hot
      .prepare(
        "update run_live set state = 'running', process_id = 99999, attempt = 1, attempt_started_at = 1, started_at = 1, lost = 5, wire = ? where id = ?",
      )
      .run(JSON.stringify({ embed: { errbacks: [signature("on_error_id", [], { task_id: errback })] } }), lost.id);
    await startWorker(projectTasks());
    const revoked = (why: string) => ({
      exc_type: "TaskRevokedError",
      exc_message: [why],
      exc_module: "celery.exceptions",
    });
    expect((await recordOf(cancelled.id, "REVOKED")).result).toEqual(revoked("revoked"));
    expect((await recordOf(expired.id, "REVOKED")).result).toEqual(revoked("expired"));
    expect((await recordOf(lost.id, "FAILURE")).result).toMatchObject({ exc_type: "WorkerLostError" });
    expect((await recordOf(errback)).result).toBe(`error of ${lost.id}`);
  });
});

describe("a worker that dies", () => {
  /** Its result backend does not answer this call any more: as if the worker had been killed there. */
  function dyingAt(results: ResultBackend, call: "store" | "endChord" | "chordPart"): ResultBackend {
    const buried = Promise.withResolvers<never>();
    buried.promise.catch(() => {});
    closing.push(async () => buried.reject(new HyoshiError("results_away", "the test is over")));
    return new Proxy(results, {
      get(target, key) {
        if (key === call) {
          return async (...asked: never[]) => {
            if (call !== "store") await (target[call] as (...args: never[]) => Promise<unknown>)(...asked);
            return buried.promise;
          };
        }
        const value = Reflect.get(target, key) as unknown;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }

  it("between a run's end and its report is replaced by another one, and the chain's next step is sent once", async () => {
    const { startWorker, send, recordOf, results, runs, archive } = await open();
    const calls: unknown[] = [];
    const tasks = projectTasks((name, args) => calls.push([name, ...args]));
    await startWorker(tasks, { reporting: dying(dyingAt(results, "store"), runs, archive) });
    const next = newId();
    const sent = message("add", [1, 2], { embed: { chain: [signature("mul", [10], { task_id: next })] } });
    await send([sent]);
    await eventually(async () => (await runs.find(next))?.state === "succeeded");
    await startWorker(tasks);
    expect((await recordOf(sent.id)).children).toEqual([[[next, null], null]]);
    expect((await recordOf(next)).result).toBe(30);
    expect(calls).toEqual([
      ["add", 1, 2],
      ["mul", 3, 10],
    ]);
  });

  it.each(["chordPart", "endChord"] as const)(
    "while it counts a chord (%s) is replaced by another one, and the body is sent once",
    async (call) => {
      const { startWorker, send, recordOf, results, runs, archive } = await open();
      const calls: string[] = [];
      const tasks = projectTasks((name) => calls.push(name));
      await startWorker(tasks, { reporting: dying(dyingAt(results, call), runs, archive) });
      const id = newId();
      const chord = chordOf(
        [
          ["add", [1, 1]],
          ["add", [2, 2]],
        ],
        signature("xsum", [], { task_id: id }),
      );
      await results.startChord(chord.groupId, 2, []);
      await send(chord.messages);
      for (const { id: member } of chord.messages) {
        await eventually(async () => (await runs.find(member))?.state === "succeeded");
      }
      await startWorker(tasks);
      expect((await recordOf(id)).result).toBe(6);
      await eventually(
        async () => (await runs.unreported({ limit: 10, before: Number.MAX_SAFE_INTEGER })).length === 0,
      );
      expect(calls.filter((name) => name === "xsum")).toHaveLength(1);
    },
  );
});

it("a result backend that is away delays what clients see, and nothing else", async () => {
  const own = await startRedisServer();
  closing.push(() => own.stop());
  const { startWorker, send, recordOf, runs } = await open(
    createRedisResults({ ...settings(), url: own.url, timeoutMs: 500 }),
  );
  await startWorker(projectTasks());
  await own.pause();
  const sent = Array.from({ length: 30 }, (_, n) => message("add", [n, 1]));
  await send(sent);
  for (const { id } of sent) await eventually(async () => (await runs.find(id))?.state === "succeeded");
  expect(await runs.unreported({ limit: 100, before: Number.MAX_SAFE_INTEGER })).toHaveLength(30);
  await own.start();
  const records = await Promise.all(sent.map(({ id }) => recordOf(id)));
  expect(records.map(({ result }) => result)).toEqual(sent.map((_, n) => n + 1));
  await eventually(async () => (await runs.unreported({ limit: 100, before: Number.MAX_SAFE_INTEGER })).length === 0);
});

it("without a result backend chains go on all the same", async () => {
  const bench = await openCanvasBench(undefined);
  closing.push(() => bench.close());
  await bench.startWorker(projectTasks());
  const next = newId();
  await bench.send([message("add", [1, 2], { embed: { chain: [signature("mul", [10], { task_id: next })] } })]);
  await eventually(async () => (await bench.runs.find(next))?.state === "succeeded");
  expect((await bench.runs.find(next))?.result).toBe(30);
});
