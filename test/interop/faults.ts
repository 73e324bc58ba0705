import { afterEach, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/project.ts";
import type { Stage } from "./stage.ts";

/**
 * What must be true after somebody was killed or cut off: no message is lost, none is executed twice unless its worker died, and nobody needs to be started again.
 */
export function describeFaults(at: () => Stage): void {
  const py = <T = unknown>(code: string) => at().python.run<T>(code);
  const started: Running[] = [];
  const startWorker = async (...args: readonly string[]): Promise<Running> => {
    const worker = await at().startWorker(...args);
    started.push(worker);
    return worker;
  };
  // What one test leaves would take the next one's messages.
  afterEach(async () => {
    await Promise.all(started.splice(0).map((worker) => worker.end("SIGKILL")));
  });
  const texts = (beginning: string, count: number) => Array.from({ length: count }, (_, n) => `${beginning} ${n}`);

  /** Sends notes as a Python client, and answers the runs' ids. */
  const sendFromPython = (beginning: string, count: number) =>
    py<string[]>(`sent = [ts.note.delay('${beginning} %d' % n) for n in range(${count})]; [one.id for one in sent]`);
  const sendFromHere = (beginning: string, count: number) =>
    Promise.all(texts(beginning, count).map(async (text) => (await at().app.client.send("app.note", { text })).id));

  async function allSucceed(ids: readonly string[], within = 90_000): Promise<void> {
    const left = new Set(ids);
    await eventually(
      async () => {
        for (const id of left) {
          if ((await at().find(id))?.endedAt === undefined) break;
          left.delete(id);
        }
        return left.size === 0;
      },
      { within, every: 100, what: () => `${left.size} of ${ids.length} runs to end, ${[...left][0]} among them` },
    );
    for (const id of ids) expect(await at().run(id)).toMatchObject({ state: "succeeded" });
  }

  const executedOnce = (beginning: string, count: number) =>
    expect(at().notes.counted(`${beginning} `)).toEqual(new Map(texts(beginning, count).map((text) => [text, 1])));

  async function stopAll(workers: readonly Running[]): Promise<void> {
    await Promise.all(workers.map((worker) => worker.end("SIGTERM")));
  }

  it("executes every message through kills of workers, and each no more often than its record says", async () => {
    const count = 100;
    const kills = 3;
    const workers = [await startWorker(), await startWorker()];
    const ids = await sendFromPython("through kills", count);
    for (let n = 0; n < kills; n += 1) {
      const before = at().notes.lines().length;
      const isDone = () => at().notes.counted("through kills ").size >= count;
      await eventually(() => at().notes.lines().length > before + n * 7 || n > 1 || isDone(), { every: 1 });
      await workers[n % 2]?.end("SIGKILL");
      workers[n % 2] = await startWorker();
    }
    await allSucceed(ids);
    // Once, and once more for each worker that died before it had written down what it executed.
    const counted = at().notes.counted("through kills ");
    expect([...counted.keys()].sort()).toEqual(texts("through kills", count).sort());
    expect(Math.max(...counted.values())).toBeLessThanOrEqual(1 + kills);
    expect(await py("[one.get(timeout=60) for one in sent]")).toEqual(texts("through kills", count));
    await stopAll(workers);
  });

  it("loses nothing when a worker is killed between taking messages and recording them", async () => {
    // No more than a worker takes at a time.
    const count = 8;
    const worker = await startWorker();
    // Nobody can write: what the worker takes now it cannot record.
    const release = at().lockDatabase();
    const ids = await sendFromPython("taken", count);
    await eventually(async () => (await at().place.depth("hyoshi")) === 0, { what: () => "the worker to take them" });
    await worker.end("SIGKILL");
    release();
    const next = await startWorker();
    await allSucceed(ids);
    executedOnce("taken", count);
    await next.end("SIGTERM");
  });

  it("delays what is sent while the server is away for ten seconds, and loses no nominal time", async () => {
    const worker = await startWorker("--concurrency", "1");
    const beat = await at().startBeat();
    started.push(beat);
    const { id: periodic } = await at().everySecond("app.add", { input: { x: 1, y: 2 } });
    await eventually(async () => (await at().runsOf(periodic)).some(({ endedAt }) => endedAt !== undefined));
    const before = await sendFromPython("before it was away", 50);

    await at().place.server.kill();
    const awayAt = performance.now();
    const sent = performance.now();
    const during: string[] = [];
    for (const text of texts("while it was away", 30)) {
      during.push((await at().app.client.send("app.note", { text })).id);
    }
    // A send is durable at once: it waits for nobody.
    expect(performance.now() - sent).toBeLessThan(8_000);
    await eventually(() => performance.now() - awayAt > 10_000);
    await at().place.server.start();

    await allSucceed([...before, ...during]);
    executedOnce("while it was away", 30);
    executedOnce("before it was away", 50);

    // No nominal time was lost or sent twice, the whole while.
    await at().disable(periodic);
    await eventually(async () => (await at().runsOf(periodic)).every(({ endedAt }) => endedAt !== undefined), {
      within: 60_000,
    });
    const times = (await at().runsOf(periodic)).map(({ nominalAt }) => nominalAt ?? 0).sort((a, b) => a - b);
    expect(times.length).toBeGreaterThanOrEqual(10);
    expect(times.every((time, n) => n === 0 || time - (times[n - 1] ?? 0) === 1_000)).toBe(true);
    expect(worker.child.exitCode ?? beat.child.exitCode).toBeNull();
    await stopAll([worker, beat]);
  });

  it("hands over in order what was sent while the server was away", async () => {
    await at().place.server.kill();
    const ids: string[] = [];
    for (const text of texts("in order", 50)) ids.push((await at().app.client.send("app.note", { text })).id);
    await at().place.server.start();
    // A message of which nobody could say whether it had arrived is there twice.
    let depth = 0;
    const isThere = async () => {
      depth = await at().place.depth("hyoshi");
      return depth >= 50;
    };
    await eventually(isThere, { within: 40_000, what: () => `all to be in the queue; there are ${depth}` });
    const worker = await startWorker("--concurrency", "1");
    await allSucceed(ids);
    expect(
      at()
        .notes.lines()
        .filter((line) => line.startsWith("in order")),
    ).toEqual(texts("in order", 50));
    await worker.end("SIGTERM");
  });

  it("sends again what the server has lost with its data", async () => {
    const count = 50;
    const ids = await sendFromHere("lost with the data", count);
    await eventually(async () => (await at().place.depth("hyoshi")) >= count, {
      what: () => "all to be in the queue",
    });
    await at().place.server.kill();
    await at().place.server.start({ empty: true });
    expect(await at().place.depth("hyoshi")).toBe(0);
    const worker = await startWorker();
    await allSucceed(ids);
    executedOnce("lost with the data", count);
    await worker.end("SIGTERM");
  });

  it("goes on through connections that are cut in the middle of a frame", async () => {
    const count = 200;
    const worker = await startWorker();
    at().place.proxy.lose(0.02, 15, { half: true });
    const [theirs, ours] = await Promise.all([sendFromPython("cut there", count), sendFromHere("cut here", count)]);
    await allSucceed([...theirs, ...ours]);
    at().place.proxy.lose(0, 0);
    expect(at().place.proxy.lost).toBeGreaterThan(0);
    executedOnce("cut there", count);
    executedOnce("cut here", count);
    expect(worker.child.exitCode).toBeNull();
    await worker.end("SIGTERM");
  });

  it("tells a result later that the backend could not take, also when the worker was killed meanwhile", async () => {
    const { resultServer } = at().place;
    // Where both are one server, nothing is executed while it is away.
    if (resultServer === undefined) return;
    const worker = await startWorker();
    await py("kept = [ts.nap.delay(1) for _ in range(5)]");
    const ids = await py<string[]>("[one.id for one in kept]");
    for (const id of ids) await eventually(async () => (await at().find(id))?.startedAt !== undefined);
    await resultServer.kill();
    for (const id of ids) await eventually(async () => (await at().find(id))?.endedAt !== undefined);
    await worker.end("SIGKILL");
    await resultServer.start();
    const next = await startWorker();
    expect(await py("[one.get(timeout=60) for one in kept]")).toEqual([1, 1, 1, 1, 1]);
    expect([...at().notes.counted("app.nap ").values()]).toEqual([1, 1, 1, 1, 1]);
    await next.end("SIGTERM");
  });
}
