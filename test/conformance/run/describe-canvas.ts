import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type App, composeApp } from "../../../src/app/app.ts";
import type { HyoshiConfig } from "../../../src/app/config.ts";
import { checkConfig } from "../../../src/app/config-check.ts";
import { startWorker } from "../../../src/app/run-worker.ts";
import { chain, chord, chunks, group, map, signature, starmap } from "../../../src/canvas/signature.ts";
import { TaskRegistry } from "../../../src/task/registry.ts";
import { type AnyTask, task } from "../../../src/task/task.ts";
import { eventually } from "../../support/eventually.ts";

export interface CanvasPlace {
  readonly database: Parameters<typeof composeApp>[0]["database"];
  readonly folder: string;
  readonly settings: Partial<HyoshiConfig>;
  close(): Promise<void>;
}

const WITHIN = { timeoutMs: 30_000 };

/** Canvases that a project's code sends to its own workers, whatever carries runs and counts chords. */
export function describeCanvas(name: string, open: () => Promise<CanvasPlace>): void {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function bench(...more: readonly AnyTask[]): Promise<App> {
    const place = await open();
    closing.push(() => place.close());
    const { config, problems } = checkConfig(
      { apps: [], ...place.settings },
      { env: {}, workingFolder: place.folder, file: null },
    );
    if (config === undefined) throw new Error(problems.map(({ text }) => text).join("\n"));
    const registry = new TaskRegistry();
    for (const one of [...tasks, ...more]) registry.add({ task: one, app: "shop", file: null });
    const discovery = { apps: [], registry, periodicTasks: [], problems: [] };
    const app = composeApp({ config, database: place.database, discovery });
    closing.push(() => app.release());
    const worker = await startWorker(app, { concurrency: 8 });
    closing.push(() => worker.stop());
    return app;
  }

  const fetchRows = task("shop.fetch_rows", {
    input: z.object({ url: z.string() }),
    run: ({ url }) => ({ rows: url.length }),
  });
  const store = task("shop.store", {
    input: z.object({ rows: z.number(), table: z.string() }),
    run: ({ rows, table }) => `${rows} in ${table}`,
  });
  const double = task("shop.double", { input: z.number(), run: (n) => n * 2 });
  const sum = task("shop.sum", {
    input: z.object({ parts: z.array(z.number()), plus: z.number().default(0) }),
    run: ({ parts, plus }) => parts.reduce((a, b) => a + b, plus),
  });
  const fails = task("shop.fails", {
    input: z.object({ why: z.string() }),
    run: ({ why }): number => {
      throw new RangeError(why);
    },
  });
  const tell = task("shop.tell", { input: z.object({ id: z.string() }), run: ({ id }) => `told of ${id}` });
  const tasks = [fetchRows, store, double, sum, fails, tell];

  describe(`canvases ${name}`, () => {
    it("hand a chain's results on, by property, as a whole, or not at all", async () => {
      const { client, runs } = await bench();
      const sent = await client.send(
        chain(
          signature(fetchRows, { url: "12345" }),
          signature(store, { table: "t" }).link(signature(tell, { id: "x" })),
        ),
      );
      expect(await sent.result(WITHIN)).toBe("5 in t");
      const [first] = sent.runIds;
      expect(await runs.find(sent.id)).toMatchObject({ task: "shop.store", parentId: first, rootId: first });
      expect(sent.rootId).toBe(first);
      const filled = chain(signature(double, 4), signature(double), signature(sum, { parts: [1] }));
      expect(await (await client.send(filled)).result(WITHIN)).toBe(1);
      const into = chain(map(double, [1, 2]), signature(sum, { plus: 10 }, { into: "parts" }));
      expect(await (await client.send(into)).result(WITHIN)).toBe(16);
    });

    it("bring a group's results in their order, and one family", async () => {
      const { client, runs } = await bench();
      const sent = await client.send(group([3, 1, 2].map((n) => signature(double, n))));
      expect(await sent.result(WITHIN)).toEqual([6, 2, 4]);
      const found = await Promise.all(sent.runIds.map((id) => runs.find(id)));
      expect(found.map((run) => run?.wire?.groupId)).toEqual([sent.id, sent.id, sent.id]);
      expect(found.map((run) => run?.wire?.groupIndex)).toEqual([0, 1, 2]);
      expect(new Set(found.map((run) => run?.rootId ?? run?.id))).toEqual(new Set([sent.rootId]));
    });

    it("send a chord's body with all results, nested ones as well", async () => {
      const { client } = await bench();
      const body = signature(sum, { plus: 1 }, { into: "parts" });
      const plain = await client.send(chord(group(signature(double, 1), signature(double, 2)), body));
      expect(await plain.result(WITHIN)).toBe(7);
      // A group that something follows is a chord; a chain in it counts once.
      const nested = chain(
        signature(double, 1),
        group(chain(signature(double), signature(double)), signature(double)),
        body,
        signature(double),
      );
      expect(await (await client.send(nested)).result(WITHIN)).toBe((8 + 4 + 1) * 2);
      const parts = await client.send(chunks(double, [1, 2, 3, 4, 5], 2));
      expect(await parts.result(WITHIN)).toEqual([[2, 4], [6, 8], [10]]);
      const each = await client.send(starmap(double, [[1], [2]]));
      expect(await each.result(WITHIN)).toEqual([2, 4]);
    });

    it("send a body once for a header of many that end at the same time", async () => {
      const { client, runs } = await bench();
      const numbers = Array.from({ length: 40 }, (_, n) => n);
      const header = group(numbers.map((n) => signature(double, n)));
      const sent = await client.send(chord(header, signature(sum, {}, { into: "parts" })));
      expect(await sent.result(WITHIN)).toBe(1560);
      expect((await runs.find(sent.id))?.attempt).toBe(1);
    });

    it("fail a chain's later steps with the one that failed, and tell its errback", async () => {
      const { client, runs, readers } = await bench();
      const sent = await client.send(
        chain(
          signature(fails, { why: "no stock" }).linkError(signature(tell, {}, { into: "id" })),
          signature(double),
          signature(double),
        ),
      );
      await expect(sent.result(WITHIN)).rejects.toMatchObject({ code: "run_failed", message: /no stock/ });
      const last = await runs.find(sent.id);
      expect(last).toMatchObject({ state: "failed", attempt: 0, error: { code: "not_reached" }, rootId: sent.rootId });
      await eventually(async () => {
        const told = (await readers.runs.family(sent.rootId)).find((run) => run.task === "shop.tell");
        return (await runs.find(told?.id ?? ""))?.result === `told of ${sent.rootId}`;
      });
    });

    it("fail a chord at once with the first member that fails, while others are still at it", async () => {
      const ends = Promise.withResolvers<number>();
      const slow = task("shop.slow", { run: () => ends.promise });
      const { client, runs } = await bench(slow);
      const header = group(signature(slow), signature(fails, { why: "boom" }));
      const sent = await client.send(chain(chord(header, signature(sum, {}, { into: "parts" })), signature(double)));
      await expect(sent.result(WITHIN)).rejects.toMatchObject({
        code: "run_failed",
        message: /raised RangeError\('boom'\)/,
      });
      const [waiting] = sent.runIds;
      expect((await runs.find(waiting ?? ""))?.state).toBe("running");
      ends.resolve(1);
      await eventually(async () => (await runs.find(waiting ?? ""))?.state === "succeeded");
    });

    it("fail a chord whose member is cancelled before it begins", async () => {
      const { client, runs } = await bench();
      const later = signature(double, 1, { countdown: 3600 });
      const sent = await client.send(chord(group(signature(double, 2), later), signature(sum, {}, { into: "parts" })));
      const [, id = ""] = sent.runIds;
      await runs.cancel({ ids: [id], by: "admin", now: Date.now() });
      await expect(sent.result(WITHIN)).rejects.toMatchObject({ message: /TaskRevokedError/ });
    });

    it("take a run's place: it ends as they do, and what follows it is given their result", async () => {
      const split = task("shop.split", {
        input: z.object({ numbers: z.array(z.number()) }),
        run: async ({ numbers }, { replace }): Promise<number[]> =>
          replace(group(numbers.map((n) => signature(double, n)))),
      });
      const gives = task("shop.gives_up", {
        run: async (_, { replace }): Promise<number> =>
          replace(chain(signature(fails, { why: "no" }), signature(double))),
      });
      const { client, runs } = await bench(split, gives);
      const sent = await client.send(
        chain(signature(split, { numbers: [1, 2] }), signature(sum, {}, { into: "parts" })),
      );
      expect(await sent.result(WITHIN)).toBe(6);
      expect(await runs.find(sent.rootId)).toMatchObject({ state: "succeeded", result: [2, 4], attempt: 1 });
      const failing = await client.send(signature(gives));
      await expect(failing.result(WITHIN)).rejects.toMatchObject({
        code: "run_failed",
        message: /in its place.*: no$/,
      });
    });

    it("are refused as a whole where one input does not fit", async () => {
      const { client } = await bench();
      const wrong = { url: 1 } as unknown as { url: string };
      const sending = client.send(group(signature(double, 1), signature(fetchRows, wrong)));
      await expect(sending).rejects.toMatchObject({ code: "invalid_input" });
      await expect(client.send(group([]))).rejects.toMatchObject({ code: "invalid_signature" });
    });
  });
}
