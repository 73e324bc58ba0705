import { afterAll, beforeAll, expect, test } from "vitest";
import { periodicTask } from "../../../src/task/periodic-task.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeAll(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
});
afterAll(() => admin.close());

const schedules = [{ name: "weekly", kind: "crontab", expression: "0 9 * * 1", zone: "Asia/Tokyo" }] as const;

test("what was edited since the last deploy is shown, and can be given back to the code", async () => {
  const definition = periodicTask<string>({ name: "Report", task: "tapp_a.report", schedules });
  await admin.app.catalog.code.apply({ definitions: [{ app: "tapp_a", definition }], unread: [] });
  const [{ id, version }] = (await root.call("GET", "/periodic-tasks")).json().items;
  const made = (await root.call("GET", `/periodic-tasks/${id}`)).json();
  expect(made).toMatchObject({ codeApp: "tapp_a", drift: [] });

  const edited = { name: "Report", task: "tapp_a.report", queue: "slow", schedules: [], version };
  const saved = (await root.call("PUT", `/periodic-tasks/${id}`, edited)).json();
  expect(saved.drift).toEqual([
    { field: "queue", code: null, now: "slow" },
    { field: "schedules.weekly", code: expect.objectContaining({ zone: "Asia/Tokyo" }), now: null },
  ]);

  const returned = await root.call("DELETE", `/periodic-tasks/${id}/drift`);
  expect(returned.json()).toMatchObject({ queueSetting: null, drift: [], schedules: [{ name: "weekly" }] });
  const changes = (await root.call("GET", `/changes?resource=periodic-task&resourceId=${id}`)).json().items;
  expect(changes.map(({ by }: { by: string }) => by)).toEqual(["admin", "admin", "hyoshi (code)"]);
});

test("one that was made here has no code to return to", async () => {
  const made = (await root.call("POST", "/periodic-tasks", { name: "Own", task: "tapp_a.report" })).json();
  expect(made).toMatchObject({ codeApp: null, drift: [] });
  const answer = await root.call("DELETE", `/periodic-tasks/${made.id}/drift`);
  expect(answer.json()).toMatchObject({ status: 409, code: "not_from_code" });
});
