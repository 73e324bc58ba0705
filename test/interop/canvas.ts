import { describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Stage } from "./stage.ts";

/**
 * What a Python client puts together, with members on hyoshi's workers (`ts`), on Python's (`py`), and on both. Neither knows where the other's tasks
 * are routed, so that a member that runs elsewhere says its queue, as it does between two Celery projects. `rpc://` has no chords, in Celery either.
 */
export function describeCanvas(at: () => Stage, { chords }: { readonly chords: boolean }): void {
  const py = <T = unknown>(code: string) => at().python.run<T>(code);

  const prepared = `
t = lambda task, *a: task.s(*a).set(queue="hyoshi")
p = lambda task, *a: task.s(*a).set(queue="python")
`;

  const sides = [
    ["of hyoshi's tasks", "t", "ts", "t", "ts"],
    ["from hyoshi's to Python's tasks", "t", "ts", "p", "py"],
    ["from Python's to hyoshi's tasks", "p", "py", "t", "ts"],
  ] as const;

  describe.each(sides)("%s", (_, a, A, b, B) => {
    it("hands on the result along a chain", async () => {
      await py(prepared);
      await py(`c = chain(${a}(${A}.add, 1, 2), ${b}(${B}.mul, 10), ${a}(${A}.add, 7), ${b}(${B}.add, 100))()`);
      expect(await py("c.get(timeout=60)")).toBe(137);
    });

    it("ends a chain at its first failure, and tells each who waits", async () => {
      await py(prepared);
      await py(`c = chain(${a}(${A}.add, 1, 2), ${b}(${B}.fail), ${a}(${A}.add, 7))()`);
      // Its input is the number before: a schema that takes a text refuses it, Python raises it.
      expect((await at().python.raised("c.get(timeout=60)")).message).toMatch(/3|string|message/);
      if (chords) expect(await py("c.parent.parent.get(timeout=60)")).toBe(3);
    });

    it("answers a group in its order", async () => {
      await py(prepared);
      await py(`g = group([${a}(${A}.add, n, n) if n % 2 else ${b}(${B}.mul, n, n) for n in range(10)])()`);
      expect(await py("g.get(timeout=60)")).toEqual([0, 2, 4, 6, 16, 10, 36, 14, 64, 18]);
    });

    if (!chords) return;

    it("calls a chord's body with all results", async () => {
      await py(prepared);
      await py(
        `c = chord([${a}(${A}.add, n, n) if n % 2 else ${b}(${B}.mul, n, n) for n in range(20)])(${b}(${B}.total))`,
      );
      const expected = Array.from({ length: 20 }, (_, n) => (n % 2 ? n + n : n * n)).reduce((sum, one) => sum + one, 0);
      expect(await py("c.get(timeout=60)")).toBe(expected);
    });

    it("fails a chord of which a member fails, by ChordError", async () => {
      await py(prepared);
      await py(`c = chord([${a}(${A}.add, 1, 1), ${b}(${B}.fail, "broken member")])(${a}(${A}.total))`);
      // By its id alone: else Python raises what the member raised.
      const error = await at().python.raised("AsyncResult(c.id).get(timeout=60)");
      expect(error.type).toBe("ChordError");
      expect(error.message).toContain("broken member");
    });

    it("puts chords into chains and chains into chords", async () => {
      await py(prepared);
      await py(
        `c = chain(${a}(${A}.add, 1, 1), group([${b}(${B}.add, 10), ${a}(${A}.mul, 10)]), ${b}(${B}.total), ${a}(${A}.add, 1))()`,
      );
      expect(await py("c.get(timeout=60)")).toBe(33);
      await py(
        `c = chord([chain(${a}(${A}.add, 1, 1), ${b}(${B}.mul, 5)), ${b}(${B}.add, 3, 3)])(chain(${a}(${A}.total), ${b}(${B}.add, 1)))`,
      );
      expect(await py("c.get(timeout=60)")).toBe(17);
    });
  });

  it("spreads and collects with starmap, map and chunks", async () => {
    await py(prepared);
    expect(await py("ts.add.starmap([(1, 2), (3, 4)]).apply_async(queue='hyoshi').get(timeout=60)")).toEqual([3, 7]);
    expect(await py("ts.total.map([[1, 2], [3]]).apply_async(queue='hyoshi').get(timeout=60)")).toEqual([3, 3]);
    expect(
      await py("ts.add.chunks([(n, n) for n in range(5)], 2).apply_async(queue='hyoshi').get(timeout=60)"),
    ).toEqual([[0, 2], [4, 6], [8]]);
  });

  it("calls a failure's callbacks across", async () => {
    await py(prepared);
    const one = await py<string>("ts.fail.apply_async(('x',), link_error=p(py.on_error)).id");
    await at().notes.hears(`py.on_error ${one}`);
    const two = await py<string>("py.fail.apply_async(('x',), link_error=t(ts.on_error)).id");
    await at().notes.hears(`app.on_error ${two}`);
  });

  it("finds the queue of a step that does not say it, where a Python worker has the task", async () => {
    await py(prepared);
    await eventually(async () => (await at().app.findRemote("py.add"))?.queue === "python");
    await py("c = chain(t(ts.add, 1, 2), py.mul.s(10), py.add.s(7))()");
    expect(await py("c.get(timeout=60)")).toBe(37);
    const failed = await py<string>("t(ts.fail, 'x').apply_async(link_error=py.on_error.s()).id");
    await at().notes.hears(`py.on_error ${failed}`);
  });

  it("goes on under one id when a task has another one take its place", async () => {
    await py(prepared);
    const before = await at().deadLetters();
    for (const seconds of [0, 1]) {
      await py(`s = p(py.stand_in, ${seconds}, "app.add", [20, 22], "hyoshi").apply_async()`);
      // By rpc the result goes to the worker that was replaced, as it does among Python's.
      if (chords) expect(await py("s.get(timeout=60)")).toBe(42);
      const id = await py<string>("s.id");
      const run = await eventually(async () => {
        const seen = await at().find(id);
        return seen?.state === "succeeded" && seen;
      });
      expect(run).toMatchObject({ task: "app.add", result: 42, worker: "ts@interop" });
      const args = [seconds, "app.add", [1, 2], "hyoshi"];
      const sent = await at().app.client.send("py.stand_in", { args }, { queue: "python" });
      expect(await sent.result({ timeoutMs: 60_000 })).toBe(3);
    }
    await py("c = chain(p(py.stand_in, 0.5, 'app.add', [1, 2], 'hyoshi'), t(ts.mul, 10))()");
    if (chords) expect(await py("c.get(timeout=60)")).toBe(30);
    expect(await at().deadLetters()).toEqual(before);
  });

  it("keeps root and parent through what tasks send from inside", async () => {
    await py("inside = ts.spawn.delay('py.about', [], 'python')");
    const child = await py<string>("inside.get(timeout=60)");
    // The record says it on either backend: by rpc a result comes to the one that sent, which is the worker here.
    const { result } = await eventually(async () => {
      const run = await at().find(child);
      return run?.state === "succeeded" && run;
    });
    const inside = await py<string>("inside.id");
    expect(result).toMatchObject({ root: inside, parent: inside });
    if (chords) expect(await py(`AsyncResult(${JSON.stringify(child)}).get(timeout=60)`)).toEqual(result);
  });
}
