import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Stage } from "./stage.ts";

/** hyoshi's own commands for remote control, on Celery's workers. */
export function describeHyoshiControl(at: () => Stage): void {
  /** What each worker replied, by its node name. */
  const ask = async <T = unknown>(...words: readonly string[]): Promise<Readonly<Record<string, T>>> => {
    const { code, stdout, stderr } = await at().command(...words, "--json");
    if (code !== 0) throw new Error(`hyoshi ${words.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return JSON.parse(stdout) as Record<string, T>;
  };
  const node = "py@interop";
  /** To the Python worker alone: nobody else is waited for. */
  const only = ["--destination", node, "--timeout", "10"];

  it("finds workers of both kinds", async () => {
    expect(await ask("inspect", "ping", "--destination", `${node},ts@interop`, "--timeout", "10")).toEqual({
      [node]: { ok: "pong" },
      "ts@interop": { ok: "pong" },
    });
    expect(Object.keys(await ask("inspect", "ping", "--timeout", "2"))).toEqual(
      expect.arrayContaining([node, "ts@interop"]),
    );
  });

  it.each(["active", "registered", "reserved", "scheduled", "stats", "active_queues", "report", "conf", "revoked"])(
    "inspect %s is answered by a Python worker",
    async (what) => {
      expect(await ask("inspect", what, ...only)).toHaveProperty([node]);
    },
  );

  it("changes a Python worker's queues, pool and limits", async () => {
    expect(await ask("control", "add_consumer", "taken.up.too", ...only)).toEqual({
      [node]: { ok: "add consumer taken.up.too" },
    });
    const sent = await at().app.client.send("py.add", { args: [1, 2] }, { queue: "taken.up.too" });
    expect(await sent.result({ timeoutMs: 60_000 })).toBe(3);
    expect(await ask("control", "cancel_consumer", "taken.up.too", ...only)).toEqual({
      [node]: { ok: "no longer consuming from taken.up.too" },
    });
    expect(await ask("control", "rate_limit", "py.mul", "100/s", ...only)).toEqual({
      [node]: { ok: "new rate limit set successfully" },
    });
    expect(await ask("control", "pool_grow", "1", ...only)).toEqual({ [node]: { ok: "pool will grow" } });
    expect(await ask("control", "pool_shrink", "1", ...only)).toEqual({ [node]: { ok: "pool will shrink" } });
  });

  it("cancels a run that a Python worker executes", async () => {
    const sent = await at().app.client.send("py.nap", { args: [60] }, { queue: "python" });
    await eventually(async () => {
      const active = await ask<readonly { id: string }[]>("inspect", "active", ...only);
      return active[node]?.some(({ id }) => id === sent.id);
    });
    const { code, stderr } = await at().command("control", "terminate", sent.id, ...only);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    await eventually(async () => (await at().find(sent.id))?.endedAt !== undefined, {
      within: 30_000,
      what: () => "the run to end",
    });
    expect(await at().run(sent.id)).toMatchObject({ state: "cancelled" });
  });

  it("shuts a Python worker down", async () => {
    const doomed = await at().celery.worker({ name: "doomed", queues: ["nobodys"], concurrency: 1 });
    await at().command("control", "shutdown", "--destination", "doomed@interop");
    expect(await doomed.gone).toBe(0);
  });
}
