import { expect, it } from "vitest";
import type { Stage } from "./stage.ts";

/** What hyoshi's client learns from the result backend alone: what its workers keep no record of. */
export function describeHyoshiClient(at: () => Stage): void {
  const send = (n: number) => at().app.client.send("app.unkept", { n });
  const WITHIN = { timeoutMs: 60_000 };

  it("answers what is sent without a record, to each who waits", async () => {
    // What is sent before the broker was reached is stored, and keeps its row.
    await (await send(0)).result(WITHIN);
    const sent = await Promise.all(Array.from({ length: 50 }, (_, n) => send(n)));
    const results = await Promise.all(sent.map((run) => run.result(WITHIN)));
    expect(results).toEqual(sent.map((_, n) => 2 * n));
    expect(await at().find(sent[0]?.id ?? "")).toBeUndefined();
  });

  it("answers whoever asks later, and again", async () => {
    const [early, late] = [await send(21), await send(22)];
    expect(await late.result(WITHIN)).toBe(44);
    expect([await early.result(WITHIN), await early.result(WITHIN)]).toEqual([42, 42]);
  });
}
