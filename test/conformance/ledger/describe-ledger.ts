import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Instant } from "../../../src/base/clock.ts";
import { nextNamed } from "../../../src/firing/named-times.ts";
import { compilePlan, type SchedulePlan } from "../../../src/firing/schedule-plan.ts";
import type { PeriodicTaskDraft, ScheduleDraft } from "../../../src/ledger/periodic-task-store.ts";
import { catchingUp } from "./catching-up.ts";
import { clockThatWasAhead } from "./clock.ts";
import { holding } from "./holding.ts";
import { draft, everySecond, type LedgerBench, LedgerCases, second, start } from "./ledger-bench.ts";
import { overlapping } from "./overlapping.ts";
import { pausing } from "./pausing.ts";

/** What every ledger must do, on whatever database. */
export function describeLedger(name: string, open: () => Promise<LedgerBench>): void {
  describe(`the ledger on ${name}`, () => {
    let bench: LedgerBench;
    let cases: LedgerCases;
    const at = (ms: number) => cases.at(ms);
    const create = (text: PeriodicTaskDraft) => cases.create(text);
    const fire = (ms: number, limit?: number) => cases.fire(ms, limit);
    const rows = (scheduleId?: number) => cases.rows(scheduleId);
    const liveRuns = () => cases.liveRuns();

    beforeEach(async () => {
      bench = await open();
      cases = new LedgerCases(bench);
    });
    afterEach(() => bench.close());

    for (const part of [catchingUp, pausing, overlapping, holding, clockThatWasAhead]) part(() => cases);

    describe("firing", () => {
      it("writes the firing, the run and the cursor together", async () => {
        const task = await create(draft("a", { payload: { input: { greeting: "hi" } }, priority: 7, queue: "mail" }));
        const report = await fire(second);
        expect(report).toMatchObject({ schedules: 1, sent: 1, failed: 0, latenessMs: [0], drained: true });
        const [run] = await liveRuns();
        expect(run).toMatchObject({
          task: "tapp_a.hello",
          queue: "mail",
          priority: 7,
          state: "ready",
          nominal_at: start + second,
          periodic_task_id: task.id,
          schedule_version: 1,
        });
        expect(JSON.parse(String(run?.input))).toEqual({ input: { greeting: "hi" } });
        expect(await rows()).toEqual([[second, second, "sent", "on_time"]]);
        expect(await bench.ledger.nextWakeAt()).toBe(start + 2 * second);
      });

      it("does nothing a second time", async () => {
        await create(draft("a"));
        await fire(second);
        expect(await fire(second)).toMatchObject({ schedules: 0, sent: 0 });
        expect(await liveRuns()).toHaveLength(1);
      });

      it("divides what is due between any number of beats", async () => {
        for (let n = 0; n < 30; n += 1) await create(draft(`task ${n}`));
        const reports = await Promise.all(Array.from({ length: 6 }, () => fire(second, 7)));
        expect(reports.reduce((sum, report) => sum + report.sent, 0)).toBe(30);
        expect(await liveRuns()).toHaveLength(30);
      });

      it("takes at most as many as asked, the earliest first, and says that there are more", async () => {
        await create(
          draft("late", { schedules: [{ ...everySecond, definition: { kind: "clocked", at: start + 900 } }] }),
        );
        await create(
          draft("early", { schedules: [{ ...everySecond, definition: { kind: "clocked", at: start + 100 } }] }),
        );
        expect(await fire(second, 1)).toMatchObject({ sent: 1, drained: false });
        expect(await rows(2)).toHaveLength(1);
        expect(await rows(1)).toHaveLength(0);
      });

      it("uses the queue and priority that workers announced for the task", async () => {
        await bench.query(`insert into announced_task (task, schema_hash, process_id, announcement, announced_at)
          values ('tapp_a.hello', 'x', 1, '{"queue":"slow","priority":2,"onLost":"fail"}', 1)`);
        await create(draft("a"));
        await fire(second);
        const [run] = await liveRuns();
        expect(run).toMatchObject({ queue: "slow", priority: 2 });
        expect(JSON.parse(String(run?.options))).toEqual({ onLost: "fail" });
      });

      it("skips a nominal time while an earlier run is unfinished, and says which", async () => {
        await create(draft("a", { options: { overlap: "skip" } }));
        await fire(second);
        await fire(2 * second);
        expect((await rows()).map(([, , verdict, reason]) => [verdict, reason])).toEqual([
          ["sent", "on_time"],
          ["skipped", "overlap"],
        ]);
        const [run] = await liveRuns();
        const [skipped] = await bench.query("select detail from firing where verdict = 'skipped'");
        expect(JSON.parse(String(skipped?.detail))).toEqual({ runId: run?.id });

        const [claimed] = await bench.runs.claim({ processId: 1, queues: ["default"], limit: 1, now: start });
        if (claimed === undefined) throw new Error("nothing to claim");
        await bench.runs.finish([
          { kind: "final", state: "succeeded", ...claimed, startedAt: start, endedAt: start + 1 },
        ]);
        await fire(3 * second);
        expect((await rows()).at(-1)?.[2]).toBe("sent");
      });

      it("sends one run for two schedules at one instant with the same input", async () => {
        await create(draft("a", { schedules: [everySecond, everySecond] }));
        await fire(second);
        expect(await liveRuns()).toHaveLength(1);
        expect(await rows(2)).toEqual([[second, second, "merged", "same_instant"]]);
      });

      it("sends both for two schedules at one instant with different inputs", async () => {
        await create(draft("a", { schedules: [everySecond, { ...everySecond, input: { a: 2 } }] }));
        await fire(second);
        const inputs = (await liveRuns()).map((run) => JSON.parse(String(run.input)));
        expect(inputs).toEqual([{ input: { a: 1 } }, { input: { a: 2 } }]);
      });

      it("never sends again what its ledger has, although the cursor was set back by hand", async () => {
        await create(draft("a"));
        await fire(second);
        await bench.query(`update schedule_cursor set next_at = ${start}, accounted_to = ${start}`);
        await fire(second);
        expect(await liveRuns()).toHaveLength(1);
        expect(await rows()).toHaveLength(1);
      });
    });

    describe("one bad row", () => {
      it("turns red and stops nobody", async () => {
        await create(draft("bad"));
        await create(draft("good"));
        await bench.query(
          `update schedule set definition = '{"kind":"crontab","expression":"0 0 30 2 *"}' where id = 1`,
        );
        expect(await fire(second)).toMatchObject({ schedules: 2, sent: 1, failed: 1 });
        expect((await rows(1))[0]?.[2]).toBe("failed");
        const task = await bench.periodicTasks.find(1, start);
        expect(task?.schedules[0]).toMatchObject({ nextAt: null, error: expect.stringContaining("crontab") });
        expect(await fire(2 * second)).toMatchObject({ schedules: 1, sent: 1 });
      });

      it.each(["-5", "9223372036854775807", "null"])(
        "with next_at %s is mended, and the others fire on",
        async (value) => {
          await create(draft("edited"));
          await create(draft("good"));
          await bench.query(`update schedule_cursor set next_at = ${value} where schedule_id = 1`);
          expect(await fire(second)).toMatchObject({ sent: 1 });
          expect(await bench.ledger.nextWakeAt()).toBe(start + 2 * second);
          const nextAt = (plan: SchedulePlan, after: Instant) => nextNamed(compilePlan(plan), after) ?? null;
          const patrol = { now: start + second, after: 0, limit: 100, tzVersion: "2026a", nextAt };
          expect(await bench.ledger.patrol(patrol)).toEqual({ mended: [1], at: 0 });
          await fire(2 * second);
          expect(await rows(1)).toEqual([
            [second, second, "sent", "on_time"],
            [2 * second, 2 * second, "sent", "on_time"],
          ]);
        },
      );
    });

    it("leaves a cursor alone that was planned with another tz database, until it is planned anew", async () => {
      await create(draft("old"));
      await create(draft("new"));
      await bench.query(`update schedule set tz_version = 'older' where id = 1`);
      await bench.query(`update schedule set tz_version = 'newer' where id = 2`);
      await bench.query(`update schedule_cursor set next_at = next_at + 500`);
      const nextAt = (plan: SchedulePlan, after: Instant) => nextNamed(compilePlan(plan), after) ?? null;
      const patrol = { now: start, after: 0, limit: 100, tzVersion: "newer", nextAt };
      expect(await bench.ledger.patrol(patrol)).toEqual({ mended: [2], at: 0 });
    });

    describe("an edit", () => {
      it("never fires for times that passed while it was off, and accounts for them", async () => {
        const task = await create(draft("a", { enabled: false }));
        expect(await bench.ledger.nextWakeAt()).toBeUndefined();
        await bench.periodicTasks.setEnabled(task.id, true, at(5_500));
        await fire(5_900);
        expect(await rows()).toEqual([[second, 5 * second, "off", "disabled"]]);
        await fire(6 * second);
        expect((await rows()).at(-1)).toEqual([6 * second, 6 * second, "sent", "on_time"]);
      });

      it("of the times makes a revision, and of the text alone does not", async () => {
        const task = await create(draft("a"));
        const [kept] = task.schedules;
        const renamed = await bench.periodicTasks.update(
          task.id,
          1,
          draft("b", { schedules: [{ ...everySecond, id: kept?.id ?? 0 }] }),
          at(1),
        );
        expect(renamed.schedules[0]).toMatchObject({ version: 1, nextAt: start + second });
        const slower: ScheduleDraft = {
          ...everySecond,
          id: kept?.id ?? 0,
          definition: { kind: "interval", every: 5, period: "seconds" },
        };
        const edited = await bench.periodicTasks.update(task.id, 2, draft("b", { schedules: [slower] }), at(2));
        expect(edited.schedules[0]).toMatchObject({ version: 2, nextAt: start + 5 * second });
        expect(await bench.query("select version from schedule_revision order by version")).toHaveLength(2);
      });

      it("that drops a schedule stops it and keeps its ledger", async () => {
        const task = await create(draft("a"));
        await fire(second);
        const after = await bench.periodicTasks.update(task.id, 1, draft("a", { schedules: [] }), at(1_500));
        expect(after.schedules).toEqual([]);
        expect(await bench.ledger.nextWakeAt()).toBeUndefined();
        expect(await rows()).toHaveLength(1);
      });

      it("from an old version is refused and changes nothing", async () => {
        const task = await create(draft("a"));
        await bench.periodicTasks.update(task.id, 1, draft("b", { schedules: [] }), at(1));
        await expect(bench.periodicTasks.update(task.id, 1, draft("c"), at(2))).rejects.toMatchObject({
          code: "stale_version",
        });
        expect((await bench.periodicTasks.find(task.id, start))?.name).toBe("b");
      });

      it("to a name that another has is refused; an archived one's is free", async () => {
        const first = await create(draft("a"));
        await expect(create(draft("a"))).rejects.toMatchObject({ code: "name_taken" });
        await bench.periodicTasks.archive(first.id, at(1));
        await expect(create(draft("a"))).resolves.toMatchObject({ name: "a" });
      });

      it("records who made it, with before and after", async () => {
        const task = await create(draft("a"));
        await bench.periodicTasks.setEnabled(task.id, false, at(1));
        await bench.periodicTasks.archive(task.id, at(2));
        const changes = await bench.query("select action, by_name, before, after from change order by id");
        expect(changes.map((change) => [change.action, change.by_name])).toEqual([
          ["created", "ops"],
          ["disabled", "ops"],
          ["archived", "ops"],
        ]);
        expect(JSON.parse(String(changes[1]?.before))).toEqual({ enabled: true });
      });

      it("of what is archived or unknown is refused", async () => {
        const task = await create(draft("a"));
        await bench.periodicTasks.archive(task.id, at(1));
        for (const id of [task.id, 999]) {
          await expect(bench.periodicTasks.setEnabled(id, true, at(2))).rejects.toMatchObject({ code: "not_found" });
        }
      });
    });

    describe("a pause", () => {
      it("skips what it covers in one growing row, and ends by itself", async () => {
        const task = await create(draft("a"));
        await bench.periodicTasks.pause(task.id, { reason: "deploy", untilAt: start + 3_500 }, at(0));
        for (const ms of [1, 2, 3, 4]) await fire(ms * second);
        expect(await rows()).toEqual([
          [second, 3 * second, "skipped", "paused"],
          [4 * second, 4 * second, "sent", "on_time"],
        ]);
      });

      it("shows its reason until it is ended", async () => {
        const task = await create(draft("a"));
        const paused = await bench.periodicTasks.pause(task.id, { reason: "deploy", untilAt: null }, at(5));
        expect(paused.pause).toMatchObject({ reason: "deploy", untilAt: null, by: "ops", fromAt: start + 5 });
        expect((await bench.periodicTasks.resume(task.id, at(6))).pause).toBeNull();
      });
    });
  });
}
