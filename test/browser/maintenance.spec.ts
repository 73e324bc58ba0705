import Database from "better-sqlite3";
import { makeTask } from "./support/arrange.ts";
import { expect, test, useSite } from "./support/test.ts";

useSite();

const yaml = (schedule: string) => `hyoshi: 1
periodicTasks:
  - name: Brought along
    task: tapp_a.hello_from_a
    schedules:
      - kind: crontab
        expression: "${schedule}"
  - name: Impossible
    task: tapp_a.hello_from_a
    schedules:
      - kind: crontab
        expression: "0 0 31 2 *"
`;

test("a file is compared before it is taken in, and an export holds what it brought", async ({ page }) => {
  await page.goto("/maintenance?tab=files");
  const choose = async (text: string) =>
    page.locator('input[type="file"]').setInputFiles({
      name: "project.yaml",
      mimeType: "application/yaml",
      buffer: Buffer.from(text),
    });
  await choose(yaml("0 9 * * 1"));
  await expect(page.getByText("1 left out · 1 new")).toBeVisible();
  await expect(page.getByText(/can never match/)).toBeVisible();
  await page.getByRole("button", { name: "Import 1 change" }).click();
  await expect(page.getByRole("heading", { name: "What was done" })).toBeVisible();

  await choose(yaml("0 10 * * 1"));
  await expect(page.getByText("1 left out · 1 changed")).toBeVisible();
  await expect(page.getByText("differs in schedules")).toBeVisible();

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download YAML" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^hyoshi-.*\.yaml$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toContain("name: Brought along");
});

test("after an update of the tz database every page leads to what would change, and it is done in one step", async ({
  page,
  api,
  site,
}) => {
  await makeTask(api, "Planned long ago", "tapp_a.hello_from_a", {
    schedules: [{ kind: "crontab", expression: "30 2 * * *", zone: "America/New_York" }],
  });
  const db = new Database(site.databaseFile);
  db.exec("update schedule set tz_version = '2020a'");
  db.close();
  await page.goto("/runs");
  await page.getByRole("link", { name: "What would change" }).click();
  await expect(page.getByText(/planned with the time-zone database 2020a/)).toBeVisible();
  await page.getByRole("button", { name: "Plan anew" }).click();
  await expect(page.getByRole("heading", { name: "Everything is up to date" })).toBeVisible();
  await expect(page.getByRole("link", { name: "What would change" })).toHaveCount(0);
});

test("moving a zone's schedules shows their other times first", async ({ page, api }) => {
  await makeTask(api, "In Berlin", "tapp_a.hello_from_a", {
    schedules: [{ kind: "crontab", expression: "15 6 1 * *", zone: "Europe/Berlin" }],
  });
  await page.goto("/maintenance");
  await page.getByRole("combobox", { name: "From" }).fill("Europe/Berlin");
  await page.getByRole("option", { name: /Europe\/Berlin/ }).click();
  await page.getByRole("button", { name: "Show what changes" }).click();
  await expect(page.getByRole("link", { name: "In Berlin" })).toBeVisible();
  await page.getByRole("button", { name: "Move to Tokyo" }).click();
  await expect(page.getByText(/1 schedule planned anew/)).toBeVisible();
  const { items } = await api.get<{ items: { name: string; schedules: { zone: string }[] }[] }>("periodic-tasks");
  expect(items.find(({ name }) => name === "In Berlin")?.schedules[0]?.zone).toBe("Asia/Tokyo");
});

test("the ledger is audited from the browser, and what is missing is named", async ({ page, site }) => {
  await page.goto("/maintenance?tab=audit");
  await page.getByRole("button", { name: "Audit", exact: true }).click();
  await expect(page.getByRole("heading", { name: "The ledger is complete" })).toBeVisible();

  const db = new Database(site.databaseFile);
  const first = "select min(nominal_at) from firing where verdict = 'sent'";
  await expect.poll(() => db.prepare(first).pluck().get()).not.toBeNull();
  db.prepare(`delete from firing where nominal_at = (${first})`).run();
  db.close();
  await page.getByRole("button", { name: "Audit", exact: true }).click();
  await expect(page.getByText("Nominal times without a row").first()).toBeVisible();
});

test("the page of workers tells what each beat does", async ({ page }) => {
  await page.goto("/workers");
  const beats = page.getByRole("table").filter({ has: page.getByRole("columnheader", { name: "Loop turned" }) });
  await expect(
    beats.getByText("waiting", { exact: true }).or(beats.getByText("firing", { exact: true })),
  ).toBeVisible();
  await expect(beats.getByText("on time").or(beats.getByText(/^\d+ (ms|s)$/))).toBeVisible();
  await page.getByRole("button", { name: "Health" }).click();
  await page.getByRole("link", { name: "All beats, workers and queues" }).click();
  await expect(page.getByRole("link", { name: "All beats, workers and queues" })).toBeHidden();
});
