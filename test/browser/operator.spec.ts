import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type MadeRun, makeTask, runNow, stateOf } from "./support/arrange.ts";
import { axeFaults } from "./support/axe-faults.ts";
import { operationsProject } from "./support/operations-project.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite({ files: operationsProject });

const password = "paper lanterns on the river";
const dialog = (page: Page) => page.getByRole("dialog");
const news = (page: Page) => page.getByRole("status");

/** The command's input is its periodic task's form. */
async function fillShellTask(page: Page, name: string): Promise<void> {
  await page.goto("/periodic-tasks/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("main").getByRole("combobox", { name: "Task" }).fill("hyoshi.shell");
  await page.getByRole("option", { name: /hyoshi\.shell/ }).click();
  await page.getByRole("textbox", { name: "Command line", exact: true }).fill("echo swept; echo dust >&2");
}

test("a queue is paused, and purged of as many runs as the dialog says", async ({ page, api }) => {
  const queue = page.getByRole("row", { name: /^mail/ });
  await page.goto("/workers");
  await page.getByRole("button", { name: "Pause the queue mail" }).click();
  await dialog(page).getByRole("textbox", { name: "Reason" }).fill("the bank is down");
  await dialog(page).getByRole("button", { name: "In an hour" }).click();
  await dialog(page).getByRole("button", { name: "Pause", exact: true }).click();
  await expect(queue).toContainText("Paused by admin: the bank is down · until");

  for (let n = 1; n <= 3; n += 1) await api.post("runs", { task: "ops.mail", input: { n } });
  await expect(queue.getByRole("link", { name: "Runs in mail: Waiting 3" })).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);
  await page.goto("/");
  await expect(page.getByRole("main")).toContainText("3 runs wait in the queue 'mail', which admin paused");

  await page.goto("/workers");
  await page.getByRole("button", { name: "Purge the queue mail" }).click();
  await expect(dialog(page)).toContainText("3 runs wait in it or are held, and will be cancelled.");
  await dialog(page).getByRole("button", { name: "Leave it as it is" }).click();
  await expect(queue.getByRole("link", { name: "Runs in mail: Waiting 3" })).toBeVisible();
  await page.getByRole("button", { name: "Purge the queue mail" }).click();
  await dialog(page).getByRole("button", { name: "Cancel 3 runs" }).click();
  await expect(news(page)).toContainText("3 runs of mail are cancelled");
  await expect(queue.getByRole("link", { name: /Waiting/ })).toHaveCount(0);

  await page.getByRole("button", { name: "Resume mail" }).click();
  await expect(queue).not.toContainText("Paused");
});

test("a worker and its host are drained, and say how much is still being executed", async ({ page, api }) => {
  const run = await api.post<MadeRun>("runs", { task: "ops.wait" });
  await expect.poll(() => stateOf(api, run)).toBe("running");
  await page.goto("/workers");
  await page.getByRole("link", { name: /^worker-/ }).click();
  await expect(page.getByRole("link", { name: "ops.wait" })).toBeVisible();

  await page.getByRole("button", { name: "Drain this worker" }).click();
  await dialog(page).getByRole("textbox", { name: "Reason" }).fill("new kernel");
  await dialog(page).getByRole("button", { name: "Drain", exact: true }).click();
  await expect(page.getByText("Takes nothing more (admin: new kernel); 1 being executed still")).toBeVisible();
  await page.getByRole("button", { name: /^Resume worker-/ }).click();
  await expect(page.getByRole("button", { name: "Drain this worker" })).toBeVisible();

  await page.getByRole("button", { name: /^Drain all workers of / }).click();
  await dialog(page).getByRole("textbox", { name: "Reason" }).fill("new disks");
  await dialog(page).getByRole("button", { name: "Drain", exact: true }).click();
  await expect(page.getByText("Takes nothing more (admin: new disks); 1 being executed still")).toBeVisible();
  await api.put(`runs/${run.id}/cancellation`);
  await expect(page.getByText("Drained (admin: new disks): nothing is being executed")).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);
  await page.goto("/workers");
  await expect(page.getByRole("row", { name: /^live worker-/ })).toContainText("Drained (admin: new disks)");
  await page.getByRole("link", { name: /^worker-/ }).click();
  await page.getByRole("button", { name: /^Resume / }).click();
  await expect(page.getByText(/^Drained/)).toHaveCount(0);
});

test("who may run commands makes a shell task with the form; who may not is told before and when saving", async ({
  api,
  site,
  otherBrowser,
  complaints,
}) => {
  test.setTimeout(120_000);
  const usual = ["periodic-tasks.view", "periodic-tasks.edit", "periodic-tasks.run", "runs.view"];
  await api.post("users", { username: "mika", password, permissions: [...usual, "shell-tasks.run"] });
  await api.post("users", { username: "hana", password, permissions: usual });
  await Promise.all([site.api("mika", password), site.api("hana", password)]);

  const mikas = await otherBrowser("mika");
  await fillShellTask(mikas, "Sweep the floor");
  await mikas.getByRole("button", { name: "Create" }).click();
  await expect(mikas.getByRole("heading", { name: "Sweep the floor" })).toBeVisible();
  await mikas.getByRole("button", { name: "Run now", exact: true }).click();
  await mikas.getByRole("tabpanel").getByRole("link", { name: "succeeded" }).click();
  await expect(mikas.getByRole("log")).toContainText("swept");
  await expect(mikas.getByRole("log")).toContainText("dust");

  complaints.expect(/status of 403 .*\/periodic-tasks$/);
  const hanas = await otherBrowser("hana");
  await fillShellTask(hanas, "Sweep the floor by stealth");
  await expect(hanas.getByText("needs the permission shell-tasks.run, which this account lacks")).toBeVisible();
  await hanas.getByRole("button", { name: "Create" }).click();
  await expect(hanas.getByRole("alert")).toContainText("shell-tasks.run");
  await expect(hanas.getByRole("textbox", { name: "Command line", exact: true })).toHaveValue(
    "echo swept; echo dust >&2",
  );
});

test("a secret is never shown again, and stays when the form is saved without it", async ({ page, api }) => {
  await page.goto("/periodic-tasks/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Sync the orders");
  await page.getByRole("main").getByRole("combobox", { name: "Task" }).fill("ops.sync");
  await page.getByRole("option", { name: /ops\.sync/ }).click();
  await page.getByRole("textbox", { name: "account" }).fill("4711");
  await page.getByLabel("token").fill("correct-horse");
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "Sync the orders" })).toBeVisible();
  const made = await api.get<{ items: { id: number; name: string }[] }>("periodic-tasks?q=Sync");
  const task = made.items[0] ?? { id: 0, name: "" };

  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByLabel("token")).toHaveAttribute("placeholder", "Saved; type to replace it");
  await expect(page.getByLabel("token")).toHaveValue("");
  await page.getByRole("textbox", { name: "account" }).fill("4712");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("tab", { name: "Settings" }).click();
  await expect(page.getByRole("tabpanel")).toContainText("4712");
  expect(await page.content()).not.toContain("correct-horse");

  const run = await runNow(api, task);
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByRole("log")).toContainText("signs in to 4712 with [secret]");
  await expect(page.getByText('"length": 13')).toBeVisible();
  expect(await page.content()).not.toContain("correct-horse");
});

test("the tree of runs grows while one looks at it", async ({ page, api, site }) => {
  const root = await api.post<MadeRun>("runs", { task: "ops.tree" });
  await page.goto(`/runs/${root.id}`);
  const tree = page.getByRole("region", { name: "Runs that belong together" });
  await expect(tree).toContainText("0 of 2 ended");
  await expect(tree.getByRole("link", { name: /ops\.part (waiting|running)/ })).toHaveCount(2);
  await expect(tree.getByRole("listitem").filter({ hasText: "ops.sum" })).toContainText("still to come");
  writeFileSync(join(dirname(site.databaseFile), "go"), "");
  await expect(tree).toContainText("2 of 2 ended");
  await expect(tree.getByRole("link", { name: /ops\.sum.*succeeded/ })).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);
});

test("all failures that a search finds are run again up to a cap, and the rest is set aside", async ({ page, api }) => {
  const runs: MadeRun[] = [];
  for (let n = 0; n < 3; n += 1) runs.push(await api.post<MadeRun>("runs", { task: "ops.fails" }));
  for (const run of runs) await expect.poll(() => stateOf(api, run)).toBe("failed");
  const failed = page.getByRole("row", { name: /failed/ });
  await page.goto("/runs?task=ops.fails&unhandled=true");
  await expect(failed).toHaveCount(3);
  await page.getByRole("button", { name: "All of these …" }).click();
  await expect(dialog(page)).toContainText("3 ended runs.");
  await dialog(page).getByRole("textbox", { name: "At most" }).fill("0");
  await expect(dialog(page)).toContainText("A whole number from 1 to 10,000.");
  await dialog(page).getByRole("textbox", { name: "At most" }).fill("2");
  expect(await axeFaults(page)).toEqual([]);
  await dialog(page).getByRole("button", { name: "Run 2 runs again" }).click();
  await expect(news(page)).toContainText("2 runs sent");

  // Of the five runs, the two that were run again wait for nobody any more.
  await expect(failed).toHaveCount(3);
  await page.getByRole("button", { name: "All of these …" }).click();
  await dialog(page).getByRole("button", { name: "Set 3 aside" }).click();
  await expect(page.getByText("No run matches.")).toBeVisible();
  await page.goto("/runs?task=ops.fails&state=failed");
  await expect(failed).toHaveCount(5);
});

test("the log is narrowed to an attempt and a level, in the address and in the download", async ({ page, api }) => {
  const run = await api.post<MadeRun>("runs", { task: "ops.levels" });
  await expect.poll(() => stateOf(api, run)).toBe("failed");
  await page.goto(`/runs/${run.id}`);
  const log = page.getByRole("log");
  await expect(log).toContainText("attempt 1 gives up");
  await page.getByRole("button", { name: "Attempt", exact: true }).click();
  await page.getByRole("menuitem", { name: "Attempt 2" }).click();
  await expect(log).not.toContainText("attempt 1");
  await expect(log).toContainText("attempt 2 looks");
  await page.getByRole("button", { name: "Level", exact: true }).click();
  await page.getByRole("menuitem", { name: "Errors", exact: true }).click();
  await expect(log.locator(".log-line")).toHaveCount(1);
  await expect(log).toContainText("attempt 2 gives up");
  await expect(page).toHaveURL(/attempt=2/);
  await expect(page).toHaveURL(/level=ERROR/);
  await expect(page.getByRole("link", { name: "Download" })).toHaveAttribute("href", /level=error&attempt=2/);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("a queue is paused with the thumb, and the log narrowed", async ({ page, api }) => {
    await page.goto("/workers");
    await expect(page.getByRole("button", { name: "Pause the queue default" })).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("button", { name: "Purge the queue default" })).toBeInViewport({ ratio: 1 });
    const task = await makeTask(api, "Levels", "ops.levels", { input: undefined });
    const run = await runNow(api, task);
    await expect.poll(() => stateOf(api, run)).toBe("failed");
    await page.goto(`/runs/${run.id}?attempt=1`);
    await expect(page.getByRole("button", { name: /^Attempt ?: Attempt 1$/ })).toBeInViewport();
    await expect(page.getByRole("button", { name: "Level", exact: true })).toBeInViewport();
  });
});
