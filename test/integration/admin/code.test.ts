import { afterAll, beforeAll, expect, test } from "vitest";
import type { CodePlan } from "../../../src/admin/contract.ts";
import type { FoundDefinition } from "../../../src/catalog/code/code-schedules.ts";
import { periodicTask } from "../../../src/task/periodic-task.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const report: FoundDefinition = {
  app: "shop",
  definition: periodicTask<string>({
    name: "Report",
    task: "tapp_a.report",
    schedules: [{ name: "nightly", kind: "crontab", expression: "30 2 * * *" }],
    tags: ["shop"],
  }),
};
const request = { definitions: [report], unread: ["billing"] };

let admin: TestAdmin;
let root: Caller;
beforeAll(async () => {
  admin = await openTestAdmin({}, { definitions: request });
  root = await admin.withToken("admin");
});
afterAll(() => admin.close());

const plan = async (): Promise<CodePlan> => (await root.call("GET", "/code/plan")).json();

test("what code would do is told, and after it is done what was edited here", async () => {
  expect(await plan()).toMatchObject({
    items: [{ action: "create", app: "shop", name: "Report", periodicTaskId: null }],
    unread: ["billing"],
  });
  await admin.app.catalog.code.apply(request);
  const { items } = await plan();
  const id = items[0]?.periodicTaskId;
  expect(items).toMatchObject([{ action: "none", drift: [] }]);

  const { schedules, version } = (await root.call("GET", `/periodic-tasks/${id}`)).json();
  const [{ id: scheduleId, name, definition, zone }] = schedules;
  const edited = await root.call("PUT", `/periodic-tasks/${id}`, {
    ...{ name: "Report", task: "tapp_a.report", args: [], kwargs: {}, tags: ["night"], version },
    schedules: [{ id: scheduleId, name, zone, ...definition }],
  });
  expect(edited.statusCode, edited.body).toBe(200);
  expect(await plan()).toMatchObject({
    items: [{ action: "none", drift: [{ field: "tags", code: ["shop"], now: ["night"] }] }],
  });
});
