import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Stage } from "./stage.ts";

/** What a Python client sends runs on hyoshi's workers, and `AsyncResult` tells what became of it. */
export function describePythonClient(at: () => Stage): void {
  const py = <T = unknown>(code: string) => at().python.run<T>(code);

  it("answers what delay asks, by position, by name and both", async () => {
    expect(await py("ts.add.delay(2, 3).get(timeout=30)")).toBe(5);
    expect(await py("ts.add.delay(x=2, y=4).get(timeout=30)")).toBe(6);
    expect(await py("ts.add.delay(2, y=5).get(timeout=30)")).toBe(7);
    expect(await py("app.send_task('app.mul', args=[6, 7]).get(timeout=30)")).toBe(42);
  });

  it("carries JSON there and back as it is", async () => {
    const given = {
      args: [1, "é☃𝄞", null, true, 1.5, [], {}, [[1, [2]]]],
      kwargs: { deep: { list: [{ a: 1 }] }, empty: "" },
    };
    await py(`import json; given = json.loads(${JSON.stringify(JSON.stringify(given))})`);
    expect(await py("ts.echo.apply_async(given['args'], given['kwargs']).get(timeout=30)")).toEqual(given);
  });

  it("gives an exception with its text, and its traceback", async () => {
    await py("failed = ts.fail.delay('no such luck')");
    const error = await at().python.raised("failed.get(timeout=30)");
    expect(error).toMatchObject({ type: "TypeError", args: ["no such luck"] });
    expect(await py("[failed.state, failed.failed(), failed.ready(), str(failed.result)]")).toEqual([
      "FAILURE",
      true,
      true,
      "no such luck",
    ]);
    expect(await py("failed.traceback")).toContain("no such luck");
  });

  it("tells that a task is not registered", async () => {
    const error = await at().python.raised("ts.never.delay().get(timeout=30)");
    expect(error.type).toBe("NotRegistered");
    expect(error.message).toContain("app.never");
  });

  it("tells that an input does not fit, and keeps the run", async () => {
    await py("unfit = ts.add.delay('two', 3)");
    const error = await at().python.raised("unfit.get(timeout=30)");
    expect(error.message).toMatch(/number/i);
    expect(await py("unfit.state")).toBe("FAILURE");
    const run = await at().run(await py<string>("unfit.id"));
    expect(run).toMatchObject({ state: "failed", task: "app.add", retries: 0 });
  });

  it("retries as the task says, and ends with the result", async () => {
    await py("flaky = ts.flaky.delay(2)");
    expect(await py("flaky.get(timeout=30)")).toBe(2);
    expect(await at().run(await py<string>("flaky.id"))).toMatchObject({ state: "succeeded", retries: 2 });
  });

  it("holds a countdown and an eta in the database until they are due", async () => {
    const before = Date.now();
    await py("later = ts.add.apply_async((1, 1), countdown=2)");
    await py("eta = ts.add.apply_async((2, 2), eta=datetime.now(timezone(timedelta(hours=9))) + timedelta(seconds=2))");
    const ids = await py<[string, string]>("[later.id, eta.id]");
    for (const id of ids) await eventually(async () => (await at().find(id))?.state === "scheduled", { every: 5 });
    expect(await py("[later.get(timeout=30), eta.get(timeout=30)]")).toEqual([2, 4]);
    for (const id of ids) {
      const run = await at().run(id);
      expect((run.startedAt ?? 0) - before).toBeGreaterThanOrEqual(1_900);
      expect((run.startedAt ?? 0) - run.availableAt).toBeGreaterThanOrEqual(0);
    }
  });

  it("revokes what expires before it is due", async () => {
    await py("expired = ts.note.apply_async(('never written',), countdown=2, expires=1)");
    const error = await at().python.raised("expired.get(timeout=30)");
    expect(error).toMatchObject({ type: "TaskRevokedError", args: ["expired"] });
    expect(await py("expired.state")).toBe("REVOKED");
    expect(await at().run(await py<string>("expired.id"))).toMatchObject({ state: "expired" });
    expect(at().notes.counted("never written").size).toBe(0);
  });

  it("takes ids that are any text, and headers, and shows where a run came from", async () => {
    await py("own = ts.about.apply_async((1,), {'k': 2}, task_id='order 17/é', headers={'x_trace': 'abc'})");
    const answer = await py<{ headers: object }>("own.get(timeout=30)");
    expect(answer).toMatchObject({ id: "order 17/é", args: [1], kwargs: { k: 2 }, headers: { x_trace: "abc" } });
    expect(await at().run("order 17/é")).toMatchObject({ state: "succeeded", task: "app.about", queue: "hyoshi" });
  });

  it("writes down no secret that a task's schema declares, however it was given", async () => {
    await py("signed = [app.send_task('app.sign_in', args=['ann', 'open sesame'])]");
    await py("signed.append(app.send_task('app.sign_in', kwargs={'user': 'ann', 'token': 'open sesame'}))");
    expect(await py("[one.get(timeout=30) for one in signed]")).toEqual(["ann 11", "ann 11"]);
    for (const id of await py<string[]>("[one.id for one in signed]")) {
      const run = await at().run(id);
      expect(run).toMatchObject({ state: "succeeded", task: "app.sign_in" });
      expect(JSON.stringify(run)).toContain("ann");
      expect(JSON.stringify(run)).not.toContain("sesame");
    }
  });

  it("reads a compressed body", async () => {
    const text = "拍子木".repeat(2_000);
    await py(`packed = ts.echo.apply_async((${JSON.stringify(text)},), compression='zlib')`);
    expect(await py("packed.get(timeout=30)['args'][0]")).toBe(text);
  });

  it("stores nothing of a task whose result is ignored", async () => {
    await py("ignored = ts.note.apply_async(('ignored',), ignore_result=True)");
    await at().notes.hears("ignored");
    const id = await py<string>("ignored.id");
    await eventually(async () => (await at().find(id))?.state === "succeeded");
    expect(await py("AsyncResult(ignored.id).state")).toBe("PENDING");
  });

  it("calls what is linked to a success, with its result", async () => {
    await py("linked = ts.add.apply_async((2, 3), link=ts.mul.s(10))");
    expect(await py("linked.get(timeout=30)")).toBe(5);
    if (at().results !== "rpc") {
      expect(await py("linked.children[0].get(timeout=30)")).toBe(50);
    }
    await py(
      "ts.add.apply_async((2, 3), link=[ts.note.si('first link'), py.note.si('other') if False else ts.note.si('second link')])",
    );
    await at().notes.hears("first link");
    await at().notes.hears("second link");
  });

  it("calls what is linked to a failure, with the failed task's id", async () => {
    await py("broken = ts.fail.apply_async(('x',), link_error=ts.on_error.s(), link=ts.note.si('never linked'))");
    expect((await at().python.raised("broken.get(timeout=30)")).args).toEqual(["x"]);
    const id = await py<string>("broken.id");
    await at().notes.hears(`app.on_error ${id}`);
    expect(at().notes.counted("never linked").size).toBe(0);
  });

  it("executes each of many messages once, and answers each", async () => {
    const count = 500;
    await py(`many = [ts.note.delay('many %d' % n) for n in range(${count})]`);
    expect(await py("[one.get(timeout=60) for one in many]")).toEqual(
      Array.from({ length: count }, (_, n) => `many ${n}`),
    );
    const counted = at().notes.counted("many ");
    expect(counted.size).toBe(count);
    expect([...counted.values()].every((times) => times === 1)).toBe(true);
    const ids = await py<string[]>("[one.id for one in many]");
    for (const id of ids.slice(0, 20)) expect(await at().run(id)).toMatchObject({ state: "succeeded", attempt: 1 });
    expect(await at().waiting()).toBe(0);
  });
}
