import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Broker, PublishAnswer } from "../../../src/broker/broker.ts";
import { RELAY_LEASE_MS } from "../../../src/run/relay-lease.ts";
import { eventually } from "../../support/eventually.ts";
import { type HintsBench, openHintsBench } from "./hints-bench.ts";
import { newRun, retry, second, start, succeeded } from "./run-bench.ts";

export interface HintsPlace {
  /** Opens a process's connection to the broker; all of them meet in the same queues. */
  readonly open: () => Broker;
  /** The broker loses all that it holds. */
  lose(broker: Broker): Promise<void>;
}

/** Messages are hints that carry the input; the run's row decides. What must hold whatever a broker does with them. */
export function describeHints(name: string, place: () => Promise<HintsPlace>): void {
  describe(`messages over ${name}`, () => {
    let bench: HintsBench;
    let at: HintsPlace;
    beforeEach(async () => {
      at = await place();
      bench = await openHintsBench(at.open);
    });
    afterEach(() => bench.close());

    const becomes = (id: string, state: string) =>
      eventually(async () => (await bench.stateOf(id)) === state, { what: () => `'${id}' to be ${state}` });

    it("the relay dies between publish and mark", async () => {
      const real = bench.opened();
      const publish = async (messages: Parameters<Broker["publish"]>[0]): Promise<readonly PublishAnswer[]> => {
        await real.publish(messages);
        return new Promise(() => {});
      };
      await bench.relay({ publish, depth: real.depth.bind(real) });
      await bench.runs.add([newRun("a")]);
      const worker = await bench.worker("w");
      const run = await worker.takes("a");
      // Another relay finds nothing to do for it, and a copy is dropped.
      await bench.relay();
      await bench.clock.advance(2 * RELAY_LEASE_MS);
      await bench.put(bench.envelopeOf("a"));
      await worker.decides("duplicate");
      await bench.runs.finish([succeeded(run)]);
      expect(await bench.stateOf("a")).toBe("succeeded");
    });

    it("a channel or lease is lost while the task still runs, and then the first owner dies", async () => {
      await bench.relay();
      const first = await bench.worker("first");
      await bench.runs.add([newRun("a")]);
      await bench.runs.begin([await first.takes("a")], start);
      const other = await bench.worker("second");
      await bench.put(bench.envelopeOf("a"));
      await eventually(() => first.inbox.statistics.duplicate + other.inbox.statistics.duplicate === 1);
      await first.dies();
      const again = await eventually(() => [...first.taken.slice(1), ...other.taken].find(({ id }) => id === "a"));
      expect(again).toMatchObject({ attempt: 2, lost: 1 });
    });

    it("the broker restarts without its data", async () => {
      await bench.relay();
      await bench.runs.add([newRun("a"), newRun("b"), newRun("c")]);
      await becomes("c", "ready");
      await at.lose(bench.broker);
      const worker = await bench.worker("w");
      for (let n = 0; n < 20 && worker.taken.length < 3; n += 1) {
        await bench.clock.advance(second);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      for (const id of ["a", "b", "c"]) expect(await worker.takes(id)).toMatchObject({ id, attempt: 1 });
    });

    it("a broker confirms nothing that it cannot route: the run fails, and says why", async () => {
      const refusing = { publish: async () => ["refused" as const], depth: async () => 0 };
      await bench.relay(refusing);
      await bench.runs.add([newRun("a")]);
      await becomes("a", "failed");
      expect((await bench.runs.find("a"))?.error).toMatchObject({ code: "unroutable_message" });
      expect(await bench.letterOf("a")).toMatchObject({
        code: "unroutable_message",
        queue: "default",
        task: "tapp_a.hello",
      });
    });

    it("a message expires or is purged by others", async () => {
      await bench.relay();
      await bench.runs.add([newRun("expiring", { expiresAt: start + 2 * second }), newRun("purged")]);
      await becomes("purged", "ready");
      await bench.broker.purge("default");
      const worker = await bench.worker("w");
      await bench.clock.advance(2 * second);
      await bench.runs.sweep(bench.clock.now());
      expect(await bench.stateOf("expiring")).toBe("expired");
      for (let n = 0; n < 20 && worker.taken.length < 1; n += 1) {
        await bench.clock.advance(second);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(await worker.takes("purged")).toMatchObject({ id: "purged" });
    });

    it("Celery's retry reuses the id: the claim's key is id and retries", async () => {
      await bench.relay();
      const worker = await bench.worker("w");
      await bench.runs.add([newRun("a")]);
      await bench.runs.finish([retry(await worker.takes("a"), start + second)]);
      await bench.put(bench.envelopeOf("a"));
      await worker.decides("duplicate");
      await bench.clock.advance(second);
      expect(await worker.takes("a", 2)).toMatchObject({ retries: 1, attempt: 2 });
      // The first one's message once more, and a copy of the second one's.
      await bench.put(bench.envelopeOf("a"));
      await bench.put(bench.envelopeOf("a", { retries: 1 }));
      await worker.decides("duplicate", 3);
    });

    it("a copy arrives after the row was purged", async () => {
      await bench.relay();
      const worker = await bench.worker("w");
      await bench.runs.add([newRun("a")]);
      await bench.runs.finish([succeeded(await worker.takes("a"))]);
      bench.purge("a");
      await bench.put(bench.envelopeOf("a"));
      await worker.decides("purged");
      expect(await bench.stateOf("a")).toBeUndefined();
      // Without the project's key nobody can say so: a client of another kind has sent it.
      const stranger = bench.codecOf("another key");
      await stranger.ready();
      await bench.put(bench.envelopeOf("a", { by: stranger }));
      expect(await worker.takes("a", 2)).toMatchObject({ origin: { kind: "celery" } });
    });

    it("its own message cannot be read: the run fails, and a stranger's cannot do that to it", async () => {
      await bench.relay();
      await bench.runs.add([newRun("a"), newRun("b")]);
      await becomes("b", "ready");
      const spoilt = (id: string, headers: object) => {
        const envelope = bench.envelopeOf(id);
        const { hyoshi, ...others } = envelope.headers;
        return { ...envelope, headers: { ...others, ...headers }, body: Buffer.from("[[[") };
      };
      await bench.put(spoilt("a", { hyoshi: "seal" }));
      await bench.put(spoilt("b", {}));
      const worker = await bench.worker("w");
      await worker.decides("refused", 2);
      await becomes("a", "failed");
      expect((await bench.runs.find("a"))?.error).toMatchObject({ code: "unreadable_message" });
      expect(await worker.takes("b")).toMatchObject({ id: "b" });
    });

    it("a client of another kind sends a task that must not be begun again: its worker's death ends it", async () => {
      const stranger = bench.codecOf("another key");
      await stranger.ready();
      const once = await bench.worker("once", { onLost: "fail" });
      await bench.put(bench.envelopeOf("a", { by: stranger, isRecorded: false }));
      const run = await once.takes("a");
      expect(run.options).toMatchObject({ onLost: "fail" });
      await bench.runs.begin([run], start);
      await once.dies();
      await becomes("a", "lost");
    });

    it("ids are reused by another installation on the same broker", async () => {
      await bench.relay();
      const worker = await bench.worker("w");
      await bench.runs.add([newRun("a")]);
      const run = await worker.takes("a");
      const stranger = bench.codecOf("another key");
      await stranger.ready();
      await bench.put(bench.envelopeOf("a", { by: stranger, payload: { input: { a: "theirs" } } }));
      await worker.decides("refused");
      expect(await bench.letterOf("a")).toMatchObject({ code: "id_reused" });
      await bench.runs.finish([succeeded(run)]);
      await bench.put(bench.envelopeOf("a", { by: stranger, task: "tapp_a.other" }));
      await worker.decides("refused", 2);
      expect(await bench.runs.find("a")).toMatchObject({ task: "tapp_a.hello", state: "succeeded" });
    });

    it("a worker frozen longer than its lease wakes (fenced)", async () => {
      await bench.relay();
      const frozen = await bench.worker("frozen");
      await bench.runs.add([newRun("a")]);
      const late = await frozen.takes("a");
      await bench.runs.begin([late], start);
      await frozen.dies();
      const again = await frozen.takes("a", 2);
      expect(await bench.runs.finish([succeeded(late, "late")])).toEqual(["fenced"]);
      expect(await bench.runs.finish([succeeded(again, "in time")])).toEqual(["done"]);
      expect((await bench.runs.find("a"))?.result).toBe("in time");
    });

    it("a sender dies between the broker's confirmation and the row", async () => {
      const worker = await bench.worker("w");
      await bench.put(bench.envelopeOf("a", { isRecorded: false }));
      expect(await worker.takes("a")).toMatchObject({ origin: { kind: "api" }, payload: { input: { a: 1 } } });
      expect(await bench.stateOf("a")).toBe("running");
    });

    it("a broker that is away delays runs, loses none, and gets them in order", async () => {
      const real = bench.opened();
      let isAway = true;
      const publish: Broker["publish"] = async (messages) => {
        if (isAway) return messages.map(() => "unknown");
        return real.publish(messages);
      };
      await bench.relay({ publish, depth: real.depth.bind(real) });
      const ids = Array.from({ length: 25 }, (_, n) => `run ${String(n).padStart(2, "0")}`);
      await bench.runs.add(ids.map((id) => newRun(id)));
      await bench.clock.advance(10 * second);
      expect(await bench.stateOf("run 00")).toBe("unpublished");
      isAway = false;
      const worker = await bench.worker("w");
      await bench.clock.advance(5 * second);
      await worker.takes("run 24");
      expect(worker.taken.map(({ id }) => id)).toEqual(ids);
    });

    it("what cannot be read, and a task that nobody knows, is kept as a dead letter and stops nobody", async () => {
      const worker = await bench.worker("w");
      const good = bench.envelopeOf("good", { isRecorded: false });
      await bench.put({ ...good, body: Buffer.from("{not json") });
      await bench.put({
        ...good,
        headers: { ...good.headers, id: "pickled" },
        properties: { ...good.properties, contentType: "application/x-python-serialize" },
      });
      const stranger = bench.codecOf("another key");
      await stranger.ready();
      await bench.put(bench.envelopeOf("unknown", { by: stranger, task: "proj.unknown" }));
      await bench.put(good);
      await worker.takes("good");
      await becomes("unknown", "failed");
      expect((await bench.runs.find("unknown"))?.error).toMatchObject({
        name: "NotRegistered",
        message: "proj.unknown",
      });
      expect(await eventually(() => bench.letterOf("unknown"))).toMatchObject({ code: "unknown_task" });
      expect(await bench.letterOf("pickled")).toMatchObject({
        code: "unreadable_message",
        why: expect.stringContaining("pickle"),
      });
      expect((await bench.letters.list({ limit: 10 })).items).toHaveLength(3);
      expect(await bench.runs.unreported({ limit: 10, before: start + second })).toMatchObject([{ id: "unknown" }]);
    });

    it("a run without a record leaves nothing behind but its failure, and is acknowledged when it has ended", async () => {
      const worker = await bench.worker("w", { record: "failures" });
      const { runs } = worker.unrecorded;
      for (const id of ["good", "bad"]) await bench.put(bench.envelopeOf(id, { isRecorded: false }));
      const [good, bad] = [await worker.takes("good"), await worker.takes("bad")];
      expect(good.unrecorded).toBe(true);
      expect(await runs.begin([good, bad], start)).toEqual([true, true]);
      await worker.unrecorded.logs.append([{ runId: "bad", attempt: 1, at: start, text: "before it failed\n" }]);
      const error = { name: "Error", message: "oops" };
      const failed = { ...succeeded(bad), state: "failed" as const, error };
      expect(await runs.finish([succeeded(good, 1), failed])).toEqual(["done", "done"]);
      expect(await bench.stateOf("good")).toBeUndefined();
      expect(await bench.runs.find("bad")).toMatchObject({ state: "failed", error, worker: "w" });
      expect(await worker.unrecorded.logs.read("bad", 0, 10)).toMatchObject([{ text: "before it failed\n" }]);
      await worker.inbox.close();
      expect(await bench.broker.depth("default")).toBe(0);
    });

    it("a run without a record whose worker died has one from then on", async () => {
      const dying = await bench.worker("dying", { record: "none" });
      await bench.put(bench.envelopeOf("a", { isRecorded: false }));
      const held = await dying.takes("a");
      await dying.unrecorded.runs.giveBack([held]);
      const again = await dying.takes("a", 2);
      expect(again.unrecorded).toBeUndefined();
      expect(await bench.stateOf("a")).toBe("running");
    });
  });
}
