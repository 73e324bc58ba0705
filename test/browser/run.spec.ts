import { makeTask, runNow, send, stateOf } from "./support/arrange.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite();

const heading = (page: Page) => page.getByRole("heading", { level: 1 });

test("the task of 30 seconds shows its progress and its log as it walks, and is cancelled", async ({ page, api }) => {
  const run = await send(api, "tapp_a.long_walk");
  await page.goto(`/runs/${run.id}`);
  await expect(heading(page)).toContainText("running");
  await expect(page.getByText("1 / 30", { exact: true })).toBeVisible();
  await expect(page.getByText("3 / 30", { exact: true })).toBeVisible();
  await expect(page.getByText("step 3", { exact: true })).toBeVisible();
  await expect(page.getByRole("progressbar", { name: /\/ 30/ })).toHaveAttribute("aria-valuenow", /^1\d$/);
  await expect(page.getByRole("log")).toContainText("10 of 30 steps", { timeout: 20_000 });

  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("The task is asked to stop.");
  await dialog.getByRole("button", { name: "Cancel the run" }).click();
  await expect(heading(page)).toContainText("cancelled");
  await expect(page.getByRole("button", { name: "Cancel", exact: true })).toHaveCount(0);
});

test("a run that waits is cancelled before it begins", async ({ page, api }) => {
  const task = await makeTask(api, "Tomorrow's walk", "tapp_a.long_walk");
  const run = await runNow(api, task, { at: Date.now() + 86_400_000 });
  await page.goto(`/runs/${run.id}`);
  await expect(heading(page)).toContainText("scheduled");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("It has not begun, and will not.");
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await expect(heading(page)).toContainText("cancelled");
});

test("a run is repeated as it was sent, and as the periodic task is today", async ({ page, api }) => {
  const task = await makeTask(api, "Greeting", "tapp_a.hello_from_a", { input: { message: "as it was" } });
  const first = await runNow(api, task);
  await expect.poll(() => stateOf(api, first)).toBe("succeeded");
  await api.put(`periodic-tasks/${task.id}`, {
    name: "Greeting",
    task: "tapp_a.hello_from_a",
    input: { message: "as it is today" },
    version: 1,
  });

  await page.goto(`/runs/${first.id}`);
  await page.getByRole("button", { name: "Run again" }).click();
  await page.getByRole("menuitem", { name: /As it was sent/ }).click();
  await expect(page).not.toHaveURL(new RegExp(first.id));
  await expect(page.getByRole("log")).toContainText("as it was");
  await expect(page.getByText("Repeats")).toBeVisible();

  await page.goto(`/runs/${first.id}`);
  await page.getByRole("button", { name: "Run again" }).click();
  await page.getByRole("menuitem", { name: /As it is today/ }).click();
  await expect(page).not.toHaveURL(new RegExp(first.id));
  await expect(page.getByRole("log")).toContainText("as it is today");
});

test("a run is ended by force, and what its task still does is thrown away", async ({ page, api }) => {
  const run = await send(api, "tapp_a.long_walk", { steps: 1000 });
  await page.goto(`/runs/${run.id}`);
  await expect(heading(page)).toContainText("running");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "End by force …" }).click();
  await expect(page.getByRole("dialog")).toContainText("a result that still comes is thrown away");
  await page.getByRole("button", { name: "End it now" }).click();
  await expect(heading(page)).not.toContainText("running");
  await expect(page.getByRole("status").filter({ hasText: "Ended by force" })).toBeVisible();
});

test("a failure shows its error, its attempts and its log, and is found by its words", async ({ page, api }) => {
  const run = await send(api, "tapp_a.unreliable", { failures: 1 });
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByRole("heading", { name: "Attempts" })).toBeVisible();
  await expect(heading(page)).toContainText(/retrying|running|failed/);
  await expect(heading(page)).toContainText("failed", { timeout: 30_000 });
  await expect(page.getByText("the other side did not answer").first()).toBeVisible();
  await expect(page.getByRole("log")).toContainText("Attempt 3");
  await expect(page.getByText("back-off").first()).toBeVisible();

  await page.goto("/runs");
  await page.getByRole("searchbox", { name: "Input, result, error, id …" }).fill("other side did not");
  await expect(page).toHaveURL(/q=other/);
  await expect(page.getByRole("row", { name: /tapp_a\.unreliable/ }).first()).toBeVisible();
  await expect(page.getByRole("row", { name: /hello_from/ })).toHaveCount(0);
});

test("the log can be searched, and a line has an address", async ({ page, api }) => {
  const run = await send(api, "tapp_a.long_walk", { steps: 40, stepMs: 10 });
  await expect.poll(() => stateOf(api, run)).toBe("succeeded");
  await page.goto(`/runs/${run.id}`);
  const log = page.getByRole("log");
  await expect(log).toContainText("40 of 40 steps");
  const search = page.getByRole("searchbox", { name: "Search the log" });
  await search.fill("20 of");
  await expect(page.getByText("0 of 1")).toBeVisible();
  await search.press("Enter");
  await expect(page.getByText("1 of 1")).toBeVisible();
  await page.getByRole("link", { name: "Link to line 3" }).click();
  await expect(page).toHaveURL(/#L3$/);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe(`${run.id}.log`);
});

test("a task is sent by hand with its form, and its children are shown", async ({ page }) => {
  await page.goto("/runs");
  await page.getByRole("button", { name: "Send a task" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a task" });
  await dialog.getByRole("combobox", { name: "Task" }).fill("tapp_a.hello_from_a");
  await page.getByRole("option", { name: /tapp_a\.hello_from_a/ }).click();
  await dialog.getByLabel("passOn").check();
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page).toHaveURL(/\/runs\/./);
  await expect(heading(page)).toContainText("succeeded");
  await expect(page.getByText("Runs that belong together")).toBeVisible();
  await expect(page.getByRole("link", { name: /tapp_b\.hello_from_b/ })).toBeVisible();
});

test("selected runs are repeated and cancelled together, with their number", async ({ page, api }) => {
  const task = await makeTask(api, "Many walks", "tapp_a.long_walk");
  for (let index = 0; index < 3; index += 1) await runNow(api, task, { at: Date.now() + 86_400_000 });
  await page.goto(`/runs?periodicTaskId=${task.id}`);
  await expect(page.getByRole("row", { name: /scheduled/ })).toHaveCount(3);
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await page.getByRole("button", { name: "Cancel 3" }).click();
  await expect(page.getByRole("dialog", { name: "Cancel 3 runs?" })).toContainText("3 runs will not begin.");
  await page.getByRole("button", { name: "Cancel 3 runs" }).click();
  await expect(page.getByRole("row", { name: /cancelled/ })).toHaveCount(3);
});
