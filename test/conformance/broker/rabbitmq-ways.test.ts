import { randomUUID } from "node:crypto";
import { type Channel, type ChannelModel, connect, type Options } from "amqplib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { isHyoshiError } from "../../../src/base/error.ts";
import { type Logger, silentLogger } from "../../../src/base/logger.ts";
import type { Broker } from "../../../src/broker/broker.ts";
import { createRabbitBroker, type RabbitBrokerSettings } from "../../../src/broker/rabbitmq/rabbit-broker.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { startFrameProxy } from "../../support/frame-proxy.ts";
import { ownVirtualHost, RABBITMQ_STARTS_WITHIN_MS } from "../../support/rabbitmq.ts";
import { envelope, idOf, idsOf, message, receive, receiveRest } from "./broker-bench.ts";

let url = "";
/** Somebody else on the same virtual host. */
let other: ChannelModel;
let channel: Channel;
let broker: Broker;
let queue = "";
let warnings: string[] = [];
const brokers: Broker[] = [];

const logger: Logger = {
  ...silentLogger,
  warn: (fields, text) => void warnings.push(`${text} ${JSON.stringify(fields)}`),
  child: () => logger,
};

function open(settings: Partial<RabbitBrokerSettings> = {}): Broker {
  const opened = createRabbitBroker({ url, clock: systemClock, logger, connectTimeoutMs: 20_000, ...settings });
  brokers.push(opened);
  return opened;
}

beforeAll(async () => {
  url = await ownVirtualHost();
  other = await connect(url);
  other.on("error", () => {});
}, RABBITMQ_STARTS_WITHIN_MS);

afterAll(async () => {
  await other.close();
});

beforeEach(async () => {
  warnings = [];
  queue = `queue-${randomUUID()}`;
  channel = await other.createChannel();
  channel.on("error", () => {});
  broker = open();
});

afterEach(async () => {
  await channel.close().catch(() => {});
  await Promise.all(brokers.splice(0).map((opened) => opened.close()));
});

const confirmed = ["confirmed"] as const;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

async function messagesIn(name: string): Promise<number> {
  return (await channel.checkQueue(name)).messageCount;
}

describe("what others share", () => {
  const celerys: readonly [string, Partial<RabbitBrokerSettings>, object][] = [
    ["a plain queue", {}, {}],
    ["a queue with priorities", { maxPriority: 10 }, { "x-max-priority": { "!": "int32", value: 10 } }],
    ["a quorum queue", { queueType: "quorum" }, { "x-queue-type": "quorum" }],
  ];
  it.each(celerys)("is made as Celery makes it: %s", async (_, settings, args) => {
    const own = open(settings);
    expect(await own.publish([message(queue, "a")])).toEqual(confirmed);
    // RabbitMQ closes the channel of whoever declares it in another way.
    await channel.assertExchange(queue, "direct", { durable: true });
    const found = await channel.assertQueue(queue, { durable: true, arguments: args });
    expect(found.messageCount).toBe(1);
    // A client of Celery's that names the exchange reaches it.
    channel.publish(queue, queue, Buffer.from("[]"));
    await eventually(async () => (await messagesIn(queue)) === 2);
    await own.bus.publish("celeryev", "worker.online", envelope("e"));
    await channel.assertExchange("celeryev", "topic", { durable: true });
    await own.bus.publish("celery.pidbox", "", envelope("c"));
    await channel.assertExchange("celery.pidbox", "fanout", { durable: false });
    await own.bus.reply("nobody", envelope("r"));
    await channel.assertExchange("reply.celery.pidbox", "direct", { durable: false });
    expect(warnings).toEqual([]);
  });

  it("is used as it is where it exists in another form, and said", async () => {
    const odd = { durable: true, arguments: { "x-max-priority": 5, "x-message-ttl": 600_000 } };
    await channel.assertQueue(queue, odd);
    await channel.assertExchange(queue, "fanout");
    expect(await broker.publish([message(queue, "a"), message(queue, "b")])).toEqual(["confirmed", "confirmed"]);
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 10 });
    const deliveries = await receive(subscription, 2);
    expect(idsOf(deliveries)).toEqual(["a", "b"]);
    await subscription.acknowledge(deliveries);
    expect(warnings.length).toBe(2);
    for (const warning of warnings) expect(warning).toMatch(/used as it is .*x-m.*PRECONDITION|PRECONDITION.*/);
    expect(await channel.checkQueue(queue)).toMatchObject({ consumerCount: 1, messageCount: 0 });
  });

  it("is refused, once and for all of its messages, where it cannot be used", async () => {
    // Somebody else's alone.
    await channel.assertQueue(queue, { exclusive: true, durable: false });
    const kept = `kept-${queue}`;
    expect(
      await broker.publish([
        message(queue, "a"),
        message(kept, "b"),
        message(queue, "c"),
        message("", "d"),
        message("x".repeat(300), "e"),
      ]),
    ).toEqual(["refused", "confirmed", "refused", "refused", "refused"]);
    await expect(broker.subscribe({ queues: [queue], prefetch: 1 })).rejects.toSatisfy((error) =>
      isHyoshiError(error, "broker_refused"),
    );
    expect(warnings.length).toBeLessThan(6);
  });

  it("comes with priorities that RabbitMQ keeps only where the queue is made for them", async () => {
    expect(broker.capabilities.priorities).toBe(false);
    expect(open({ maxPriority: 9, queueType: "quorum" }).capabilities.priorities).toBe(false);
    const own = open({ maxPriority: 9 });
    expect(own.capabilities.priorities).toBe(true);
    await own.publish([message(queue, "low", 0), message(queue, "high", 9)]);
    const got = await channel.get(queue, { noAck: true });
    expect(got).toMatchObject({ properties: { priority: 9 } });
  });
});

describe("publishing", () => {
  it("keeps thousands of messages on their way, in order, and confirms each", { timeout: 60_000 }, async () => {
    const ids = numbered(10_000);
    const answers = await Promise.all([
      ...ids.slice(0, 500).map((id) => broker.publish([message(queue, id)])),
      broker.publish(ids.slice(500).map((id) => message(queue, id))),
    ]);
    expect(answers.flat().every((answer) => answer === "confirmed")).toBe(true);
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 2_000 });
    const received: string[] = [];
    while (received.length < ids.length) {
      const some = await subscription.receive(500, AbortSignal.timeout(20_000));
      if (some.length === 0) break;
      received.push(...idsOf(some));
      await subscription.acknowledge(some);
    }
    expect(received).toEqual(ids);
  });

  it("makes a queue again that somebody has deleted", async () => {
    await broker.publish([message(queue, "lost with it")]);
    await channel.deleteQueue(queue);
    const answers = await broker.publish(numbered(20).map((id) => message(queue, id)));
    expect(new Set(answers)).toEqual(new Set(confirmed));
    const received = await receive(await broker.subscribe({ queues: [queue], prefetch: 100 }), 20);
    expect(idsOf(received)).toEqual(numbered(20));
  });

  it("refuses what AMQP has no room for, and nothing beside it", async () => {
    const { properties } = envelope("x");
    const answers = await broker.publish([
      message(queue, "before"),
      { queue, priority: 0, envelope: envelope("h", { headers: { text: "x".repeat(70_000) } }) },
      { queue, priority: 0, envelope: envelope("k", { headers: { ["k".repeat(300)]: 1 } }) },
      {
        queue,
        priority: 0,
        envelope: envelope("p", { properties: { ...properties, correlationId: "x".repeat(300) } }),
      },
      message(queue, "after"),
    ]);
    expect(answers).toEqual(["confirmed", "refused", "refused", "refused", "confirmed"]);
    expect(await messagesIn(queue)).toBe(2);
  });

  it("finds the one message at which RabbitMQ closes the channel, and delivers those around it", async () => {
    const answers = await broker.publish([
      ...numbered(50).map((id) => message(queue, id)),
      // RabbitMQ reads this header itself, and wants a list.
      { queue, priority: 0, envelope: envelope("guilty", { headers: { id: "guilty", CC: { not: "a list" } } }) },
      ...numbered(50).map((id) => message(queue, `later ${id}`)),
    ]);
    expect(answers[50]).toBe("refused");
    expect(answers.filter((answer) => answer === "confirmed").length).toBe(100);
    const received = idsOf(await receiveRest(await broker.subscribe({ queues: [queue], prefetch: 500 })));
    expect(received).not.toContain("guilty");
    for (const id of [...numbered(50), ...numbered(50).map((id) => `later ${id}`)]) expect(received).toContain(id);
  });

  it("does not claim what a full queue has not taken", async () => {
    await channel.assertQueue(queue, {
      durable: true,
      arguments: { "x-max-length": 1, "x-overflow": "reject-publish" },
    });
    expect(await broker.publish([message(queue, "fits")])).toEqual(confirmed);
    const [answer] = await broker.publish([message(queue, "does not")]);
    expect(["unknown", "confirmed"]).toContain(answer);
    await eventually(async () => (await broker.publish([message(queue, "nor this")]))[0] === "unknown");
  });
});

describe("consuming", () => {
  it("hands up messages whatever they look like, each once", { timeout: 60_000 }, async () => {
    const huge = Buffer.alloc(50 * 1024 * 1024, "x");
    const odd: readonly [Options.Publish, Buffer][] = [
      [{}, Buffer.alloc(0)],
      [{ contentType: "application/x-python-serialize", headers: { task: "a" } }, Buffer.from([0x80, 2])],
      [
        { headers: { id: { "!": "uint16", value: 7 }, at: { "!": "timestamp", value: 5 }, x: Buffer.from([0xff]) } },
        huge,
      ],
      [
        { contentType: "application/json", headers: { big: "x".repeat(60_000) }, priority: 99 },
        Buffer.from("not json"),
      ],
    ];
    await channel.assertQueue(queue);
    for (const [options, content] of odd) channel.sendToQueue(queue, content, options);
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 10 });
    const deliveries = await receive(subscription, 4);
    expect(deliveries.map((delivery) => delivery.envelope.body.byteLength)).toEqual([0, 2, huge.length, 8]);
    expect(deliveries.map((delivery) => delivery.envelope.properties.contentType)).toEqual([
      "",
      "application/x-python-serialize",
      "",
      "application/json",
    ]);
    expect(deliveries[2]?.envelope.headers).toEqual({ id: 7, at: 5, x: "/w==" });
    await subscription.refuse(deliveries);
    expect(idsOf(await receiveRest(subscription))).toEqual([]);
    await subscription[Symbol.asyncDispose]();
    expect(await broker.depth(queue)).toBe(0);
    expect(warnings).toEqual([]);
  });

  it("reads the integers of 64 bits that Python writes", async () => {
    // The driver writes an `l`; Python an `L`.
    const asPython = (bytes: Buffer) => {
      const at = bytes.indexOf("bigl");
      if (at >= 0) bytes.write("L", at + 3);
      return bytes;
    };
    const proxy = await startFrameProxy(url, { rewrite: asPython });
    const python = await connect(proxy.url);
    const sender = await python.createConfirmChannel();
    await sender.assertQueue(queue);
    sender.sendToQueue(queue, Buffer.from("[]"), {
      headers: { id: "python's", big: { "!": "int64", value: 2 ** 45 } },
    });
    sender.sendToQueue(queue, Buffer.from("[]"), { headers: { id: "next" } });
    await sender.waitForConfirms();
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 10 });
    const deliveries = await receive(subscription, 2);
    expect(deliveries.map(({ envelope }) => envelope.headers)).toEqual([
      { id: "python's", big: 2 ** 45 },
      { id: "next" },
    ]);
    expect(deliveries.map(({ redelivered }) => redelivered)).toEqual([false, false]);
    expect(warnings).toEqual([]);
    await python.close();
    await proxy.close();
  });

  it("goes on when the queue is deleted under it", async () => {
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 10 });
    await channel.deleteQueue(queue);
    await eventually(async () => {
      await channel.assertQueue(queue);
      return (await channel.checkQueue(queue)).consumerCount === 1;
    });
    channel.sendToQueue(queue, Buffer.from("[]"), { headers: { id: "after" } });
    expect(idsOf(await receive(subscription, 1))).toEqual(["after"]);
  });

  it("says of what a quorum queue hands out again how often it did before", async () => {
    const own = open({ queueType: "quorum" });
    await own.publish([message(queue, "a")]);
    const subscription = await own.subscribe({ queues: [queue], prefetch: 1 });
    const counts: unknown[] = [];
    for (let round = 0; round < 4; round += 1) {
      const deliveries = await receive(subscription, 1);
      counts.push(deliveries[0]?.deliveries);
      await subscription.giveBack(deliveries);
    }
    expect(counts).toEqual([undefined, 1, 2, 3]);
  });

  it("consumes classic and quorum queues side by side", async () => {
    const quorum = `quorum-${queue}`;
    await channel.assertQueue(quorum, { arguments: { "x-queue-type": "quorum" } });
    await broker.publish([message(queue, "classic"), message(quorum, "quorum")]);
    const subscription = await broker.subscribe({ queues: [queue, quorum], prefetch: 5 });
    const deliveries = await receive(subscription, 2);
    expect(idsOf(deliveries).sort()).toEqual(["classic", "quorum"]);
    await subscription.acknowledge(deliveries);
    await eventually(async () => (await broker.depth(quorum)) === 0);
  });

  it("takes what Celery's delayed delivery has sent around, by its queue's own name", async () => {
    // As `celery_delayed_0` hands on: an expired message with a long routing key, by way of a topic exchange.
    const [waits, exchange] = [`waits-${queue}`, `delivery-${queue}`];
    await channel.assertExchange(exchange, "topic", { durable: true });
    await channel.assertQueue(waits, {
      messageTtl: 1,
      deadLetterExchange: exchange,
      arguments: { "x-overflow": "reject-publish" },
    });
    await channel.assertExchange("delayed", "topic");
    await channel.bindQueue(waits, "delayed", "#");
    await channel.assertQueue(queue);
    await channel.bindQueue(queue, exchange, `#.${queue}`);
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 5 });
    channel.publish("delayed", `${"0.".repeat(28)}${queue}`, Buffer.from("[]"), { headers: { id: "late", task: "a" } });
    const [delivery] = await receive(subscription, 1);
    expect(delivery).toMatchObject({ queue, redelivered: false });
    expect(delivery?.envelope.headers).toMatchObject({
      id: "late",
      "x-death": [{ reason: "expired", count: 1, queue: waits, time: expect.any(Number) }],
    });
  });

  it("gives back what nobody asks for, and consumes again when somebody does", async () => {
    const clock = new FakeClock();
    const subscription = await open({ clock }).subscribe({ queues: [queue], prefetch: 5 });
    await broker.publish(numbered(10).map((id) => message(queue, id)));
    const running = await receive(subscription, 1);
    const waiting = (depth: number) => eventually(async () => (await broker.depth(queue)) === depth);
    await waiting(5);
    await clock.advance(9_000);
    await waiting(5);
    await clock.advance(1_000);
    await waiting(9);
    const idle = await broker.subscribe({ queues: [queue], prefetch: 3 });
    expect(idsOf(await receive(idle, 3))).toEqual(["1", "2", "3"]);
    // No more than is asked for, until more is asked for soon.
    expect(idsOf(await receive(subscription, 2))).toEqual(["4", "5"]);
    await waiting(4);
    expect(await subscription.renew(running)).toEqual([]);
    const more = receive(subscription, 2);
    await subscription.acknowledge(running);
    expect(idsOf(await more)).toEqual(["6", "7"]);
    await waiting(0);
  });

  it("hands a refused message to the queue's dead-letter exchange", async () => {
    const dead = `dead-${queue}`;
    await channel.assertQueue(dead);
    await channel.assertQueue(queue, { deadLetterExchange: "", deadLetterRoutingKey: dead });
    channel.sendToQueue(queue, Buffer.from("[]"), { headers: { id: "bad" } });
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 5 });
    await subscription.refuse(await receive(subscription, 1));
    await eventually(async () => (await messagesIn(dead)) === 1);
  });
});

describe("a connection that is cut while it begins", () => {
  /** Bytes of the server's answers: in the handshake, while the channel is opened, while the queue is made, and in the first confirmation. */
  const cuts = [...numbered(8).map((n) => 20 + Number(n) * 60), ...numbered(40).map((n) => 500 + Number(n) * 9)];
  it("is made again, wherever that is, and nothing hangs", { timeout: 90_000 }, async () => {
    const outcomes = await Promise.all(
      cuts.map(async (bytes) => {
        const proxy = await startFrameProxy(url);
        proxy.cutAnswersAfter(bytes);
        const own = open({ url: proxy.url, connectTimeoutMs: 60_000 });
        const name = `${queue}-${bytes}`;
        const [answer] = await own.publish([message(name, "a")]);
        proxy.cutAnswersAfter(bytes);
        const subscription = await own.subscribe({ queues: [name], prefetch: 1 });
        await subscription.acknowledge(await receive(subscription, 1));
        await own.close();
        await proxy.close();
        return answer;
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(confirmed));
  });
});

describe("a worker's name on the bus", () => {
  it("is its own: a second one of the name hears nothing until the first has gone", async () => {
    const name = `w1-${randomUUID()}@host`;
    const heard: string[] = [];
    const hear = (who: string) => () => void heard.push(who);
    const first = await broker.bus.listen("celery.pidbox", { topic: "", name }, hear("first"));
    const second = open();
    await expect(second.bus.listen("celery.pidbox", { topic: "", name }, hear("second"))).rejects.toSatisfy((error) =>
      isHyoshiError(error, "broker_refused"),
    );
    await first[Symbol.asyncDispose]();
    await using _second = await second.bus.listen("celery.pidbox", { topic: "", name }, hear("second"));
    await broker.bus.publish("celery.pidbox", "", envelope("ping"));
    await eventually(() => heard.length > 0);
    expect(heard).toEqual(["second"]);
  });
});

it("does not let a listener's mistake stop what others hear", async () => {
  const heard: string[] = [];
  await using _bad = await broker.bus.listen("celeryev", { topic: "#", name: "" }, () => {
    throw new Error("a mistake");
  });
  await using _good = await broker.bus.listen("celeryev", { topic: "#", name: "" }, ({ envelope }) => {
    heard.push(idOf({ envelope } as never));
  });
  await broker.bus.publish("celeryev", "worker.online", envelope("1"));
  await broker.bus.publish("celeryev", "worker.online", envelope("2"));
  await eventually(() => heard.length === 2);
});
