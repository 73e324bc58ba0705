import { describe, expect, it } from "vitest";
import { END_UNKNOWN } from "../../src/run/observed-runs.ts";
import { eventually } from "../support/eventually.ts";
import { type Stage, useStage } from "./stage.ts";

/** Runs on Python's workers whose end nobody tells, or another one than was expected. */
function describePythonFaults(at: () => Stage): void {
  const state = async (id: string) => (await at().find(id))?.state;
  const becomes = (id: string, wanted: string, within = 30_000) =>
    eventually(async () => (await state(id)) === wanted, { within, every: 200, what: () => `${id} to be ${wanted}` });

  it("are lost where their worker is killed or says nothing of them, and no others", { timeout: 300_000 }, async () => {
    const { celery, python, app } = at();
    const victim = await celery.worker({ name: "victim", queues: ["victims"], concurrency: 1 });
    const solo = await celery.worker({ name: "solo", queues: ["solo"], concurrency: 1, args: ["-P", "solo"] });
    const send = (task: string, args: readonly number[], queue: string) =>
      app.client.send(task, { args: [...args] }, { queue });
    const nap = (queue: string, seconds: number) =>
      python.run<string>(`p = app.send_task("py.nap", args=[${seconds}], queue="${queue}"); p.id`);
    const ignored = await python.run<string>('app.send_task("py.ignored", queue="python").id');
    const [long, busy, killed] = [await nap("python", 150), await nap("solo", 150), await nap("victims", 900)];
    await at().notes.hears("py.ignored");
    // A solo pool says nothing while it executes.
    for (const id of [ignored, long, killed]) await becomes(id, "running");
    await victim.end("SIGKILL");
    const again = await celery.worker({ name: "victim", queues: ["victims"], concurrency: 1 });
    const ours = await send("py.nap", [900], "victims");
    await becomes(ours.id, "running");
    await again.end("SIGKILL");
    const outcome = ours.result({ timeoutMs: 240_000 });
    await expect(outcome).rejects.toThrow("is gone");
    await expect(outcome).rejects.toMatchObject({ code: "run_lost" });
    for (const id of [ignored, killed]) {
      await becomes(id, "lost");
      expect(await at().run(id)).toMatchObject({ error: { name: END_UNKNOWN } });
    }
    expect(await state(long)).toBe("running");
    expect(await state(busy)).not.toBe("lost");
    for (const id of [long, busy]) await becomes(id, "succeeded", 150_000);
    await solo.end("SIGTERM");
  });
}

describe("runs of Python's workers, on Redis", () => {
  describePythonFaults(useStage({ broker: "redis", results: "redis", database: "sqlite" }));
});

describe("runs of Python's workers, on RabbitMQ", () => {
  const at = useStage({ broker: "rabbitmq", results: "rpc", database: "postgres" });
  describePythonFaults(at);

  it("are shown with the worker that has them after another one was killed", { timeout: 120_000 }, async () => {
    const { celery, python } = at();
    const first = await celery.worker({ name: "late1", queues: ["late"], concurrency: 1 });
    const id = await python.run<string>('app.send_task("py.late_nap", args=[20], queue="late").id');
    await eventually(async () => (await at().find(id))?.worker === "late1@interop", { within: 30_000, every: 200 });
    const second = await celery.worker({ name: "late2", queues: ["late"], concurrency: 1 });
    await first.end("SIGKILL");
    await eventually(async () => (await at().find(id))?.worker === "late2@interop", { within: 60_000, every: 200 });
    expect(await at().run(id)).toMatchObject({ state: "running" });
    await eventually(async () => (await at().find(id))?.state === "succeeded", { within: 60_000, every: 200 });
    await second.end("SIGTERM");
  });
});
