import { expect, it } from "vitest";
import { chain, chord, group, map, signature } from "../../src/canvas/signature.ts";
import type { Task } from "../../src/task/task.ts";
import type { Stage } from "./stage.ts";

type Two = Task<{ x: number; y: number }, number>;
type Total = Task<{ numbers: number[] }, number>;

const WITHIN = { timeoutMs: 60_000 };
const py = (name: string, ...args: number[]) => signature(`py.${name}`, { args }, { queue: "python" });
const total = () => signature<Total, "numbers">("app.total", {}, { into: "numbers" });

/** What hyoshi's code puts together, with members on both sides' workers. */
export function describeTypedCanvas(at: () => Stage): void {
  const send = ((...given: Parameters<Stage["app"]["client"]["send"]>) =>
    at().app.client.send(...given)) as Stage["app"]["client"]["send"];

  it("hands results along a chain from Python's tasks to hyoshi's and back", async () => {
    const there = chain(py("add", 1, 2), signature<Two, "x">("app.add", { y: 10 }, { into: "x" }), py("mul", 2));
    expect(await (await send(there)).result(WITHIN)).toBe(26);
    const among = chain(py("add", 1, 2), py("mul", 2), py("add", 1));
    expect(await (await send(among)).result(WITHIN)).toBe(7);
    const back = chain(
      signature<Two>("app.add", { x: 1, y: 2 }),
      py("mul", 3),
      signature<Two, "y">("app.mul", { x: 2 }, { into: "y" }),
    );
    expect(await (await send(back)).result(WITHIN)).toBe(18);
  });

  it("answers a group of both sides' tasks in its order", async () => {
    const members = group(py("add", 1, 1), signature<Two>("app.add", { x: 2, y: 2 }), py("mul", 3, 3));
    expect(await (await send(members)).result(WITHIN)).toEqual([2, 4, 9]);
  });

  it("sends a chord's body of either side with the results of both", async () => {
    const header = () =>
      group(py("add", 1, 1), signature<Two>("app.mul", { x: 5, y: 5 }), chain(py("add", 1, 1), py("mul", 4)));
    expect(await (await send(chord(header(), total()))).result(WITHIN)).toBe(35);
    const body = signature("py.total", { args: [] }, { queue: "python" });
    expect(await (await send(chain(chord(header(), body), py("add", 1)))).result(WITHIN)).toBe(36);
  });

  it("fails a chord with the member of either side that fails", async () => {
    const python = signature("py.fail", { args: ["no luck"] }, { queue: "python" });
    const first = await send(chord(group(python, signature<Two>("app.add", { x: 1, y: 1 })), total()));
    await expect(first.result(WITHIN)).rejects.toMatchObject({ code: "run_failed", message: /no luck/ });
    const own = signature<Task<{ message: string }, never>>("app.fail", { message: "bad luck" });
    const second = await send(chord(group(py("add", 1, 1), own), total()));
    await expect(second.result(WITHIN)).rejects.toMatchObject({ code: "run_failed", message: /bad luck/ });
  });

  it("maps over inputs in one run of a Python worker", async () => {
    const mapped = await send(map("py.total", [[1, 2], [3]] as never, { queue: "python" }));
    expect(await mapped.result(WITHIN)).toEqual([3, 3]);
  });
}
