import { makeTask, runNow, stateOf } from "./support/arrange.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite();

const nameField = (page: Page) => page.getByRole("textbox", { name: "Name", exact: true });

test("a stale save is refused and shows both versions, of which one chooses", async ({
  page,
  context,
  api,
  complaints,
}) => {
  complaints.expect(/status of 409 /);
  const { id } = await makeTask(api, "Shared report", "tapp_a.hello_from_a");
  const second = await context.newPage();
  for (const tab of [page, second]) {
    await tab.goto(`/periodic-tasks/${id}/edit`);
    await expect(nameField(tab)).toHaveValue("Shared report");
  }
  await second.getByRole("combobox", { name: "Tags" }).fill("weekly");
  await second.getByRole("combobox", { name: "Tags" }).press("Enter");
  await nameField(second).fill("Report of the second tab");
  await second.getByRole("button", { name: "Save" }).click();
  await expect(second.getByRole("heading", { name: "Report of the second tab" })).toBeVisible();

  await nameField(page).fill("Report of the first tab");
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else changed it" });
  await expect(dialog.getByRole("deletion").filter({ hasText: "Report of the second tab" })).toBeVisible();
  await expect(dialog.getByRole("insertion").filter({ hasText: "Report of the first tab" })).toBeVisible();
  await expect(dialog.getByRole("deletion").filter({ hasText: "weekly" })).toBeVisible();

  await dialog.getByRole("button", { name: "Take theirs" }).click();
  await expect(nameField(page)).toHaveValue("Report of the second tab");
  await nameField(page).fill("Report of both");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Report of both" })).toBeVisible();
  await expect(page.getByRole("link", { name: "#weekly" })).toBeVisible();

  await second.goto(`/periodic-tasks/${id}/edit`);
  await expect(nameField(second)).toHaveValue("Report of both");
  await api.post("periodic-tasks/actions", { action: "disable", ids: [id] });
  await nameField(second).fill("Report that wins");
  await second.getByRole("button", { name: "Save" }).click();
  await second.getByRole("button", { name: "Save mine over it" }).click();
  await expect(second.getByRole("heading", { name: "Report that wins" })).toBeVisible();
});

test("leaving a changed form asks before it loses what was typed", async ({ page, api }) => {
  const { id } = await makeTask(api, "Half edited", "tapp_a.hello_from_a");
  await page.goto(`/periodic-tasks/${id}/edit`);
  await nameField(page).fill("Half edited, and more");
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(nameField(page)).toHaveValue("Half edited, and more");
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(/\/runs$/);
});

test("deleting says in numbers what stops and what goes on", async ({ page, api }) => {
  const task = await makeTask(api, "Long errand", "tapp_a.long_walk", {
    schedules: [
      { kind: "crontab", expression: "0 3 1 1 *" },
      { kind: "interval", every: 4, period: "weeks" },
    ],
  });
  const running = await runNow(api, task);
  await expect.poll(() => stateOf(api, running)).toBe("running");
  await runNow(api, task, { at: Date.now() + 3_600_000 });

  await page.goto(`/periodic-tasks/${task.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete …" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Long errand?" });
  await expect(dialog).toContainText("2 schedules stop firing at once.");
  await expect(dialog).toContainText("The next time would have been");
  await expect(dialog).toContainText("1 run already sent waits and will still run.");
  await expect(dialog).toContainText("1 run is running now and will finish.");
  await dialog.getByRole("button", { name: "Delete and stop 2 schedules" }).click();
  await expect(page.getByRole("status")).toContainText("Long errand deleted");
  await expect(page).toHaveURL(/\/periodic-tasks$/);
  await expect(page.getByRole("link", { name: "Say hello" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Long errand" })).toHaveCount(0);

  await page.goto("/periodic-tasks?archived=true");
  await page.getByRole("link", { name: "Long errand" }).click();
  await expect(page.getByText(/^Deleted\. Its runs, ledger and changes are kept/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Run now" })).toHaveCount(0);
  await api.put(`runs/${running.id}/cancellation`);
});

test("Run now takes another input, a later time, and beside a run that is not finished", async ({
  page,
  api,
  complaints,
}) => {
  complaints.expect(/status of 409 .*\/runs$/, /status of 422 .*\/runs$/);
  const task = await makeTask(api, "Walk", "tapp_a.long_walk", { input: { steps: 200 }, overlap: "skip" });
  await page.goto(`/periodic-tasks/${task.id}`);
  const options = page.getByRole("button", { name: "Run with other input, later, or beside a running one" });
  const dialog = page.getByRole("dialog", { name: "Run Walk" });

  // Refused at its field, by the schema.
  await options.click();
  await expect(dialog.getByLabel("steps", { exact: true })).toHaveValue("200");
  await dialog.getByLabel("steps", { exact: true }).fill("5000");
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await expect(dialog.getByLabel("steps", { exact: true })).toHaveAttribute("aria-invalid", "true");

  await dialog.getByLabel("steps", { exact: true }).fill("400");
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("Run sent");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText(/^\d+ \/ 400$/)).toBeVisible();
  await expect(page.locator("pre", { hasText: '"steps": 400' })).toBeVisible();

  // The overlap rule is one for everybody, and can be set aside.
  await page.goto(`/periodic-tasks/${task.id}`);
  await page.getByRole("button", { name: "Run now", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("Not sent: an earlier run is not finished");
  await expect(page.getByRole("button", { name: "Run beside it" })).toBeVisible();
  await options.click();
  await dialog.getByLabel("steps", { exact: true }).fill("2");
  await dialog.getByLabel("stepMs").fill("10");
  await dialog.getByRole("switch", { name: "Send it although an earlier run is not finished" }).click();
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("tabpanel").getByRole("link", { name: "succeeded" })).toBeVisible();

  // Later, on the viewer's clock (Berlin).
  await options.click();
  await dialog.getByLabel("At").fill("2031-05-06T07:08:09");
  await dialog.getByRole("switch", { name: "Send it although an earlier run is not finished" }).click();
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("tabpanel").getByRole("link", { name: "scheduled" }).click();
  await expect(
    page.locator(`time[datetime="${new Date("2031-05-06T07:08:09+02:00").toISOString()}"]`).first(),
  ).toBeVisible();

  for (const { id, state } of (await api.get<{ items: { id: string; state: string }[] }>("runs?task=tapp_a.long_walk"))
    .items) {
    if (state === "running" || state === "scheduled") await api.put(`runs/${id}/cancellation`);
  }
});

test("a task that nobody announces is saved with a warning, and its run waits and says why", async ({ page }) => {
  await page.goto("/periodic-tasks/new");
  await nameField(page).fill("Written tomorrow");
  const task = page.getByRole("combobox", { name: "Task", exact: true });
  await task.fill("tapp_c.not_yet");
  await task.press("Escape");
  await expect(page.getByText(/No worker has announced tapp_c\.not_yet\. It can be saved/)).toBeVisible();
  await page.getByRole("button", { name: "Create" }).click();

  await expect(page.getByRole("heading", { name: "Written tomorrow" })).toBeVisible();
  const warning = page.getByText(
    "No process has announced the task 'tapp_c.not_yet': its runs wait until a worker has it",
  );
  await expect(warning).toBeVisible();
  await page.getByRole("button", { name: "Run now", exact: true }).click();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("heading", { name: /Written tomorrow/ })).toContainText(/waiting|scheduled/);
  await expect(warning).toBeVisible();
  await expect(page.getByRole("log")).toContainText("The run has not begun.");
});

test("a queue that nobody serves is marked in the form, in the list and on the run", async ({
  page,
  api,
  complaints,
}) => {
  complaints.expect();
  const task = await makeTask(api, "Served by nobody", "tapp_a.hello_from_a");
  await page.goto(`/periodic-tasks/${task.id}/edit`);
  const queue = page.getByRole("combobox", { name: "Queue" });
  await queue.fill("nights");
  await queue.press("Escape");
  await expect(page.getByText("No live worker serves nights: its runs wait.")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(/\/periodic-tasks\/\d+$/);

  await page.getByRole("link", { name: "Periodic tasks" }).click();
  const warning = page.getByText("No live worker serves the queue 'nights': what is sent to it waits");
  await expect(page.getByRole("row", { name: /Served by nobody/ }).filter({ has: warning })).toBeVisible();

  await runNow(api, task);
  await page.goto("/runs?queue=nights");
  await expect(page.getByRole("row", { name: /tapp_a\.hello_from_a/ })).toContainText("waiting");
  await expect(warning).toBeVisible();
  await page.getByRole("link", { name: "tapp_a.hello_from_a" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Served by nobody");
  await expect(warning).toBeVisible();
});

test("a duplicate starts with everything but the name", async ({ page, api }) => {
  const { id } = await makeTask(api, "Original", "tapp_b.sales_report", {
    input: { title: "Quarter", period: { from: "2026-01-01", to: "2026-03-31" }, kind: "monthly" },
    schedules: [{ kind: "crontab", expression: "15 6 1 */3 *", zone: "Europe/Paris" }],
    tags: ["finance"],
  });
  await page.goto(`/periodic-tasks/${id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await expect(nameField(page)).toHaveValue("Original (copy)");
  await expect(page.getByLabel("title", { exact: false }).first()).toHaveValue("Quarter");
  await page.getByRole("tab", { name: "JSON" }).click();
  await expect(page.getByRole("textbox", { name: "Input" })).toContainText('"monthly"');
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "Original (copy)" })).toBeVisible();
  await expect(page.getByText("(Paris)")).toBeVisible();
  await expect(page.getByRole("link", { name: "#finance" })).toBeVisible();
});

test("a pause stops the firing, says who and why, and is lifted", async ({ page, api }) => {
  const { id } = await makeTask(api, "Every second", "tapp_b.hello_from_b", {
    schedules: [{ kind: "interval", every: 1, period: "seconds" }],
  });
  await page.goto(`/periodic-tasks/${id}`);
  await expect(page.getByRole("tabpanel").getByRole("link", { name: "succeeded" }).first()).toBeVisible();
  await page.getByRole("button", { name: "Pause …" }).click();
  const dialog = page.getByRole("dialog", { name: "Pause Every second" });
  await dialog.getByLabel("Reason").fill("deploy of tapp_b");
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(page.getByText("Paused by admin: deploy of tapp_b")).toBeVisible();
  await page.getByRole("tab", { name: "Firings" }).click();
  await expect(page.getByRole("tabpanel").getByText("skipped").first()).toBeVisible();

  await page.goto("/periodic-tasks?q=Every second");
  await expect(page.getByRole("row", { name: /Every second/ })).toContainText("paused: deploy of tapp_b");
  await page.goto(`/periodic-tasks/${id}`);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByRole("status")).toContainText("Every second resumed");
  await expect(page.getByText("Paused by admin")).toHaveCount(0);
  await api.delete(`periodic-tasks/${id}`);
});
