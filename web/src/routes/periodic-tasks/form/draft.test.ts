import { expect, test } from "vitest";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import {
  definitionOf,
  draftOf,
  duplicateOf,
  emptyDraft,
  emptySchedule,
  inputOf,
  previewOf,
  unreadJson,
} from "./draft.ts";

const view: PeriodicTaskView = {
  id: 7,
  uid: "u",
  name: "Nightly",
  task: "tapp_a.export",
  enabled: true,
  archivedAt: null,
  paused: null,
  heldReason: null,
  codeApp: null,
  queue: "default",
  tags: ["billing"],
  owner: null,
  nextAt: null,
  last: null,
  strip: [],
  warnings: [],
  drift: [],
  version: 3,
  input: { format: "csv" },
  description: "",
  ownerId: null,
  queueSetting: null,
  priority: 4,
  expiresMs: 60_000,
  timeLimitMs: null,
  softTimeLimitMs: null,
  keep: { days: 7, failuresDays: null, lastRuns: null, mostRuns: null },
  overlap: "queue",
  overlapLimit: 2,
  overlapQueue: 5,
  abandonAfterMs: 3_600_000,
  endAfterRuns: null,
  disableAfterFailures: 3,
  holdOnError: true,
  headers: { origin: "books" },
  createdAt: 0,
  updatedAt: 0,
  schedules: [
    {
      id: 9,
      periodicTaskId: 7,
      name: "night",
      definition: { kind: "clocked", at: Date.UTC(2027, 0, 1) },
      zone: "Asia/Tokyo",
      enabled: false,
      input: { format: "json" },
      gap: "skip",
      fold: "both",
      calendar: { id: 4, rule: "next", name: "Japan" },
      startsAt: Date.UTC(2026, 11, 1),
      endsAt: null,
      misfire: "all",
      catchUpWindowMs: 7_200_000,
      catchUpCap: 12,
      jitterMs: 60_000,
      paused: null,
      offsetChange: null,
      description: { en: "", ja: "" },
      nextAt: null,
      accountedTo: 0,
      error: null,
      version: 1,
    },
  ],
};

test("what was read and not touched is sent back as it was", () => {
  expect(inputOf(draftOf(view), true)).toEqual({
    name: "Nightly",
    task: "tapp_a.export",
    input: { format: "csv" },
    enabled: true,
    schedules: [
      {
        kind: "clocked",
        at: Date.UTC(2027, 0, 1),
        id: 9,
        name: "night",
        enabled: false,
        zone: "Asia/Tokyo",
        input: { format: "json" },
        gap: "skip",
        fold: "both",
        calendar: { id: 4, rule: "next" },
        startsAt: Date.UTC(2026, 11, 1),
        endsAt: null,
        misfire: "all",
        catchUpWindowMs: 7_200_000,
        catchUpCap: 12,
        jitterMs: 60_000,
      },
    ],
    description: "",
    tags: ["billing"],
    ownerId: null,
    queue: null,
    priority: 4,
    expiresMs: 60_000,
    timeLimitMs: null,
    softTimeLimitMs: null,
    keep: { days: 7, failuresDays: null, lastRuns: null, mostRuns: null },
    overlap: "queue",
    overlapLimit: 2,
    overlapQueue: 5,
    abandonAfterMs: 3_600_000,
    endAfterRuns: null,
    disableAfterFailures: 3,
    holdOnError: true,
    headers: { origin: "books" },
    version: 3,
  });
});

test("a duplicate has no version and its schedules are new", () => {
  const copy = inputOf(duplicateOf(view, "Nightly (copy)"), true);
  expect(copy.name).toBe("Nightly (copy)");
  expect(copy).not.toHaveProperty("version");
  expect(copy.schedules?.[0]).not.toHaveProperty("id");
});

test("a task without a schema is sent args and kwargs, and no input", () => {
  const draft = { ...emptyDraft("UTC", ""), name: "x", task: "y" };
  expect(inputOf(draft, false)).toMatchObject({ args: [], kwargs: {} });
  expect(inputOf(draft, false)).not.toHaveProperty("input");
});

test("a skeleton that nobody filled in is no runbook", () => {
  const draft = { ...emptyDraft("UTC", "## Who?\n\n"), name: "x", task: "y" };
  expect(inputOf(draft, true, ["## Who?\n"]).description).toBe("");
  expect(inputOf({ ...draft, description: "## Who? Us" }, true, ["## Who?\n"]).description).toBe("## Who? Us");
});

test("an empty number is not zero", () => {
  expect(definitionOf({ ...emptySchedule("UTC"), kind: "interval", every: " " })).toMatchObject({ every: Number.NaN });
});

test("a count that is no number is sent as it was typed, to be refused at its field", () => {
  const draft = { ...emptyDraft("UTC", ""), name: "x", task: "y", endAfterRuns: "twice", overlapLimit: " " };
  expect(inputOf(draft, false)).toMatchObject({ endAfterRuns: "twice", overlapLimit: null });
});

test("the OR of day and weekday belongs to the definition, and AND goes without saying", () => {
  const draft = emptySchedule("UTC");
  expect(definitionOf({ ...draft, days: "or" })).toMatchObject({ kind: "crontab", days: "or" });
  expect(definitionOf(draft)).not.toHaveProperty("days");
  expect(previewOf({ ...draft, id: 9 })).toMatchObject({ scheduleId: 9, zone: "UTC", gap: "default" });
});

test("a JSON text that cannot be read is found before saving", () => {
  const draft = emptyDraft("UTC", "");
  expect(unreadJson(draft, true)).toBeUndefined();
  expect(unreadJson({ ...draft, kwargs: { value: {}, unread: "{" } }, false)).toBe("/kwargs");
  expect(unreadJson({ ...draft, kwargs: { value: {}, unread: "{" } }, true)).toBeUndefined();
});
