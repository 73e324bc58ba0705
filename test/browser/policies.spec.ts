import type { ApiClient } from "./support/api-client.ts";
import { makeTask } from "./support/arrange.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite({
  files: {
    "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
export default defineConfig({ apps: ["./app"], timeZone: "Asia/Tokyo" });
`,
    "app/tasks.ts": `import { task } from "hyoshi";
export const tally = task("app.tally", { run: async () => "done" });
export const broken = task("app.broken", { run: async () => { throw new Error("the ledger is locked"); } });
export const periodicTasks = [
  { name: "Defined in code", task: tally, schedules: [{ kind: "crontab", expression: "0 3 * * *", zone: "Asia/Tokyo" }] },
];
`,
  },
});

const hourMs = 3_600_000;
/** The tasks here have no schema. */
const make = (api: ApiClient, name: string, task: string, more: object) =>
  makeTask(api, name, task, { input: undefined, ...more });
const schedule = (page: Page) => page.locator('[data-pointer="/schedules/0"]');
const shown = (page: Page) => schedule(page).getByRole("group", { name: "Preview" });

test("the form says what each rule does to this schedule's own times, and keeps what was chosen", async ({
  page,
  complaints,
}) => {
  complaints.expect(/status of 422 .* \/api\/v1\/(schedules\/preview|periodic-tasks)$/);
  await page.goto("/periodic-tasks/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Payroll");
  const task = page.getByRole("combobox", { name: "Task", exact: true });
  await task.fill("app.tally");
  await task.press("Escape");
  const line = schedule(page).getByRole("textbox", { name: "or paste a line" });

  // What the letters mean, where they are typed; and the crowd at the full hour.
  await line.fill("0 3 15W * 5L");
  await expect(schedule(page).getByText("nearest the 15th in its month")).toBeVisible();
  await expect(schedule(page).getByText("5L: the month's last Friday.")).toBeVisible();
  await schedule(page).getByRole("radio", { name: "either is enough, as in classic cron" }).check();
  await expect(shown(page)).toHaveAttribute("aria-busy", "false");
  await schedule(page).getByRole("button", { name: "Spread by hash: H 3 15W * 5L" }).click();
  await expect(line).toHaveValue("H 3 15W * 5L");
  await expect(schedule(page).getByText(/^H: a value of this schedule's own/)).toBeVisible();

  // A change of the clock, with its rule at hand.
  await line.fill("30 2 * * *");
  const zone = schedule(page).getByRole("combobox", { name: "Time zone" });
  await zone.fill("New York");
  await page.getByRole("option", { name: /America\/New_York/ }).click();
  await expect(shown(page)).toContainText("Every day at 02:30");
  await expect(shown(page)).toContainText("365 a year · 1 a day");
  await shown(page).getByRole("combobox", { name: "A time that the clock leaves out" }).click();
  await page.getByRole("option", { name: "skip it" }).click();
  await expect(shown(page)).toContainText(/skipped|does not run/i);

  // An outage of three days from 02:00 on: three times of 02:30.
  await expect(page.getByText("The 2 before it are noted as missed.")).toBeVisible();
  await expect(page.getByText(/^3 times run at .*, the oldest .* late\.$/)).toBeVisible();
  await page.getByRole("radio", { name: /^Run every missed time/ }).check();
  await page.getByRole("textbox", { name: "At most", description: /newest/ }).fill("2");
  await expect(page.getByText(/^2 times run at .* 1 time beyond the limit is noted as missed\.$/)).toBeVisible();
  await page.getByLabel("Length of the outage").click();
  await page.getByRole("option", { name: "3 h", exact: true }).click();
  await expect(page.getByText(/02:30 runs at .*05:00, 2 h 30 min late\.$/).first()).toBeVisible();

  await page.getByRole("radio", { name: /^Let it wait/ }).check();
  await expect(page.getByRole("radio", { name: /^Skip this time/ })).toHaveAccessibleName(/10 are skipped\.$/);
  await page.getByRole("textbox", { name: "May wait" }).fill("4");
  await page.getByRole("switch", { name: "Hold after a failed run" }).click();
  await page.getByRole("textbox", { name: "Switch off after failures in a row" }).fill("two");

  // Refused at its field, with what was typed.
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("alert")).toContainText("Switch off after failures in a row");
  await expect(page.getByRole("textbox", { name: "Switch off after failures in a row" })).toHaveValue("two");
  await page.getByRole("textbox", { name: "Switch off after failures in a row" }).fill("2");
  await page.getByRole("button", { name: "Create" }).click();

  await expect(page.getByRole("heading", { name: "Payroll" })).toBeVisible();
  await page.getByRole("tab", { name: "Settings" }).click();
  for (const told of ["A time that the clock leaves out: skip it", "At most: 2", "May wait: 4"]) {
    await expect(page.getByRole("tabpanel")).toContainText(told);
  }
});

test("a calendar's closed days stand struck out between the times, with where they move", async ({ page, api }) => {
  const day = (days: number) => new Date(Date.now() + 9 * hourMs + days * 24 * hourMs).toISOString().slice(0, 10);
  const closed = [3, 4].map((days) => ({ date: day(days), name: "Stocktaking" }));
  await api.post("calendars", { name: "Warehouse", weekend: [], closed });
  const { id } = await make(api, "Restock", "app.tally", {
    schedules: [{ kind: "crontab", expression: "0 9 * * *" }],
  });
  await page.goto(`/periodic-tasks/${id}/edit`);
  await schedule(page)
    .getByRole("button", { name: /^Bounds/ })
    .click();
  await schedule(page).getByRole("combobox", { name: "Calendar" }).click();
  await page.getByRole("option", { name: "Warehouse" }).click();
  await expect(shown(page).locator("s")).toHaveCount(2);
  await schedule(page).getByRole("combobox", { name: "On a closed day" }).click();
  await page.getByRole("option", { name: "move it to the next business day" }).click();
  await expect(shown(page).getByRole("listitem").filter({ hasText: "→" })).toHaveCount(2);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("tab", { name: "Upcoming" }).click();
  await expect(page.getByRole("tabpanel").locator("s")).toHaveCount(2);
});

test("a pause of everything stands on every page until it is ended", async ({ page, api }) => {
  const { id } = await make(api, "Every second", "app.tally", {
    schedules: [{ kind: "interval", every: 1, period: "seconds" }],
    tags: ["busy"],
  });
  await page.goto("/periodic-tasks");
  await page.getByRole("link", { name: "Pauses" }).click();
  await expect(page.getByText("Nothing is paused")).toBeVisible();
  await page.getByRole("button", { name: "Pause everything" }).click();
  const dialog = page.getByRole("dialog", { name: "Pause everything?" });
  await dialog.getByLabel("Reason").fill("the database moves");
  await dialog.getByRole("button", { name: "In an hour" }).click();
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  const banner = page.getByRole("complementary", { name: "All pauses" });
  await expect(banner).toContainText("Everything is paused by admin: the database moves");

  await page.goto(`/periodic-tasks/${id}?tab=firings`);
  await expect(banner).toBeVisible();
  await expect(page.getByRole("tabpanel")).toContainText(/Skipped: everything was paused .*the database moves/);
  await banner.getByRole("link", { name: "All pauses" }).click();
  await page.getByRole("button", { name: "Resume everything" }).click();
  await expect(banner).toHaveCount(0);
  await api.delete(`periodic-tasks/${id}`);
});

test("what holds after a failure says so, leads to the run, and is released", async ({ page, api }) => {
  const { id } = await make(api, "Holds", "app.broken", {
    schedules: [{ kind: "interval", every: 1, period: "seconds" }],
    overlap: "skip",
    holdOnError: true,
  });
  await page.goto(`/periodic-tasks/${id}?tab=firings`);
  await expect(page.getByText(/^Held since a run failed/)).toBeVisible();
  await expect(page.getByRole("tabpanel")).toContainText("a run had failed, and nobody had released it yet");
  await page.getByRole("button", { name: "Release" }).click();
  await expect(page.getByRole("status")).toContainText("Holds released");
  await page.goto("/periodic-tasks?q=Holds");
  await expect(page.getByRole("row", { name: /Holds/ })).toContainText("held: a run failed");
  await api.delete(`periodic-tasks/${id}`);
});

test("times that are past are run for, after a look at how many they are", async ({ page, api }) => {
  const { id } = await make(api, "Hourly sums", "app.tally", {
    schedules: [{ kind: "crontab", expression: "0 * * * *" }],
  });
  await page.goto(`/periodic-tasks/${id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Backfill …" }).click();
  const dialog = page.getByRole("dialog", { name: "Backfill Hourly sums" });
  await expect(dialog.getByRole("button", { name: "Send 24 runs" })).toBeEnabled();
  await dialog.getByRole("textbox", { name: "No more than" }).fill("5");
  await expect(dialog).toContainText("More than 5 runs");
  await dialog.getByRole("textbox", { name: "No more than" }).fill("");
  const from = await dialog.getByLabel("From").inputValue();
  await dialog.getByLabel("To", { exact: true }).fill(`${from.slice(0, 10)}T02:00`);
  await dialog.getByRole("button", { name: "Send 3 runs" }).click();
  await expect(page.getByRole("status")).toContainText("3 runs sent");
  await expect(page.getByRole("tabpanel").getByRole("link", { name: "succeeded" })).toHaveCount(3);
});

test("what differs from the code is shown, and returned to it", async ({ page, api }) => {
  const { items } = await api.get<{ items: { id: number }[] }>("periodic-tasks?q=Defined in code");
  const [{ id } = { id: 0 }] = items;
  await api.post("periodic-tasks/actions", { action: "tag", ids: [id], add: ["edited"] });
  await page.goto("/periodic-tasks?q=Defined in code");
  await expect(page.getByTitle("Defined in the code of app")).toBeVisible();
  await page.getByRole("link", { name: "Defined in code" }).click();
  await expect(page.getByText("One setting differs from the code of app: it was edited here.")).toBeVisible();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("insertion")).toContainText("edited");
  await page.getByRole("button", { name: "Return to the code …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Return 1 setting" }).click();
  await expect(page.getByRole("status")).toContainText("Defined in code is as its code has it");
  await expect(page.getByText(/differs from the code/)).toHaveCount(0);
  await expect(page.getByRole("link", { name: "#edited" })).toHaveCount(0);
});
