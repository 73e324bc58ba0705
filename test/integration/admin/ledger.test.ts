import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuditReport } from "../../../src/admin/contract.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.withToken("admin");
});
afterEach(() => admin.close());

async function audit(query = ""): Promise<AuditReport> {
  const answer = await root.call("GET", `/ledger/audit${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

test("the audit finds nothing in a ledger as beat writes it, and a row that is gone", async () => {
  await root.call("POST", "/periodic-tasks", {
    name: "Each minute",
    task: "tapp_a.hello",
    schedules: [{ kind: "crontab", expression: "* * * * *" }],
  });
  for (let minute = 0; minute < 5; minute += 1) {
    await admin.clock.advance(60_000);
    await admin.testCatalog.fire();
  }
  expect(await audit()).toMatchObject({ schedules: 1, errors: 0, findings: [] });

  const [row] = (await root.call("GET", "/firings?limit=3")).json().items.slice(1);
  await admin.database.db.deleteFrom("firing").where("nominal_at", "=", row.nominalAt).execute();
  const broken = await audit();
  expect(broken).toMatchObject({ errors: 1 });
  expect(broken.findings).toMatchObject([
    { code: "gap", severity: "error", at: row.nominalAt, count: 1, periodicTaskName: "Each minute" },
  ]);
  expect(await audit(`?since=${row.nominalAt}`)).toMatchObject({ errors: 0 });
});
