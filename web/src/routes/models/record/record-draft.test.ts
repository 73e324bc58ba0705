import { expect, test } from "vitest";
import type { ModelField } from "../../../services/wire.ts";
import { changedFields, recordDraft } from "./record-draft.ts";

const field = (name: string, kind: ModelField["kind"], more: Partial<ModelField> = {}): ModelField => ({
  name,
  kind,
  label: { en: name, ja: name },
  help: null,
  required: false,
  readOnly: false,
  maxLength: null,
  choices: null,
  nullable: false,
  ...more,
});
const fields = [
  field("id", "id", { readOnly: true }),
  field("count", "integer", { default: 0 }),
  field("message", "text", { nullable: true }),
  field("due", "instant", { nullable: true }),
  field("open", "boolean"),
];
const zone = "Asia/Tokyo";
const due = Date.UTC(2026, 10, 23, 3, 0, 0, 250);
const record = { id: 3, count: 7, message: "seven", due, open: true };

test("an untouched record changes nothing, not even the fraction of a second that its form cannot show", () => {
  expect(changedFields(fields, recordDraft(fields, record, zone), record, zone)).toEqual({});
});

test("only what was changed is sent", () => {
  const draft = { ...recordDraft(fields, record, zone), count: "8", due: "2026-11-24T09:00" };
  expect(changedFields(fields, draft, record, zone)).toEqual({ count: 8, due: Date.UTC(2026, 10, 24) });
});

test("an emptied field that may be null becomes null", () => {
  const draft = { ...recordDraft(fields, record, zone), message: "", count: "" };
  expect(changedFields(fields, draft, record, zone)).toEqual({ message: null, count: null });
});

test("what is no number is sent as it was typed", () => {
  const draft = { ...recordDraft(fields, record, zone), count: "many" };
  expect(changedFields(fields, draft, record, zone)).toEqual({ count: "many" });
});

test("a new record leaves its defaults to the server", () => {
  expect(changedFields(fields, recordDraft(fields, undefined, zone), undefined, zone)).toEqual({ open: false });
});
