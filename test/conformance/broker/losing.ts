import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Cases, idsOf, receive, receiveRest } from "./broker-bench.ts";
import type { BrokerTraits } from "./describe-broker.ts";

const holder = fileURLToPath(new URL("./holder.ts", import.meta.url));

export function losing(cases: () => Cases, traits: BrokerTraits): void {
  // One that lives in this process dies with it.
  if (traits.name === "memory") return;
  describe("a consumer that is killed", () => {
    it("loses nothing of what it held, and leaves the rest alone", { timeout: 60_000 }, async () => {
      const ids = Array.from({ length: 40 }, (_, index) => String(index));
      await cases().publish(...ids);
      const child = spawn(process.execPath, [holder, JSON.stringify(cases().bench.process), cases().queue, "15"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      const held = JSON.parse(line) as string[];
      expect(held).toEqual(ids.slice(0, 15));
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;

      const subscription = await cases().subscribe({ prefetch: 1_000 });
      const received = await receive(subscription, 40);
      expect(idsOf(received).sort()).toEqual([...ids].sort());
      const again = received.filter(({ redelivered }) => redelivered);
      expect(idsOf(again).sort()).toEqual([...held].sort());
      await subscription.acknowledge(received);
      expect(idsOf(await receiveRest(subscription))).toEqual([]);
      expect(await cases().broker.depth(cases().queue)).toBe(0);
    });
  });
}
