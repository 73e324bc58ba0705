import { AxeBuilder } from "@axe-core/playwright";
import Database from "better-sqlite3";
import { seedPeriodicTasks } from "../../bench/support/seed.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

const files = {
  "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
export default defineConfig({ apps: ["./app"], projectName: "Load", timeZone: "UTC" });
`,
  "app/tasks.ts": `import { task } from "hyoshi";
export const tidy = task("app.tidy", { run: async () => "tidy" });
`,
};
// No beat, so that what is forecast stays to come.
useSite({ files, roles: ["admin", "worker"] });

test.beforeAll(async ({ site }) => {
  const db = new Database(site.databaseFile);
  const nightly = { definition: { kind: "crontab" as const, expression: "0 3 * * *" }, nextAt: Date.now() + 3_600_000 };
  seedPeriodicTasks(db, 200, () => nightly, "app.tidy");
  db.close();
  const schedules = [{ kind: "crontab", expression: "20 * * * *" }];
  const api = await site.api();
  await api.post("periodic-tasks", { name: "Each hour", task: "app.tidy", schedules, tags: ["hourly"] });
});

const graveFaults = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
};

test("the week's load shows where it piles up, what fires there, and what would spread it", async ({ page }) => {
  await page.goto("/timeline/week");
  const map = page.getByRole("slider", { name: "Firings by minute" });
  await expect(map).toHaveAttribute("aria-valuetext", /03:00 \+00:00 · 200 firings/);
  const minute = page.getByRole("region", { name: "In this minute" });
  await expect(minute.getByText("Every day at 03:00")).toBeVisible();
  await expect(minute.getByText("200 schedules")).toBeVisible();

  await map.focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press("ArrowDown");
  await expect(map).toHaveAttribute("aria-valuetext", /03:20 \+00:00 · 1 firing$/);
  await expect(minute.getByRole("link", { name: "Each hour" })).toBeVisible();
  await expect(page).toHaveURL(/at=\d+/);

  const spreading = page.getByRole("region", { name: "Spreading" });
  await expect(spreading.getByText(/200 schedules/)).toBeVisible();
  await expect(spreading.getByText("Fullest minute: 200 →")).toBeAttached();
  expect(await graveFaults(page)).toEqual([]);

  await page.getByRole("button", { name: "Tag" }).click();
  await page.getByRole("menuitem", { name: "hourly" }).click();
  await expect(page.getByText("168 firings of 1 schedule")).toBeVisible();
});

test("a coming day has a lane for each periodic task, and marks where there are more runs than slots", async ({
  page,
}) => {
  await page.goto("/timeline");
  await page.getByRole("button", { name: "Next day" }).click();
  await expect(page).toHaveURL(/day=/);
  await expect(page.getByText("224 runs")).toBeVisible();
  await expect(page.getByText(/^03:00–.*wait for a slot$/)).toBeVisible();
  await expect(page.getByRole("img", { name: "Each hour: 24 times · 1 min assumed" })).toBeVisible();
  expect(await graveFaults(page)).toEqual([]);
});
