import { describe, expect, it } from "vitest";
import { FairBuffer } from "./fair-buffer.ts";

function filled(): FairBuffer<string> {
  const buffer = new FairBuffer<string>();
  for (const item of ["a1", "a2", "a3", "b1", "c1", "c2"]) buffer.put(item.slice(0, 1), item);
  return buffer;
}

describe("FairBuffer", () => {
  it("hands out the queues in turns, each in its order", () => {
    expect(filled().take(10)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
  });

  it("goes on with the queue whose turn it is", () => {
    const buffer = filled();
    expect(buffer.take(2)).toEqual(["a1", "b1"]);
    buffer.put("b", "b2");
    expect(buffer.take(2)).toEqual(["c1", "a2"]);
    expect(buffer.take(9)).toEqual(["b2", "c2", "a3"]);
    expect(buffer.take(9)).toEqual([]);
    expect(buffer.size).toBe(0);
  });

  it("lets go of a queue", () => {
    const buffer = filled();
    expect(buffer.remove("a")).toEqual(["a1", "a2", "a3"]);
    expect(buffer.remove("nobody's")).toEqual([]);
    expect([buffer.size, buffer.queues]).toEqual([3, 2]);
    buffer.clear();
    expect(buffer.take(1)).toEqual([]);
  });
});
