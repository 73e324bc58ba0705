import { describe, expect, it } from "vitest";
import type { Envelope } from "../../../src/message/envelope.ts";
import { type Cases, envelope, idsOf, message, receive, receiveRest } from "./broker-bench.ts";
import type { BrokerTraits } from "./describe-broker.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

export function sendingAndReceiving(cases: () => Cases, traits: BrokerTraits): void {
  describe("publish and receive", () => {
    it("hands out what was published, in that order", async () => {
      const ids = numbered(300);
      await cases().publish(...ids);
      const subscription = await cases().subscribe({ prefetch: 1_000 });
      expect(idsOf(await receive(subscription, 300))).toEqual(ids);
    });

    it("keeps the order of calls that are not waited for", async () => {
      const ids = numbered(50);
      await Promise.all(ids.map((id) => cases().broker.publish([message(cases().queue, id)])));
      expect(idsOf(await receive(await cases().subscribe(), 50))).toEqual(ids);
    });

    it("keeps headers, properties and body as they are", async () => {
      const sent: Envelope = {
        headers: {
          task: "app.名前",
          id: "one",
          group: null,
          retries: 3,
          timelimit: [null, 300],
          nested: { list: [1, -2, 0.5, 4_294_967_296], text: '拍子 \u2028 😀 "quoted" \\ back', yes: true, no: false },
        },
        properties: {
          contentType: "application/x-own",
          contentEncoding: "binary",
          correlationId: "one",
          replyTo: "reply-queue",
          deliveryMode: 2,
          expirationMs: 86_400_000,
        },
        body: Uint8Array.from({ length: 256 }, (_, byte) => byte),
      };
      await cases().publishAll([{ queue: cases().queue, priority: 5, envelope: sent }]);
      const [delivery] = await receive(await cases().subscribe(), 1);
      expect(delivery).toMatchObject({ queue: cases().queue, redelivered: false });
      expect(delivery?.unreadable).toBeUndefined();
      expect(delivery?.envelope.headers).toEqual(sent.headers);
      expect(delivery?.envelope.properties).toEqual(sent.properties);
      expect(Buffer.from(delivery?.envelope.body ?? [])).toEqual(Buffer.from(sent.body));
    });

    it("carries a body of five megabytes", async () => {
      const body = Buffer.alloc(5 * 1024 * 1024, "拍子");
      await cases().publishAll([{ queue: cases().queue, priority: 5, envelope: envelope("big", { body }) }]);
      const [delivery] = await receive(await cases().subscribe(), 1);
      expect(Buffer.compare(Buffer.from(delivery?.envelope.body ?? []), body)).toBe(0);
    });

    it("serves a queue whose name is not ASCII, and one with spaces and colons", async () => {
      for (const queue of [`集計 ${cases().queue}`, `a b:c.${cases().queue}`]) {
        await cases().publishAll([message(queue, "one")]);
        const [delivery] = await receive(await cases().subscribe({ queues: [queue] }), 1);
        expect(delivery?.queue).toBe(queue);
      }
    });

    it.runIf(traits.priorities)("hands out the higher priority first, and says it", async () => {
      const { queue } = cases();
      await cases().publishAll([
        message(queue, "lowest", 0),
        message(queue, "low", 3),
        message(queue, "high", 6),
        message(queue, "highest", 9),
        message(queue, "highest too", 9),
      ]);
      const deliveries = await receive(await cases().subscribe({ prefetch: 5 }), 5);
      expect(idsOf(deliveries)).toEqual(["highest", "highest too", "high", "low", "lowest"]);
      expect(deliveries.map(({ priority }) => priority)).toEqual([9, 9, 6, 3, 0]);
    });

    it("hands out no more than asked for", async () => {
      await cases().publish(...numbered(10));
      const subscription = await cases().subscribe();
      expect((await subscription.receive(3, AbortSignal.timeout(20_000))).length).toBeLessThanOrEqual(3);
    });

    it("hands out no more than the prefetch until something is settled", async () => {
      await cases().publish(...numbered(10));
      const subscription = await cases().subscribe({ prefetch: 4 });
      const first = await receive(subscription, 4);
      expect(idsOf(await receiveRest(subscription))).toEqual([]);
      await subscription.acknowledge(first.slice(0, 2));
      expect(idsOf(await receive(subscription, 2))).toEqual(["4", "5"]);
      expect(idsOf(await receiveRest(subscription))).toEqual([]);
    });

    it("wakes who waits when something is published, by whomever", async () => {
      const subscription = await cases().subscribe();
      for (const broker of [cases().broker, await cases().bench.another()]) {
        const waiting = receive(subscription, 1);
        await broker.publish([message(cases().queue, "woken")]);
        expect(idsOf(await waiting)).toEqual(["woken"]);
      }
    });

    it("answers with nothing when whoever waits gives up, and loses nothing by it", async () => {
      const subscription = await cases().subscribe();
      const giveUp = new AbortController();
      const waiting = subscription.receive(1, giveUp.signal);
      giveUp.abort();
      expect(await waiting).toEqual([]);
      expect(await subscription.receive(1, AbortSignal.abort())).toEqual([]);
      await cases().publish("later");
      expect(idsOf(await receive(subscription, 1))).toEqual(["later"]);
    });

    it("loses nothing, and doubles nothing, when waiting is given up again and again", async () => {
      const ids = numbered(200);
      const subscription = await cases().subscribe();
      const received: string[] = [];
      const publishing = (async () => {
        for (const id of ids) await cases().publish(id);
      })();
      const deadline = performance.now() + 20_000;
      while (received.length < ids.length && performance.now() < deadline) {
        const some = await subscription.receive(5, AbortSignal.timeout(Math.floor(Math.random() * 5)));
        received.push(...idsOf(some));
        await subscription.acknowledge(some);
      }
      await publishing;
      expect(received).toEqual(ids);
    });

    it("gives each of several consumers a part, and nobody what another has", async () => {
      const ids = numbered(200);
      const consumers = await Promise.all([
        cases().subscribe({ prefetch: 20 }),
        cases().subscribe({ prefetch: 20, broker: await cases().bench.another() }),
        cases().subscribe({ prefetch: 20, broker: await cases().bench.another() }),
      ]);
      const received = consumers.map((): string[] => []);
      const done = new AbortController();
      const consuming = consumers.map(async (consumer, index) => {
        while (!done.signal.aborted) {
          const some = await consumer.receive(5, done.signal);
          received[index]?.push(...idsOf(some));
          if (received.flat().length >= ids.length) done.abort();
          await consumer.acknowledge(some);
        }
      });
      await cases().publish(...ids);
      await Promise.all(consuming);
      expect(received.flat().sort()).toEqual([...ids].sort());
      for (const part of received) expect(part.length).toBeGreaterThan(0);
    });

    it("serves several queues, and starves none of them", async () => {
      const queues = ["a", "b", "c"].map((name) => `${name}-${cases().queue}`);
      await cases().publishAll(queues.flatMap((queue) => numbered(20).map((id) => message(queue, `${queue} ${id}`))));
      const subscription = await cases().subscribe({ queues, prefetch: 15 });
      const first = await receive(subscription, 15);
      for (const queue of queues)
        expect(first.filter((delivery) => delivery.queue === queue).length).toBeGreaterThan(0);
      await subscription.acknowledge(first);
      const rest = await receive(subscription, 15);
      expect(new Set(idsOf([...first, ...rest])).size).toBe(30);
    });

    it("takes up a queue while it waits, and leaves one", async () => {
      const other = `other-${cases().queue}`;
      const subscription = await cases().subscribe();
      const waiting = receive(subscription, 1);
      await subscription.add(other);
      await cases().publishAll([message(other, "taken up")]);
      const [delivery] = await waiting;
      expect(delivery).toMatchObject({ queue: other });
      await subscription.acknowledge(delivery === undefined ? [] : [delivery]);
      await subscription.remove(other);
      await cases().publishAll([message(other, "left")]);
      await cases().publish("kept");
      expect(idsOf(await receiveRest(subscription))).toEqual(["kept"]);
      expect(await cases().broker.depth(other)).toBe(1);
    });
  });

  describe("state", () => {
    it("tells that it is connected", async () => {
      await cases().publish("one");
      expect(cases().broker.state()).toEqual({ kind: "connected" });
    });
  });
}
