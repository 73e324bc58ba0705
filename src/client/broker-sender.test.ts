import { describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import { silentLogger } from "../base/logger.ts";
import type { BrokerState, OutgoingMessage, PublishAnswer } from "../broker/broker.ts";
import { MessageCodec } from "../run/message-codec.ts";
import { MessageSeal } from "../run/message-seal.ts";
import type { NewRun } from "../run/run.ts";
import { BrokerSender } from "./broker-sender.ts";

const now = Date.UTC(2026, 0, 1);
const run = (id: string, changes: Partial<NewRun> = {}): NewRun => ({
  ...{ id, task: "app.x", payload: { input: { n: 1 } }, queue: "default", priority: 5, options: {} },
  ...{ origin: { kind: "api" }, availableAt: now, queuedAt: now },
  ...changes,
});

function create(publish: (messages: readonly OutgoingMessage[]) => Promise<readonly PublishAnswer[]>) {
  const clock = new FakeClock(now);
  const published: number[] = [];
  const added: { readonly ids: readonly string[]; readonly publishedAt: number | undefined }[] = [];
  let state: BrokerState = { kind: "connected" };
  let failing = 0;
  const sender = new BrokerSender({
    broker: {
      publish(messages) {
        published.push(messages.length);
        return publish(messages);
      },
      state: () => state,
    },
    codec: new MessageCodec({ seal: new MessageSeal(async () => "key"), origin: "gen1@host" }),
    runs: {
      async add(runs, { publishedAt } = {}) {
        if (failing > 0) {
          failing -= 1;
          throw new Error("the database is away");
        }
        added.push({ ids: runs.map(({ id }) => id), publishedAt });
        return runs.map(() => "added");
      },
    },
    clock,
    logger: silentLogger,
  });
  return {
    ...{ sender, clock, published, added },
    goAway: () => {
      state = { kind: "away", sinceMs: 0, why: "test" };
    },
    failRows: (times: number) => {
      failing = times;
    },
  };
}

const confirm = async (messages: readonly OutgoingMessage[]): Promise<readonly PublishAnswer[]> =>
  messages.map(() => "confirmed");

describe("a sender to a broker", () => {
  it("publishes first, and writes the row behind it", async () => {
    const { sender, added } = create(confirm);
    const answer = await sender.send(run("a"));
    expect(answer.kind).toBe("confirmed");
    if (answer.kind === "confirmed") await answer.written;
    expect(added).toEqual([{ ids: ["a"], publishedAt: now }]);
  });

  it("publishes what is sent at the same time together, and writes its rows together", async () => {
    const { sender, published, added } = create(confirm);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => sender.send(run(`run ${n}`))));
    expect(answers.every(({ kind }) => kind === "confirmed")).toBe(true);
    expect(published).toEqual([30]);
    await sender.close();
    expect(added.flatMap(({ ids }) => ids)).toHaveLength(30);
  });

  it("gives workers' claims a moment to write the rows, unless somebody waits for one", async () => {
    const { sender, clock, added } = create(confirm);
    await sender.send(run("a"));
    await clock.advance(49);
    expect(added).toEqual([]);
    await clock.advance(1);
    await settle();
    expect(added.map(({ ids }) => ids)).toEqual([["a"]]);
  });

  it("writes no row of a run that keeps no record", async () => {
    const { sender, added } = create(confirm);
    for (const record of ["none", "failures"] as const) await sender.send(run(record, { options: { record } }));
    await sender.close();
    expect(added).toEqual([]);
  });

  it("leaves to the rows what waits, what is periodic, what has a lock, and everything while the broker is away", async () => {
    const { sender, published, goAway } = create(confirm);
    const lock = { key: "k", rule: "skip", limit: 1, queue: 1 } as const;
    for (const changes of [{ availableAt: now + 1 }, { periodicTaskId: 1 }, { lock }]) {
      expect(await sender.send(run("a", changes))).toEqual({ kind: "unsent" });
    }
    goAway();
    expect(await sender.send(run("a"))).toEqual({ kind: "unsent" });
    expect(published).toEqual([]);
  });

  it("leaves to the rows what the broker does not confirm, or not in time", async () => {
    const refused = create(async (messages) => messages.map(() => "refused"));
    expect(await refused.sender.send(run("a"))).toEqual({ kind: "unsent" });
    const failed = create(async () => {
      throw new Error("no connection");
    });
    expect(await failed.sender.send(run("a"))).toEqual({ kind: "unsent" });
    const silent = create(() => new Promise(() => {}));
    const answer = silent.sender.send(run("a"));
    await settle();
    await silent.clock.advance(1_000);
    expect(await answer).toEqual({ kind: "unsent" });
    expect(refused.added.concat(failed.added, silent.added)).toEqual([]);
  });

  it("writes rows as soon as the database is back", async () => {
    const { sender, clock, added, failRows } = create(confirm);
    failRows(3);
    const answer = await sender.send(run("a"));
    await settle();
    expect(added).toEqual([]);
    await clock.advance(1_000);
    if (answer.kind === "confirmed") await answer.written;
    expect(added.map(({ ids }) => ids)).toEqual([["a"]]);
  });
});
