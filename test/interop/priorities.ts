import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Stage } from "./stage.ts";

/** Each broker has its own direction on the wire: on Redis the lowest comes first, on RabbitMQ the highest. */
export function describePriorities(at: () => Stage): void {
  const py = <T = unknown>(code: string) => at().python.run<T>(code);

  it("are obeyed as Celery gives them, by a worker of hyoshi's", async () => {
    const given = at().broker === "redis" ? [9, 0, 6, 3] : [0, 9, 3, 6];
    for (const [n, priority] of given.entries()) {
      await py(`ts.note.apply_async(('place ${[4, 1, 3, 2][n]}',), queue='ordered', priority=${priority})`);
    }
    const worker = await at().startWorker("--queues", "ordered", "--concurrency", "1");
    const lines = await eventually(() => {
      const seen = at()
        .notes.lines()
        .filter((line) => line.startsWith("place "));
      return seen.length === 4 && seen;
    });
    expect(lines).toEqual(["place 1", "place 2", "place 3", "place 4"]);
    await worker.end();
  });

  it("are obeyed as hyoshi gives them, higher first, by a Python worker", async () => {
    for (const priority of [0, 9, 3, 6]) {
      await at().app.client.send(
        "py.note",
        { args: [`python's place ${priority}`] },
        { queue: "ordered by python", priority },
      );
    }
    await eventually(async () => (await at().place.depth("ordered by python")) === 4);
    const worker = await at().celery.worker({ name: "ordered", queues: ["ordered by python"], concurrency: 1 });
    const lines = await eventually(() => {
      const seen = at()
        .notes.lines()
        .filter((line) => line.startsWith("python's place "));
      return seen.length === 4 && seen;
    });
    expect(lines).toEqual(["python's place 9", "python's place 6", "python's place 3", "python's place 0"]);
    await worker.end("SIGKILL");
  });
}
