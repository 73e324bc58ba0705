import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type Cases, idsOf, receive, receiveRest } from "./broker-bench.ts";
import type { BrokerTraits } from "./describe-broker.ts";

export function settling(cases: () => Cases, traits: BrokerTraits): void {
  const depthBecomes = (depth: number) =>
    eventually(async () => (await cases().broker.depth(cases().queue)) === depth, {
      what: () => `${depth} waiting messages`,
    });

  describe("acknowledge", () => {
    it("lets a message never come again, to nobody", async () => {
      await cases().publish("a", "b");
      const subscription = await cases().subscribe();
      await subscription.acknowledge(await receive(subscription, 2));
      await subscription[Symbol.asyncDispose]();
      expect(idsOf(await receiveRest(await cases().subscribe()))).toEqual([]);
    });

    it("may be repeated", async () => {
      await cases().publish("a", "b");
      const subscription = await cases().subscribe();
      const [a, b] = await receive(subscription, 2);
      if (a === undefined || b === undefined) throw new Error("two were expected");
      await subscription.acknowledge([a]);
      await subscription.acknowledge([a, b]);
      await subscription.acknowledge([]);
      await subscription[Symbol.asyncDispose]();
      expect(idsOf(await receiveRest(await cases().subscribe()))).toEqual([]);
    });
  });

  describe("giveBack", () => {
    it("lets messages come again, said to be redelivered, in front where the broker can", async () => {
      await cases().publish("a", "b", "c", "d");
      const subscription = await cases().subscribe({ prefetch: 2 });
      await subscription.giveBack(await receive(subscription, 2));
      await subscription[Symbol.asyncDispose]();
      const again = await receive(await cases().subscribe(), 4);
      expect(idsOf(again).sort()).toEqual(["a", "b", "c", "d"]);
      if (traits.givesBackInFront) expect(idsOf(again)).toEqual(["a", "b", "c", "d"]);
      const redelivered = again.filter((delivery) => delivery.redelivered);
      expect(idsOf(redelivered)).toEqual(expect.arrayContaining(["a", "b"]));
    });

    it("hands them to another consumer that waits", async () => {
      await cases().publish("a");
      const first = await cases().subscribe();
      const deliveries = await receive(first, 1);
      const second = await cases().subscribe({ broker: await cases().bench.another() });
      const waiting = receive(second, 1);
      // The one who gives back asks no more.
      await first.remove(cases().queue);
      await first.giveBack(deliveries);
      expect(idsOf(await waiting)).toEqual(["a"]);
    });

    it("happens to all that a subscription holds when it ends", async () => {
      await cases().publish("a", "b", "c");
      const subscription = await cases().subscribe();
      const [a] = await receive(subscription, 3);
      await subscription.acknowledge(a === undefined ? [] : [a]);
      await subscription[Symbol.asyncDispose]();
      expect(await subscription.receive(1, AbortSignal.timeout(20_000))).toEqual([]);
      await depthBecomes(2);
      expect(idsOf(await receive(await cases().subscribe(), 2))).toEqual(["b", "c"]);
    });

    it("happens to all that a broker's subscriptions hold when it is closed", async () => {
      await cases().publish("a", "b");
      const other = await cases().bench.another();
      await receive(await other.subscribe({ queues: [cases().queue], prefetch: 10 }), 2);
      await other.close();
      expect(idsOf(await receive(await cases().subscribe(), 2))).toEqual(["a", "b"]);
    });
  });

  describe("refuse", () => {
    it("lets a message never come again", async () => {
      await cases().publish("a", "b");
      const subscription = await cases().subscribe();
      await subscription.refuse(await receive(subscription, 2));
      await subscription[Symbol.asyncDispose]();
      expect(idsOf(await receiveRest(await cases().subscribe()))).toEqual([]);
    });
  });

  describe("renew", () => {
    it("keeps what is held, and answers nothing lost", async () => {
      await cases().publish("a", "b");
      const subscription = await cases().subscribe();
      const deliveries = await receive(subscription, 2);
      expect(await subscription.renew(deliveries)).toEqual([]);
      const other = await cases().subscribe({ broker: await cases().bench.another() });
      expect(idsOf(await receiveRest(other))).toEqual([]);
      await subscription.acknowledge(deliveries);
    });
  });

  describe("depth", () => {
    it("counts what waits, over all priorities, and not what is handed out", async () => {
      const { broker, queue } = cases();
      expect(await broker.depth(queue)).toBe(0);
      await cases().publish("a", "b", "c");
      await cases().publishAll(
        [0, 3, 6, 9].map((priority) => ({
          queue,
          priority,
          envelope: { headers: { id: `p${priority}` }, properties: jsonProperties, body: Buffer.from("[]") },
        })),
      );
      await depthBecomes(7);
      const subscription = await cases().subscribe({ prefetch: 2 });
      await receive(subscription, 2);
      await depthBecomes(5);
    });
  });

  describe("purge", () => {
    it("removes what waits, answers how many, and leaves alone what is handed out", async () => {
      const { broker, queue } = cases();
      expect(await broker.purge(queue)).toBe(0);
      await cases().publish("a", "b", "c", "d");
      const subscription = await cases().subscribe({ prefetch: 1 });
      const [held] = await receive(subscription, 1);
      await depthBecomes(3);
      expect(await broker.purge(queue)).toBe(3);
      expect(await broker.depth(queue)).toBe(0);
      await subscription.giveBack(held === undefined ? [] : [held]);
      expect(idsOf(await receive(subscription, 1))).toEqual(["a"]);
    });
  });
}

const jsonProperties = { contentType: "application/json", contentEncoding: "utf-8" };
