import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Envelope } from "../../../src/message/envelope.ts";
import { eventually } from "../../support/eventually.ts";
import { type Cases, envelope } from "./broker-bench.ts";

const idOf = (heard: Envelope) => String(heard.headers.id);

export function talkingOnTheBus(cases: () => Cases): void {
  describe("the bus", () => {
    it("carries events to those who listen to their topic, with what they hold", async () => {
      const { broker, bench } = cases();
      const other = await bench.another();
      const all: string[] = [];
      const workers: string[] = [];
      await using _all = await broker.bus.listen("celeryev", { topic: "#", name: "" }, ({ routingKey, envelope }) =>
        all.push(`${routingKey} ${idOf(envelope)}`),
      );
      await using _workers = await broker.bus.listen("celeryev", { topic: "worker.#", name: "" }, ({ envelope }) =>
        workers.push(idOf(envelope)),
      );
      await other.bus.publish("celeryev", "worker.heartbeat", envelope("1"));
      await other.bus.publish("celeryev", "task.multi", envelope("2"));
      await other.bus.publish("celeryev", "worker.offline", envelope("3"));
      await eventually(() => all.length === 3 && workers.length === 2);
      expect(all).toEqual(["worker.heartbeat 1", "task.multi 2", "worker.offline 3"]);
      expect(workers).toEqual(["1", "3"]);
    });

    it("keeps headers, properties and body", async () => {
      const heard: Envelope[] = [];
      await using _listening = await cases().broker.bus.listen(
        "celeryev",
        { topic: "#", name: "" },
        ({ envelope }) => void heard.push(envelope),
      );
      const sent: Envelope = {
        headers: { hostname: "機械@host", clock: 4_000 },
        properties: { contentType: "application/json", contentEncoding: "utf-8", deliveryMode: 1 },
        body: Buffer.from('{"type": "worker-online", "text": "拍子"}'),
      };
      await cases().broker.bus.publish("celeryev", "worker.online", sent);
      const [got] = await eventually(() => heard.length > 0 && heard);
      expect(got?.headers).toEqual(sent.headers);
      expect(got?.properties).toEqual(sent.properties);
      expect(Buffer.from(got?.body ?? []).toString()).toBe(Buffer.from(sent.body).toString());
    });

    it("carries remote control to every worker", async () => {
      const { broker, bench } = cases();
      const other = await bench.another();
      const heard: string[] = [];
      const hear = (name: string) => (told: { envelope: Envelope }) =>
        void heard.push(`${name} ${idOf(told.envelope)}`);
      await using _first = await broker.bus.listen("celery.pidbox", { topic: "", name: node("one") }, hear("one"));
      await using _second = await other.bus.listen("celery.pidbox", { topic: "", name: node("two") }, hear("two"));
      await broker.bus.publish("celery.pidbox", "", envelope("ping"));
      await eventually(() => heard.length === 2);
      expect(heard.sort()).toEqual(["one ping", "two ping"]);
    });

    it("is silent for who has stopped listening", async () => {
      const { broker } = cases();
      const heard: string[] = [];
      const stays: string[] = [];
      const listening = await broker.bus.listen("celeryev", { topic: "#", name: "" }, ({ envelope }) =>
        heard.push(idOf(envelope)),
      );
      await using _stays = await broker.bus.listen("celeryev", { topic: "#", name: "" }, ({ envelope }) =>
        stays.push(idOf(envelope)),
      );
      await broker.bus.publish("celeryev", "worker.online", envelope("1"));
      await eventually(() => heard.length === 1 && stays.length === 1);
      await listening[Symbol.asyncDispose]();
      await broker.bus.publish("celeryev", "worker.online", envelope("2"));
      await eventually(() => stays.length === 2);
      expect(heard).toEqual(["1"]);
    });

    it("brings replies to who asked, in order", async () => {
      const { broker, bench } = cases();
      const other = await bench.another();
      const key = randomUUID();
      const replies: string[] = [];
      const own: string[] = [];
      await using _replies = await broker.bus.receiveReplies(key, (reply) => replies.push(idOf(reply)));
      await using _own = await other.bus.receiveReplies(randomUUID(), (reply) => own.push(idOf(reply)));
      for (const id of ["1", "2", "3"]) await other.bus.reply(key, envelope(id));
      await eventually(() => replies.length === 3);
      expect(replies).toEqual(["1", "2", "3"]);
      expect(own).toEqual([]);
    });

    it("drops the reply to who has gone", async () => {
      const { broker } = cases();
      const key = randomUUID();
      const receiving = await broker.bus.receiveReplies(key, () => {});
      await receiving[Symbol.asyncDispose]();
      await broker.bus.reply(key, envelope("1"));
      await broker.bus.reply(randomUUID(), envelope("2"));
    });

    it("sends results to a client's own queue", async () => {
      const { broker, bench } = cases();
      const other = await bench.another();
      const queue = randomUUID();
      const results: string[] = [];
      await using _results = await broker.bus.receiveFrom(queue, (result) => results.push(idOf(result)));
      for (let id = 0; id < 20; id += 1) await other.bus.sendTo(queue, envelope(String(id)));
      await eventually(() => results.length === 20);
      expect(results).toEqual(Array.from({ length: 20 }, (_, id) => String(id)));
    });
  });
}

const node = (name: string) => `${name}-${randomUUID()}@host`;
