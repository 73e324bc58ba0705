import { describe, expect, it } from "vitest";
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

  it("keeps root and parent through what tasks send from inside", async () => {
    await py("inside = ts.spawn.delay('py.about', [], 'python')");
    const child = await py<string>("inside.get(timeout=60)");
    const about = await py<{ root: string; parent: string }>(
      `AsyncResult(${JSON.stringify(child)}).get(timeout=60)`,
    ).catch(() => undefined);
    if (chords) expect(about).toMatchObject({ root: await py("inside.id"), parent: await py("inside.id") });
  });
}
