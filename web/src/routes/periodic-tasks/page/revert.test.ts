import { expect, test } from "vitest";
import type { PeriodicTaskView, ScheduleView } from "../../../services/wire.ts";
import { asInput, isWhole, reverted } from "./revert.ts";

const hourly = { kind: "crontab", expression: "0 * * * *" } as const;
const schedule = (id: number, definition: ScheduleView["definition"]) =>
  ({
    id,
    definition,
    name: "",
    zone: "Asia/Tokyo",
    input: null,
    enabled: true,
    gap: "default",
    fold: "default",
    calendar: null,
    startsAt: null,
    endsAt: null,
    misfire: "latest",
    catchUpWindowMs: null,
    catchUpCap: null,
    jitterMs: null,
  }) as ScheduleView;

const current = {
  name: "Export",
  task: "tapp_a.export",
  kwargs: { day: 1 },
  args: [],
  enabled: false,
  description: "",
  tags: ["billing"],
  ownerId: null,
  queueSetting: null,
  queue: "default",
  priority: null,
  expiresMs: 60_000,
  timeLimitMs: null,
  softTimeLimitMs: null,
  keep: null,
  overlap: "skip",
  overlapLimit: null,
  overlapQueue: null,
  abandonAfterMs: null,
  endAfterRuns: null,
  disableAfterFailures: null,
  holdOnError: false,
  headers: {},
  schedules: [schedule(1, hourly)],
  version: 7,
} as unknown as PeriodicTaskView;

/** As the API records it. */
const before = {
  name: "Export",
  task: "tapp_a.export",
  args: [],
  kwargs: { day: 1 },
  queue: null,
  priority: null,
  overlap: "allow",
  tags: [],
  ownerId: null,
  description: "",
  enabled: true,
  schedules: [schedule(1, { kind: "crontab", expression: "30 2 * * *" }), schedule(2, hourly)],
};

test("a recorded periodic task becomes an edit of the one that is there now", () => {
  expect(isWhole(before)).toBe(true);
  const edit = reverted(before, current);
  expect(edit).toMatchObject({ version: 7, overlap: "allow", enabled: true, tags: [], expiresMs: null });
  expect(edit.schedules).toMatchObject([
    { id: 1, kind: "crontab", expression: "30 2 * * *", zone: "Asia/Tokyo" },
    { kind: "crontab", expression: "0 * * * *" },
  ]);
  // The second was removed since: its id is not this periodic task's any more.
  expect(edit.schedules?.[1]).not.toHaveProperty("id");
});

test("what is as it was makes no difference", () => {
  const { schedules, ...rest } = asInput(current);
  const recorded = {
    ...rest,
    schedules: current.schedules.map(({ id, definition, ...more }) => ({ id, definition, ...more })),
  };
  expect(reverted(recorded as never, current)).toEqual(asInput(current));
  expect(schedules).toHaveLength(1);
});

test("a switch or a pause alone is not a whole periodic task", () => {
  expect([{ enabled: true }, { reason: "deploy", untilAt: null }, null, "x"].map(isWhole)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
