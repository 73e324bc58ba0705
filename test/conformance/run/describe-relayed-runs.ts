import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RELAY_LEASE_MS } from "../../../src/run/relay-lease.ts";
import type { NewRun } from "../../../src/run/run.ts";
import type {
  ClaimedRun,
  IncomingRun,
  Refusal,
  RelayedRuns,
  ReportedRuns,
  RunStore,
} from "../../../src/run/run-store.ts";
import { failed, leaseUntil, lockOf, newRun, oops, retry, second, start, succeeded } from "./run-bench.ts";

export type RelayedStore = RunStore & RelayedRuns & ReportedRuns;

export interface RelayedBench {
  /** On a project whose broker is another one, with a result backend. */
  readonly runs: RelayedStore;
  /** The same runs as another process sees them. */
  readonly other: RelayedStore;
  /** The same runs as a process sees them whose project has the database as its broker. */
  readonly shared: RelayedStore;
  addProcess(name: string, leaseUntil: number): Promise<number>;
  setLease(processId: number, leaseUntil: number): Promise<void>;
  /** `options` are a part of its announcement. */
  announce(task: string, processId: number, options?: object): Promise<void>;
  close(): Promise<void>;
}

/** A run's message as a worker reads it. */
export function incoming(run: NewRun, changes: Partial<IncomingRun> = {}): IncomingRun {
  const payload = "input" in run.payload ? { args: [], kwargs: run.payload.input as object } : run.payload;
  return { run: { ...run, payload: payload as NewRun["payload"] }, retries: 0, isRecorded: false, ...changes };
}

/** What every run store must do beside a broker of its own. */
export function describeRelayedRuns(name: string, open: () => Promise<RelayedBench>): void {
  describe(`relayed runs on ${name}`, () => {
    let bench: RelayedBench;
    let runs: RelayedStore;
    let worker: number;
    beforeEach(async () => {
      bench = await open();
      runs = bench.runs;
      worker = await bench.addProcess("worker-1", leaseUntil);
    });
    afterEach(() => bench.close());

    const take = (now = start, limit = 100, of = runs) => of.takeUnpublished({ now, limit });
    const state = async (id: string) => (await runs.find(id))?.state;
    const accept = async (message: IncomingRun, now = start, processId = worker) => {
      const { answers, durable } = await runs.accept({ processId, now, messages: [message] });
      await durable;
      const [answer] = answers;
      return answer;
    };
    const accepted = async (message: IncomingRun, now = start): Promise<ClaimedRun> => {
      const answer = await accept(message, now);
      if (answer?.kind !== "claimed") throw new Error(`expected a claim, got ${answer?.kind}`);
      return answer.run;
    };
    const publish = async (...sent: NewRun[]) => {
      await runs.add(sent);
      await runs.markPublished(await take(), start);
    };

    describe("publishing", () => {
      it("begins with what nobody has handed over, in the order of sending", async () => {
        const wire = { replyTo: "q", headers: { n: 1 } };
        await runs.add([newRun("a", { wire }), newRun("later", { availableAt: start + second }), newRun("b")]);
        expect(await Promise.all(["a", "later", "b"].map(state))).toEqual(["unpublished", "scheduled", "unpublished"]);
        const taken = await take();
        expect(taken.map(({ id }) => id)).toEqual(["a", "b"]);
        expect(taken[0]).toEqual({ ...newRun("a", { wire }), claim: 0, retries: 0 });
        await runs.markPublished(taken, start);
        expect(await state("a")).toBe("ready");
        expect(await take()).toEqual([]);
      });

      it("gives runs to one relay at a time, and nobody those behind them", async () => {
        await runs.add([newRun("a"), newRun("b"), newRun("c")]);
        expect((await take(start, 2)).map(({ id }) => id)).toEqual(["a", "b"]);
        expect(await take(start, 100, bench.other)).toEqual([]);
        const lapsed = start + RELAY_LEASE_MS + 1;
        expect((await take(lapsed, 100, bench.other)).map(({ id }) => id)).toEqual(["a", "b", "c"]);
      });

      it("gives at once to the next what a relay could not hand over", async () => {
        await runs.add([newRun("a"), newRun("b")]);
        await runs.leaveUnpublished(await take());
        expect((await take(start, 100, bench.other)).map(({ id }) => id)).toEqual(["a", "b"]);
      });

      it("takes no row twice for several relays at once", async () => {
        await runs.add(Array.from({ length: 300 }, (_, n) => newRun(`run ${n}`)));
        const ids: string[] = [];
        const relay = async (of: RelayedStore) => {
          for (let n = 0; n < 40; n += 1) {
            const taken = await take(start, 20, of);
            ids.push(...taken.map(({ id }) => id));
            await of.markPublished(taken, start);
          }
        };
        await Promise.all([relay(runs), relay(bench.other)]);
        expect(ids).toHaveLength(300);
        expect(new Set(ids).size).toBe(300);
      });

      it("leaves as it is what a worker has claimed before the relay said that it is published", async () => {
        await runs.add([newRun("a")]);
        const taken = await take();
        const claimed = await accepted(incoming(newRun("a")));
        await runs.markPublished(taken, start);
        expect(await state("a")).toBe("running");
        // It comes back with another claim, and what the slow relay says is no longer about it.
        await runs.giveBack([claimed]);
        await runs.markPublished(taken, start);
        expect(await state("a")).toBe("unpublished");
      });

      it("keeps what a broker has confirmed before its row was written", async () => {
        expect(await runs.add([newRun("a")], { publishedAt: start })).toEqual(["added"]);
        expect(await state("a")).toBe("ready");
        expect(await take()).toEqual([]);
      });

      it("fails what the broker does not take, and says why", async () => {
        await runs.add([newRun("a"), newRun("b")]);
        const [a, b] = await take();
        const error = { name: "Refused", message: "no such queue", code: "unroutable_message" };
        const claimed = await accepted(incoming(newRun("b")));
        expect(
          await runs.refuse(
            [
              { ...claimOf(a), error },
              { ...claimOf(b), error },
            ],
            start + second,
          ),
        ).toBe(1);
        expect(await runs.find("a")).toMatchObject({ state: "failed", error, endedAt: start + second });
        expect(await state("b")).toBe("running");
        expect(claimed.id).toBe("b");
        await publish(newRun("c"), newRun("d"));
        const [c, d] = [await runs.find("c"), await runs.find("d")].map((run) => ({ ...claimOf(run), error }));
        expect(await runs.refuse([{ ...c, state: "ready" }, d] as Refusal[], start + second)).toBe(1);
        expect([await state("c"), await state("d")]).toEqual(["failed", "ready"]);
      });
    });

    describe("a message", () => {
      it("begins a run that is published, once", async () => {
        await publish(newRun("a"));
        const message = incoming(newRun("a"), { isRecorded: true });
        const run = await accepted(message);
        expect(run).toMatchObject({ id: "a", claim: 1, attempt: 1, processId: worker, payload: { input: { a: 1 } } });
        expect(await accept(message)).toEqual({ kind: "duplicate" });
        expect(await runs.begin([run], start)).toEqual([true]);
        await runs.finish([succeeded(run)]);
        expect(await accept(message)).toEqual({ kind: "duplicate" });
      });

      it("begins a run whose relay died between publishing and saying so", async () => {
        await runs.add([newRun("a")]);
        await take();
        expect(await accepted(incoming(newRun("a"), { isRecorded: true }))).toMatchObject({ id: "a", claim: 1 });
        expect(await take(start + 2 * RELAY_LEASE_MS)).toEqual([]);
      });

      it("begins a run that has no row yet, and makes its row", async () => {
        const wire = { from: "celery" as const, replyTo: "q", groupId: "g" };
        const sent = newRun("a", { payload: { args: [1], kwargs: { b: 2 } }, origin: { kind: "celery" }, wire });
        const run = await accepted({ run: sent, retries: 2, isRecorded: false });
        expect(run).toMatchObject({ ...sent, claim: 1, retries: 2, attempt: 1, lost: 0 });
        expect(await runs.find("a")).toMatchObject({ state: "running", wire, retries: 2 });
        // What the sender writes in the background comes too late, and changes nothing.
        expect(await runs.add([newRun("a")], { publishedAt: start })).toEqual(["exists"]);
        await runs.finish([succeeded(run)]);
        expect(await runs.find("a")).toMatchObject({ state: "succeeded", wire });
        expect(await runs.add([newRun("a")], { publishedAt: start })).toEqual(["exists"]);
      });

      it("of a run that was recorded when it was sent and has no row belongs to one that is over and purged", async () => {
        expect(await accept(incoming(newRun("a"), { isRecorded: true }))).toEqual({ kind: "purged" });
        expect(await runs.find("a")).toBeUndefined();
      });

      it("is kept when its time has not come, and sent again then", async () => {
        const sent = newRun("a", { availableAt: start + 5 * second });
        expect(await accept(incoming(sent))).toEqual({ kind: "later" });
        expect(await runs.find("a")).toMatchObject({ state: "scheduled", availableAt: start + 5 * second });
        expect(await runs.nextScheduledAt()).toBe(start + 5 * second);
        expect(await accept(incoming(sent))).toEqual({ kind: "later" });
        await runs.sweep(start + 5 * second);
        expect(await state("a")).toBe("unpublished");
      });

      it("of a run that waits for a slot of its lock is dropped, and sent again when it has one", async () => {
        const lock = lockOf("k", { rule: "queue", queue: 5 });
        await runs.add([newRun("first", { lock }), newRun("second", { lock })]);
        expect(await accept(incoming(newRun("second"), { isRecorded: true }))).toEqual({ kind: "held" });
        const first = await accepted(incoming(newRun("first")));
        await runs.finish([succeeded(first)]);
        expect((await take()).map(({ id }) => id)).toEqual(["second"]);
      });

      it("with another task or input than its run's is refused, whether the run is over or not", async () => {
        await publish(newRun("a"), newRun("b"));
        await bench.announce(newRun("a").task, worker);
        const refused = { kind: "refused", code: "id_reused", why: expect.stringContaining("'a'") };
        expect(await accept(incoming(newRun("a", { task: "tapp_a.other" })))).toEqual(refused);
        expect(await accept(incoming(newRun("a", { payload: { input: { a: 2 } } })))).toEqual(refused);
        expect(await state("a")).not.toBe("running");
        const run = await accepted(incoming(newRun("a")));
        expect(await accept(incoming(newRun("a", { payload: { input: { a: 2 } } })))).toEqual(refused);
        await runs.finish([succeeded(run)]);
        expect(await accept(incoming(newRun("a", { task: "tapp_a.other" })))).toEqual(refused);
        expect(await accept(incoming(newRun("a")))).toEqual({ kind: "duplicate" });
      });

      it("is the same however the arguments are written", async () => {
        await publish(
          newRun("a", { payload: { input: { b: 1, a: [1.5, null] } } }),
          newRun("b", { payload: { input: 7 } }),
        );
        const a = newRun("a", { payload: { args: [], kwargs: { a: [1.5, null], b: 1 } } });
        expect(await accepted({ run: a, retries: 0, isRecorded: true })).toMatchObject({ id: "a" });
        const b = newRun("b", { payload: { args: [7], kwargs: {} } });
        expect(await accepted({ run: b, retries: 0, isRecorded: true })).toMatchObject({ payload: { input: 7 } });
      });

      it("of a run that is tried again counts only with the number of its retries", async () => {
        await publish(newRun("a"));
        const first = await accepted(incoming(newRun("a")));
        expect(await runs.finish([retry(first, start + second)])).toEqual(["retrying"]);
        expect(await accept(incoming(newRun("a")))).toEqual({ kind: "duplicate" });
        await runs.sweep(start + second);
        const [again] = await take(start + second);
        expect(again).toMatchObject({ id: "a", retries: 1 });
        expect(await accept(incoming(newRun("a")), start + second)).toEqual({ kind: "duplicate" });
        expect(await accepted(incoming(newRun("a"), { retries: 1 }), start + second)).toMatchObject({ attempt: 2 });
      });

      it("of a retry of Celery's, which has the id, takes the run over with the arguments that it brings", async () => {
        await publish(newRun("a"));
        const payload = { args: [], kwargs: { a: 2 } };
        const run = await accepted({ run: newRun("a", { payload }), retries: 1, isRecorded: false });
        expect(run).toMatchObject({ id: "a", retries: 1, payload });
        expect(await accept(incoming(newRun("a")))).toEqual({
          kind: "refused",
          code: "id_reused",
          why: expect.anything(),
        });
      });

      it("of a task that takes another's place under its id takes the run over, once", async () => {
        const replacing = (id: string, times = 1) =>
          incoming(
            newRun(id, {
              task: "tapp_a.other",
              queue: "else",
              payload: { args: [times], kwargs: {} },
              wire: { from: "celery", headers: { replaced_task_nesting: times } },
            }),
          );
        await publish(newRun("a", { parentId: "p", rootId: "p" }), newRun("b"));
        const run = await accepted(replacing("a"));
        expect(run).toMatchObject({
          task: "tapp_a.other",
          queue: "else",
          payload: { args: [1] },
          parentId: "p",
          attempt: 1,
        });
        expect(await accept(replacing("a"))).toEqual({ kind: "duplicate" });
        expect(await accept(replacing("a", 2))).toMatchObject({ kind: "refused" });
        expect(await accept(incoming(newRun("a")))).toEqual({ kind: "duplicate" });
        await runs.finish([succeeded(run)]);
        expect(await runs.find("a")).toMatchObject({ task: "tapp_a.other", state: "succeeded" });
        expect(await accept(incoming(newRun("a")))).toEqual({ kind: "duplicate" });
        // Twice replaced before anybody saw the first of them; and of nobody's row.
        expect(await accepted(replacing("b", 2))).toMatchObject({ payload: { args: [2] } });
        expect(await accept(replacing("b", 1))).toEqual({ kind: "duplicate" });
        expect(await accepted(replacing("c"))).toMatchObject({ id: "c", task: "tapp_a.other" });
      });

      it("of another task, where nothing says that it takes the place, takes it only from workers of another kind", async () => {
        const other = (id: string) =>
          incoming(newRun(id, { task: "tapp_a.other", payload: { args: [1], kwargs: {} }, wire: { from: "celery" } }));
        await publish(newRun("ours"), newRun("theirs", { task: "py.there" }));
        await bench.announce(newRun("ours").task, worker);
        await bench.announce("py.there", -7);
        expect(await accept(other("ours"))).toMatchObject({ kind: "refused", code: "id_reused" });
        expect(await accepted(other("theirs"))).toMatchObject({ task: "tapp_a.other", attempt: 1 });
        expect(await accept(other("theirs"))).toEqual({ kind: "duplicate" });
        const own = await accepted(incoming(newRun("ours")));
        expect(await accept(other("ours"))).toMatchObject({ kind: "refused" });
        await runs.finish([succeeded(own)]);
        expect(await accept(other("ours"))).toMatchObject({ kind: "refused" });
      });

      it("of an expired run begins nothing, and the run expires", async () => {
        await publish(newRun("a", { expiresAt: start + second }));
        const message = incoming(newRun("a", { expiresAt: start + second }), { isRecorded: true });
        expect(await accept(message, start + second)).toEqual({ kind: "later" });
        const foreign = incoming(newRun("b", { expiresAt: start + second }));
        expect(await accept(foreign, start + second)).toEqual({ kind: "later" });
        await runs.sweep(start + second);
        expect([await state("a"), await state("b")]).toEqual(["expired", "expired"]);
        expect((await runs.unreported({ limit: 10, before: start + 9 * second })).map(({ id }) => id).sort()).toEqual([
          "a",
          "b",
        ]);
      });

      it("comes in batches, copies among them", async () => {
        await publish(...Array.from({ length: 150 }, (_, n) => newRun(`row ${n}`)));
        const all = [
          ...Array.from({ length: 150 }, (_, n) => incoming(newRun(`row ${n}`), { isRecorded: true })),
          ...Array.from({ length: 150 }, (_, n) => incoming(newRun(`new ${n}`))),
          incoming(newRun("row 3")),
          incoming(newRun("new 3")),
          incoming(newRun("gone"), { isRecorded: true }),
        ];
        const { answers } = await runs.accept({ processId: worker, now: start, messages: all });
        expect(answers.slice(0, 300).every(({ kind }) => kind === "claimed")).toBe(true);
        expect(answers.slice(0, 300).map((answer) => answer.kind === "claimed" && answer.run.id)).toEqual(
          all.slice(0, 300).map(({ run }) => run.id),
        );
        expect(answers.slice(300).map(({ kind }) => kind)).toEqual(["duplicate", "duplicate", "purged"]);
      });

      it("begins a run for one of two workers that have copies of it", async () => {
        const sent = Array.from({ length: 60 }, (_, n) => newRun(`run ${n}`));
        await publish(...sent.slice(0, 30));
        const second = await bench.addProcess("worker-2", leaseUntil);
        const messages = sent.map((run) => incoming(run));
        const answers = await Promise.all([
          runs.accept({ processId: worker, now: start, messages }),
          bench.other.accept({ processId: second, now: start, messages: messages.toReversed() }),
        ]);
        const claimed = answers
          .flatMap(({ answers }) => answers)
          .flatMap((answer) => (answer.kind === "claimed" ? answer.run.id : []));
        expect(claimed.sort()).toEqual(sent.map(({ id }) => id).sort());
      });
    });

    describe("a worker that dies", () => {
      it("leaves its runs to be published again: what it reserved as suspects, what it had begun with an attempt", async () => {
        await publish(newRun("reserved"), newRun("begun"));
        await accepted(incoming(newRun("reserved")));
        await runs.begin([await accepted(incoming(newRun("begun")))], start);
        // A copy comes while it still lives, is dropped, and is missed when the first owner dies.
        expect(await accept(incoming(newRun("begun")))).toEqual({ kind: "duplicate" });
        await bench.setLease(worker, 0);
        await runs.sweep(start + second);
        expect((await take(start + second)).map(({ id }) => id).sort()).toEqual(["begun", "reserved"]);
        worker = await bench.addProcess("worker-2", leaseUntil);
        expect(await accepted(incoming(newRun("reserved")))).toMatchObject({ suspect: true, lost: 0, attempt: 1 });
        expect(await accepted(incoming(newRun("begun")))).toMatchObject({ lost: 1, attempt: 2 });
      });

      it("gives back what it has not begun", async () => {
        await publish(newRun("a"), newRun("b"));
        await runs.giveBack([await accepted(incoming(newRun("a")))]);
        expect(await state("a")).toBe("unpublished");
        await runs.giveBack([await accepted(incoming(newRun("b")))], start + 5 * second);
        expect(await state("b")).toBe("scheduled");
      });

      it("that woke too late is fenced", async () => {
        await publish(newRun("a"));
        const frozen = await accepted(incoming(newRun("a")));
        await runs.begin([frozen], start);
        await bench.setLease(worker, 0);
        await runs.sweep(start + second);
        worker = await bench.addProcess("worker-2", leaseUntil);
        const run = await accepted(incoming(newRun("a")));
        expect(await runs.finish([succeeded(frozen)])).toEqual(["fenced"]);
        expect(await runs.finish([succeeded(run)])).toEqual(["done"]);
      });

      it("of another kind has what it took until the broker hands the message to somebody else", async () => {
        const foreign = -7;
        await publish(newRun("a"));
        await runs.accept({ processId: foreign, now: start, messages: [incoming(newRun("a"))] });
        await runs.sweep(start + 60 * second);
        expect(await state("a")).toBe("running");
        expect(await accepted(incoming(newRun("a")), start + 60 * second)).toMatchObject({ id: "a", claim: 2 });
      });
    });

    describe("a broker that lost its data", () => {
      const before = start + 30 * second;
      const again = (queue = "default") => runs.republish({ queue, before, limit: 100 });

      it("is sent again what it had, where every worker of the task is ours", async () => {
        await publish(newRun("a"), newRun("mail", { queue: "mail" }));
        await bench.announce("tapp_a.hello", worker);
        expect(await runs.waitingQueues(start)).toEqual([]);
        expect(await runs.waitingQueues(before)).toEqual(["default", "mail"]);
        expect(await again()).toBe(1);
        expect([await state("a"), await state("mail")]).toEqual(["unpublished", "ready"]);
        expect(await again()).toBe(0);
      });

      it("is not sent again what nobody knows, or what a worker of another kind may have", async () => {
        await publish(newRun("a"));
        expect(await again()).toBe(0);
        await bench.announce("tapp_a.hello", worker);
        await bench.announce("tapp_a.hello", -7);
        expect(await runs.waitingQueues(before)).toEqual([]);
        expect(await again()).toBe(0);
      });

      it("is sent it all the same where the task says so", async () => {
        await publish(newRun("a"));
        await bench.announce("tapp_a.hello", -7);
        await bench.announce("tapp_a.hello", worker, { redeliver: true });
        expect(await again()).toBe(1);
      });
    });

    describe("what follows an end", () => {
      it("is written with it, once, and reported", async () => {
        await publish(newRun("a"));
        const run = await accepted(incoming(newRun("a")));
        const follow = [newRun("next", { parentId: "a" }), newRun("callback", { parentId: "a" })];
        const outcome = { ...succeeded(run, 1), follow, report: true };
        expect(await runs.finish([outcome])).toEqual(["done"]);
        await runs.finish([outcome]);
        expect((await take()).map(({ id }) => id)).toEqual(["next", "callback"]);
        expect(await runs.unreported({ limit: 10, before: start + 9 * second })).toEqual([
          { id: "a", endedAt: start + 3 * second },
        ]);
        await runs.reported(["a"]);
        expect(await runs.unreported({ limit: 10, before: start + 9 * second })).toEqual([]);
      });

      it("is not sent by a worker that is fenced", async () => {
        await publish(newRun("a"));
        const run = await accepted(incoming(newRun("a")));
        await runs.giveBack([run]);
        expect(await runs.finish([{ ...succeeded(run), follow: [newRun("next")], report: true }])).toEqual(["fenced"]);
        expect(await runs.find("next")).toBeUndefined();
        expect(await runs.unreported({ limit: 10, before: start + 9 * second })).toEqual([]);
      });

      it("is reported only where it is asked for, but a cancellation always is", async () => {
        await publish(newRun("a"), newRun("b"));
        await runs.finish([{ ...failed(await accepted(incoming(newRun("a")))), error: oops }]);
        await runs.cancel({ ids: ["b"], by: "ops", now: start + second });
        expect((await runs.unreported({ limit: 10, before: start + 9 * second })).map(({ id }) => id)).toEqual(["b"]);
      });
    });

    describe("a project that changes its broker", () => {
      it("loses nothing: what no broker had becomes ready where the database is the broker", async () => {
        await runs.add([newRun("a")]);
        await publish(newRun("b"));
        await bench.shared.sweep(start);
        const request = { processId: worker, queues: ["default"], limit: 10, now: start };
        expect((await bench.shared.claim(request)).map(({ id }) => id)).toEqual(["a", "b"]);
      });

      it("loses nothing: what waited in the database is handed to the broker", async () => {
        await bench.shared.add([newRun("a"), newRun("b")]);
        await runs.sweep(start);
        expect((await take()).map(({ id }) => id)).toEqual(["a", "b"]);
      });
    });
  });
}

const claimOf = (run: { id: string; claim: number } | undefined) => ({ id: run?.id ?? "", claim: run?.claim ?? -1 });
