import { expect, test } from "vitest";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { definitionOf, draftOf, duplicateOf, emptyDraft, emptySchedule, inputOf, unreadJson } from "./draft.ts";

const view: PeriodicTaskView = {
  id: 7,
  uid: "u",
  name: "Nightly",
  task: "tapp_a.export",
  enabled: true,
  archivedAt: null,
  paused: null,
  queue: "default",
  tags: ["billing"],
  owner: null,
  nextAt: null,
  last: null,
  strip: [],
  warnings: [],
  version: 3,
  input: { format: "csv" },
  description: "",
  ownerId: null,
  queueSetting: null,
  priority: 4,
  expiresMs: 60_000,
  timeLimitMs: null,
  overlap: "skip",
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
      misfire: "latest",
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
      },
    ],
    description: "",
    tags: ["billing"],
    ownerId: null,
    queue: null,
    priority: 4,
    expiresMs: 60_000,
    timeLimitMs: null,
    overlap: "skip",
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

test("a JSON text that cannot be read is found before saving", () => {
  const draft = emptyDraft("UTC", "");
  expect(unreadJson(draft, true)).toBeUndefined();
  expect(unreadJson({ ...draft, kwargs: { value: {}, unread: "{" } }, false)).toBe("/kwargs");
  expect(unreadJson({ ...draft, kwargs: { value: {}, unread: "{" } }, true)).toBeUndefined();
});
