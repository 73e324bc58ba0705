import { describe, expect, it } from "vitest";
import { type AuditedRevision, type AuditedRow, ScheduleAudit } from "./audit-schedule.ts";
import { firingRunId } from "./firing-run-id.ts";
import { compilePlan, plainPlan } from "./schedule-plan.ts";

const uid = "u1";
const minute = 60_000;
const start = Date.UTC(2026, 0, 5);
const at = (minutes: number) => start + minutes * minute;

const everyMinute = (minutes = 1) =>
  plainPlan({ definition: { kind: "interval", every: minutes, period: "minutes", anchor: start }, zone: "UTC", uid });
const revision = (version: number, from: number, more: Partial<AuditedRevision> = {}): AuditedRevision => ({
  version,
  fromAt: at(from),
  plan: everyMinute(),
  tzVersion: "2026a",
  ...more,
});
const row = (first: number, last: number, more: Partial<AuditedRow> = {}): AuditedRow => ({
  nominalAt: at(first),
  throughAt: at(last),
  version: 1,
  verdict: "missed",
  reason: "superseded",
  detail: null,
  runId: null,
  ...more,
});
const sent = (minutes: number, more: Partial<AuditedRow> = {}): AuditedRow =>
  row(minutes, minutes, { verdict: "sent", reason: "on_time", runId: firingRunId(uid, at(minutes)), ...more });

function audited(
  rows: readonly AuditedRow[],
  through: number,
  revisions: readonly AuditedRevision[] = [revision(1, 0)],
) {
  const window = { after: start, through: at(through), tzVersion: "2026a", compile: compilePlan };
  const audit = new ScheduleAudit({ uid, revisions }, window);
  for (const one of rows) audit.row(one);
  return audit.end().map(({ code, severity, at: from, count }) => [code, severity, (from - start) / minute, count]);
}

describe("the audit of one schedule", () => {
  it("finds nothing where each nominal time lies in one row", () => {
    expect(audited([row(1, 3), sent(4), sent(5)], 5)).toEqual([]);
    expect(audited([], 0)).toEqual([]);
  });

  it("finds what is in no row, before, between and after the others", () => {
    expect(audited([sent(3), sent(6)], 10)).toEqual([
      ["gap", "error", 1, 2],
      ["gap", "error", 4, 2],
      ["gap", "error", 7, 4],
    ]);
  });

  it("finds rows that overlap, and rows for times that nobody named", () => {
    expect(audited([row(1, 3), sent(3)], 3)).toEqual([["overlap", "error", 3, null]]);
    expect(audited([row(1, 3), sent(3.5), sent(4)], 4)).toEqual([["not_named", "error", 3.5, null]]);
    expect(audited([row(1, 2.5), sent(3)], 3)).toEqual([["not_named", "error", 1, null]]);
  });

  it("finds a span that was sent, and a run that is another one's", () => {
    expect(audited([{ ...sent(1), throughAt: at(2) }], 2)).toEqual([["wrong_verdict", "error", 1, null]]);
    expect(audited([sent(1, { runId: "x" })], 1)).toEqual([["wrong_run", "error", 1, null]]);
  });

  it("follows a schedule through its revisions", () => {
    const revisions = [revision(1, 0), revision(2, 10, { plan: everyMinute(5) }), revision(3, 30)];
    const rows = [row(1, 10), row(15, 30, { version: 2 }), row(31, 33, { version: 3 })];
    expect(audited(rows, 33, revisions)).toEqual([]);
    expect(audited([row(1, 10), row(31, 33, { version: 3 })], 33, revisions)).toEqual([["gap", "error", 15, 4]]);
    expect(audited([row(1, 12), row(15, 30, { version: 2 })], 30, revisions)).toEqual([
      ["wrong_revision", "error", 1, null],
    ]);
  });

  it("lets stay what was sent by a clock that was a little ahead, before it was set back and the schedule was edited", () => {
    const revisions = [revision(1, 0), revision(2, 10)];
    const others = row(11, 13, { version: 2 });
    expect(audited([row(1, 10), sent(11), row(12, 13, { version: 2 })], 13, revisions)).toEqual([]);
    expect(audited([row(1, 11), row(12, 13, { version: 2 })], 13, revisions)).toHaveLength(1);
    expect(audited([row(1, 10), others, sent(14)], 14, revisions)).toEqual([["wrong_revision", "error", 14, null]]);
  });

  it("says of another tz database that it cannot judge", () => {
    const revisions = [revision(1, 0, { tzVersion: "2020a" })];
    expect(audited([sent(2)], 2, revisions)).toEqual([["gap", "note", 1, 1]]);
  });

  it("takes a row that says that the schedule could not be computed for what it stands for", () => {
    const failed = row(7.3, 7.3, { verdict: "failed", reason: "cannot_compute" });
    expect(audited([sent(1), failed], 7.3)).toEqual([]);
    const broken = [revision(1, 0, { plan: undefined })];
    expect(audited([], 5, broken)).toEqual([["cannot_compute", "note", 1 / minute, null]]);
  });

  it("holds closed days and moved times against the calendar", () => {
    const days = { weekend: [], closed: { "2026-01-06": "Inventory" }, open: [] };
    const plan = (rule: "skip" | "next") =>
      plainPlan({
        definition: { kind: "crontab", expression: "0 9 * * *" },
        zone: "UTC",
        uid,
        calendar: { id: 1, version: 1, rule, days },
      });
    const nine = (day: number) => day * 1_440 + 540;
    const skipped = row(nine(1), nine(1), { verdict: "skipped", reason: "calendar" });
    const moved = row(nine(1), nine(1), { verdict: "moved", reason: "moved", detail: { movedTo: at(nine(2)) } });
    const skips = [revision(1, 0, { plan: plan("skip") })];
    const moves = [revision(1, 0, { plan: plan("next") })];
    expect(audited([sent(nine(0)), skipped, sent(nine(2))], nine(2), skips)).toEqual([]);
    expect(audited([sent(nine(0)), moved, sent(nine(2))], nine(2), moves)).toEqual([]);
    const wrong = ["wrong_verdict", "error", nine(1), null];
    expect(audited([sent(nine(0)), sent(nine(1)), sent(nine(2))], nine(2), skips)).toEqual([wrong]);
    expect(audited([sent(nine(0)), skipped, sent(nine(2))], nine(2), moves)).toEqual([wrong]);
    expect(audited([sent(nine(0)), sent(nine(2))], nine(2), skips)).toEqual([["gap", "error", nine(1), 1]]);
    const early = row(nine(0), nine(0), { verdict: "skipped", reason: "calendar" });
    expect(audited([early, skipped, sent(nine(2))], nine(2), skips)).toEqual([
      ["wrong_verdict", "error", nine(0), null],
    ]);
  });
});
