import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Stage } from "./stage.ts";

/** What hyoshi's client and beat send runs on Python workers, and comes back into the run's record. */
export function describePythonWorker(at: () => Stage): void {
  const send = (task: string, input: object, options: object = {}) =>
    at().app.client.send(task, input, { queue: "python", ...options });
  const resultOf = async (task: string, input: object, options: object = {}) =>
    (await send(task, input, options)).result({ timeoutMs: 60_000 });

  it("answers what was sent", async () => {
    expect(await resultOf("py.add", { args: [2, 3] })).toBe(5);
    expect(await resultOf("py.add", { kwargs: { x: 2, y: 4 } })).toBe(6);
    const given = { args: [1, "é☃𝄞", null, true, 1.5, [], {}], kwargs: { deep: { list: [{ a: 1 }] } } };
    expect(await resultOf("py.echo", given)).toEqual(given);
  });

  it("keeps what became of it in the run's record", async () => {
    const sent = await send("py.add", { args: [20, 22] });
    expect(await sent.result({ timeoutMs: 60_000 })).toBe(42);
    // Its worker's events may come after its result.
    const run = await eventually(async () => {
      const seen = await at().run(sent.id);
      return seen.worker !== undefined && seen;
    });
    expect(run).toMatchObject({ state: "succeeded", task: "py.add", queue: "python", result: 42, attempt: 1 });
    expect(run.worker).toMatch(/^py@/);
    expect(run.startedAt).toBeGreaterThanOrEqual(run.queuedAt - 1_000);
    expect(run.endedAt).toBeGreaterThanOrEqual(run.startedAt ?? Number.POSITIVE_INFINITY);
  });

  it("does not take a display text for the result of a task that keeps none", async () => {
    const [number, object, long] = ["number", "object", "long"].map((kind) =>
      resultOf("py.forgotten", { args: [kind] }),
    );
    const unknown = (text: RegExp) => ({ code: "result_unknown", fields: { text: expect.stringMatching(text) } });
    await Promise.all([
      expect(number).resolves.toBe(42),
      expect(object).rejects.toMatchObject(unknown(/^datetime\.date\(2026, 1, 2\)$/)),
      expect(long).rejects.toMatchObject(unknown(/^'xxx.*\.\.\./)),
    ]);
  });

  it("keeps the exception of a failure", async () => {
    const sent = await send("py.fail", { args: ["no such luck"] });
    await expect(sent.result({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: "run_failed" });
    const run = await at().run(sent.id);
    expect(run).toMatchObject({ state: "failed", error: { name: "ValueError" } });
    expect(run.error?.message).toContain("no such luck");
  });

  it("tells that no Python worker has the task", async () => {
    const sent = await send("py.unheard_of", {});
    await expect(sent.result({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: "run_failed" });
    const { error } = await at().run(sent.id);
    expect(`${error?.name} ${error?.message}`).toContain("NotRegistered");
  });

  it("follows the retries that Python asks for", async () => {
    const sent = await send("py.flaky", { args: [2] });
    expect(await sent.result({ timeoutMs: 60_000 })).toBe(2);
    expect(await at().run(sent.id)).toMatchObject({ state: "succeeded", retries: 2 });
  });

  it("holds a countdown in the database, and sends it when it is due", async () => {
    const before = Date.now();
    const sent = await send("py.about", {}, { countdown: 1.5 });
    expect(await at().run(sent.id)).toMatchObject({ state: "scheduled" });
    expect(await sent.result({ timeoutMs: 60_000 })).toMatchObject({ id: sent.id });
    expect(((await at().run(sent.id)).startedAt ?? 0) - before).toBeGreaterThanOrEqual(1_400);
  });

  it("carries priority, limits, expiry and headers", async () => {
    const about = await resultOf(
      "py.about",
      { args: [1] },
      { expires: 600, timeLimitMs: 90_000, headers: { x_trace: "abc" } },
    );
    expect(about).toMatchObject({ args: [1], queue: "python", trace: "abc" });
    expect((about as { limits: number[] }).limits[0]).toBe(90);
    const { expires } = about as { expires: string };
    expect(Math.abs(Date.parse(expires) - Date.now() - 600_000)).toBeLessThan(60_000);
    expect(expires).toMatch(/\.\d{6}\+00:00$/);
  });

  it("sends what a schedule fires, with the periodic task's name where Celery puts it", async () => {
    const beat = await at().startBeat();
    const { id, name } = await at().everySecond("py.about", { queue: "python" });
    const runs = await eventually(
      async () => {
        const ended = (await at().runsOf(id)).filter(({ endedAt }) => endedAt !== undefined);
        return ended.length >= 3 && ended;
      },
      { within: 60_000, every: 100, what: () => `three runs of '${name}'` },
    );
    await at().disable(id);
    await beat.end();
    for (const run of runs) {
      expect(run).toMatchObject({ state: "succeeded", result: { periodic_task_name: name, id: run.id } });
      expect((run.startedAt ?? 0) - (run.nominalAt ?? 0)).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(runs.map(({ nominalAt }) => nominalAt)).size).toBe(runs.length);
  });

  it("executes each of many messages once, and has each result", async () => {
    const count = 300;
    const sent = await Promise.all(
      Array.from({ length: count }, (_, n) => send("py.note", { args: [`from hyoshi ${n}`] })),
    );
    const results = await Promise.all(sent.map((one) => one.result({ timeoutMs: 60_000 })));
    expect(results).toEqual(Array.from({ length: count }, (_, n) => `from hyoshi ${n}`));
    const counted = at().notes.counted("from hyoshi ");
    expect(counted.size).toBe(count);
    expect([...counted.values()].every((times) => times === 1)).toBe(true);
  });

  it("is seen by Python's own clients, under the run's id", async () => {
    if (at().results === "rpc") return;
    const sent = await send("py.add", { args: [1, 1] });
    expect(await at().python.run(`AsyncResult(${JSON.stringify(sent.id)}).get(timeout=60)`)).toBe(2);
  });

  it("shows in the run list what a Python client has sent to a Python worker", async () => {
    const id = await at().python.run<string>("foreign = py.mul.delay(6, 7); foreign.id");
    expect(await at().python.run("foreign.get(timeout=60)")).toBe(42);
    const run = await eventually(
      async () => {
        const seen = await at().find(id);
        return seen?.endedAt !== undefined && seen;
      },
      { within: 30_000, every: 100, what: () => "the run to be seen" },
    );
    expect(run).toMatchObject({ task: "py.mul", state: "succeeded" });
    expect(run.worker).toMatch(/^py@/);
  });
}
