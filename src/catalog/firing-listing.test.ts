import { expect, test } from "vitest";
import { compilePlan, plainPlan, type SchedulePlan } from "../firing/schedule-plan.ts";
import type { FiringRecord } from "../ledger/firing-reader.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { FiringListing } from "./firing-listing.ts";

const days = { weekend: [0, 6], closed: {}, open: [] };

/** What is told of a row that covers a span under a plan. */
async function counted(
  plan: SchedulePlan,
  row: Pick<FiringRecord, "reason" | "verdict"> & { from: string; to: string },
): Promise<number | null | undefined> {
  const record: FiringRecord = {
    scheduleId: 1,
    scheduleName: "",
    periodicTaskId: 1,
    nominalAt: Date.parse(row.from),
    throughAt: Date.parse(row.to),
    version: 1,
    verdict: row.verdict,
    reason: row.reason,
    detail: null,
    runId: null,
    decidedAt: Date.parse(row.to),
    revision: { plan, fromAt: 0 },
  };
  const readers = { firings: { list: async () => ({ items: [record], next: null }), find: async () => undefined } };
  const listing = new FiringListing({ readers, compile: compilePlan } as unknown as CatalogParts);
  return (await listing.list({ limit: 1 })).items[0]?.count;
}

const hourly = plainPlan({
  definition: { kind: "crontab", expression: "0 * * * *" },
  zone: "UTC",
  calendar: { id: 1, version: 1, rule: "skip", days },
});
const weekend = { from: "2027-03-06T00:00Z", to: "2027-03-07T23:00Z" };

test("a span of closed days counts the times that the calendar took away", async () => {
  expect(await counted(hourly, { ...weekend, verdict: "skipped", reason: "calendar" })).toBe(48);
  const monday = { from: "2027-03-08T00:00Z", to: "2027-03-08T23:00Z" };
  expect(await counted(hourly, { ...monday, verdict: "missed", reason: "superseded" })).toBe(24);
});

test("a span of times that the clock left out counts one for each gap", async () => {
  const skipping = plainPlan({
    definition: { kind: "crontab", expression: "30 2 14 3 *" },
    zone: "America/New_York",
    gap: "skip",
  });
  const years = { from: "2027-03-14T07:00Z", to: "2027-03-15T00:00Z" };
  expect(await counted(skipping, { ...years, verdict: "skipped", reason: "daylight_saving" })).toBe(1);
});
