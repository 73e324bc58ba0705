import Database from "better-sqlite3";
import { seedPeriodicTasks } from "../../bench/support/seed.ts";
import { expect, test, useSite } from "./support/test.ts";

useSite({ roles: ["admin"] });

const count = 5_000;

test.beforeAll(async ({ site }) => {
  const db = new Database(site.databaseFile);
  const tomorrow = Date.now() + 86_400_000;
  const schedule = (index: number) => ({
    definition: { kind: "crontab", expression: `${index % 60} ${index % 24} * * *` },
    nextAt: tomorrow + index * 1_000,
  });
  seedPeriodicTasks(db, count, schedule, "tapp_a.hello_from_a");
  db.close();
});

test("a list of 5,000 opens, finds, sorts and turns its pages quickly", async ({ page }) => {
  const rows = page.locator("tbody [data-row]");
  const quick = { timeout: 8_000 };
  await page.goto("/periodic-tasks");
  await expect(rows).toHaveCount(50);
  await expect(page.getByText("5,006 in all")).toBeVisible();

  await page.getByRole("searchbox", { name: "Name, task, tag …" }).fill("bench 0004321");
  await expect(rows).toHaveCount(1, quick);
  await expect(rows.first()).toContainText("Every day at 01:01 (UTC)");
  await page.getByRole("searchbox", { name: "Name, task, tag …" }).fill("");
  await expect(rows).toHaveCount(50, quick);

  await page.getByRole("button", { name: "Sort by Name" }).click();
  await expect(rows.first()).toContainText("bench 0004999", quick);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect(rows.first()).toContainText("bench 0004949", quick);
  await page.getByRole("button", { name: "Previous", exact: true }).click();
  await expect(rows.first()).toContainText("bench 0004999", quick);
  await page.getByRole("button", { name: "Sort by Next" }).click();
  await expect(page).toHaveURL(/sort=nextAt/);
  await expect(rows).toHaveCount(50, quick);

  await page.getByRole("button", { name: "Task", exact: true }).click();
  await page.getByRole("menuitem", { name: "tapp_b.counter_upper", exact: true }).click();
  await expect(rows).toHaveCount(1, quick);
});

test("selecting a page of them switches fifty at once", async ({ page }) => {
  await page.goto("/periodic-tasks?q=bench 0000");
  await expect(page.locator("tbody [data-row]")).toHaveCount(50);
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await expect(page.getByRole("toolbar")).toContainText("50 selected");
  await page.getByRole("toolbar").getByRole("button", { name: "Disable" }).click();
  await expect(page.getByRole("status")).toContainText("50 periodic tasks disabled");
  await expect(page.getByRole("switch", { checked: true })).toHaveCount(0);
});

test("the quick search goes straight to one", async ({ page }) => {
  await page.goto("/runs");
  await page.getByRole("combobox", { name: "Search periodic tasks" }).fill("bench 0002222");
  await page.getByRole("option", { name: /^bench 0002222/ }).click();
  await expect(page.getByRole("heading", { name: "bench 0002222" })).toBeVisible();
});
