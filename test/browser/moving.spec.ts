import { makeTask, runNow, send, stateOf } from "./support/arrange.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite();

const rows = (page: Page) => page.locator("tbody [data-row]");

test("the keyboard reaches everything that an operator does often", async ({ page, api }) => {
  await makeTask(api, "AAA first of all", "tapp_a.hello_from_a");
  await page.goto("/periodic-tasks");
  await expect(page.getByRole("link", { name: "AAA first of all" })).toBeVisible();

  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard" });
  for (const line of [
    "Search",
    "Go to Periodic tasks",
    "Go to Runs",
    "Next row",
    "Select the row",
    "Actions on the row",
  ]) {
    await expect(help.getByText(line, { exact: true })).toBeVisible();
  }
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();

  await page.keyboard.press("j");
  await expect(rows(page).first()).toBeFocused();
  await page.keyboard.press("j");
  await expect(rows(page).nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar")).toContainText("1 selected");
  await page.keyboard.press(".");
  await page.getByRole("menuitem", { name: "Disable" }).press("Enter");
  await expect(page.getByRole("switch", { name: "Enable AAA first of all" })).not.toBeChecked();
  await expect(page.getByRole("menu")).toHaveCount(0);

  // A box or a switch that was clicked does not swallow the keys.
  await page.getByRole("checkbox", { name: "Select AAA first of all" }).uncheck();
  await page.keyboard.press("j");
  await expect(rows(page).nth(1)).toBeFocused();

  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Name, task, tag …" })).toBeFocused();
  await page.keyboard.type("neighbour");
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await expect(rows(page).first()).toBeFocused();
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("o");
  await expect(page.getByRole("heading", { name: "Unreliable neighbour" })).toBeVisible();

  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page).toHaveURL(/\/runs$/);
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/\/periodic-tasks$/);

  // Nothing of it while one types.
  await page.getByRole("searchbox", { name: "Name, task, tag …" }).fill("");
  await page.getByRole("searchbox", { name: "Name, task, tag …" }).press("g");
  await page.keyboard.press("r");
  await expect(page.getByRole("searchbox", { name: "Name, task, tag …" })).toHaveValue("gr");
  await expect(page).toHaveURL(/\/periodic-tasks/);
});

test("filters and order are in the address: a link opens the same list, and back goes back", async ({
  page,
  context,
}) => {
  await page.goto("/periodic-tasks");
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByRole("menuitem", { name: "counter" }).click();
  await expect(page).toHaveURL(/tag=counter/);
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Sort by task" }).click();
  await page.getByRole("button", { name: "Sort by task" }).click();
  await expect(page).toHaveURL(/sort=-task/);
  await expect(rows(page).first()).toContainText("Raise A's counter from B");

  const colleague = await context.newPage();
  await colleague.goto(page.url());
  await expect(rows(colleague)).toHaveCount(2);
  await expect(rows(colleague).first()).toContainText("Raise A's counter from B");
  await expect(colleague.getByRole("button", { name: /^Tag ?: counter$/ })).toBeVisible();

  await page.goBack();
  await expect(page).toHaveURL(/sort=task/);
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(/\/periodic-tasks$/);
  await expect(page.getByRole("link", { name: "Say hello" })).toBeVisible();

  await page.goto("/periodic-tasks?q=nothing-is-called-so");
  await expect(page.getByText("No periodic task matches.")).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).first().click();
  await expect(page.getByRole("link", { name: "Say hello" })).toBeVisible();
});

test("many are enabled and disabled together, and Undo restores exactly what was", async ({ page, api }) => {
  await makeTask(api, "Batch one", "tapp_a.hello_from_a", { tags: ["batch"] });
  await makeTask(api, "Batch two", "tapp_a.hello_from_a", { tags: ["batch"], enabled: false });
  await makeTask(api, "Batch three", "tapp_a.hello_from_a", { tags: ["batch"] });
  await page.goto("/periodic-tasks?tag=batch");
  const on = page.getByRole("switch", { checked: true });
  await expect(on).toHaveCount(2);
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await page.getByRole("toolbar").getByRole("button", { name: "Disable" }).click();
  await expect(page.getByRole("status")).toContainText("2 periodic tasks disabled");
  await expect(on).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(on).toHaveCount(2);
  await expect(page.getByRole("switch", { name: "Enable Batch two" })).not.toBeChecked();

  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog", { name: "Delete 3 periodic tasks?" })).toBeVisible();
  await page.getByRole("button", { name: "Delete 3 periodic tasks" }).click();
  await expect(page.getByText("No periodic task matches.")).toBeVisible();
});

test("the language is chosen in the browser and stays; schedules read as a person would write them", async ({
  page,
  api,
  complaints,
}) => {
  complaints.expect(/status of 422 .*\/preview$/);
  const { id } = await makeTask(api, "朝の集計", "tapp_a.hello_from_a", {
    schedules: [{ kind: "crontab", expression: "0 9 * * 1-5", zone: "Asia/Tokyo" }],
  });
  await page.goto("/periodic-tasks");
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page.getByRole("heading", { name: "定期タスク" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await expect(page.getByRole("row", { name: /朝の集計/ })).toContainText("毎週月曜〜金曜 9:00（東京）");
  await expect(page.getByRole("row", { name: /朝の集計/ })).toContainText(/後/);

  await page.goto(`/periodic-tasks/${id}?tab=upcoming`);
  await expect(page.getByRole("heading", { name: "朝の集計" })).toBeVisible();
  await expect(page).toHaveTitle("朝の集計 · hyoshi");
  await page.getByRole("link", { name: "編集" }).click();
  await expect(page.getByRole("group", { name: "プレビュー" })).toContainText("毎週月曜〜金曜 9:00");
  await page.getByRole("textbox", { name: "または 1 行で貼り付け" }).fill("99 * * * *");
  await expect(page.getByText("分の「99」は範囲外です（0〜59）")).toBeVisible();
  await page.getByRole("textbox", { name: "または 1 行で貼り付け" }).fill("0 9 * * 1-5");
  // A half-filled form survives the switch.
  await page.getByRole("textbox", { name: "名前", exact: true }).fill("朝の集計（改）");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("朝の集計（改）");
  await expect(page.getByRole("group", { name: "Preview" })).toContainText("Weekdays at 09:00");
});

test("light and dark follow the system, can be chosen, and stay chosen", async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/periodic-tasks");
  await expect(page.getByRole("link", { name: "Say hello" })).toBeVisible();
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).not.toBe(light);
  const dark = await background();

  await page.getByRole("button", { name: "Appearance" }).click();
  await page.getByRole("menuitem", { name: "Light" }).click();
  await expect.poll(background).toBe(light);
  await page.reload();
  await expect(page.getByRole("link", { name: "Say hello" })).toBeVisible();
  expect(await background()).toBe(light);
  await page.getByRole("button", { name: "Appearance" }).click();
  await page.getByRole("menuitem", { name: "As the system" }).click();
  await expect.poll(background).toBe(dark);
});

test("an address that leads nowhere says so and leads back", async ({ page, complaints }) => {
  complaints.expect(/status of 404 /);
  await page.goto("/no/such/page");
  await expect(page.getByText("There is no such page")).toBeVisible();
  await page.getByRole("link", { name: "To the start" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await page.goto("/runs/01890000-0000-7000-8000-000000000000");
  await expect(page.getByText(/There is no such run/)).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the errands of a night: what failed, its log, run it again, pause it", async ({ page, api }) => {
    const task = await makeTask(api, "Nightly export to the warehouse", "tapp_a.unreliable", {
      input: { failures: 1 },
      schedules: [{ kind: "crontab", expression: "30 2 * * *" }],
    });
    const run = await runNow(api, task);
    await expect.poll(() => stateOf(api, run), { timeout: 30_000 }).toBe("failed");

    await page.goto("/");
    const failure = page.getByRole("link", { name: /Nightly export to the warehouse/ }).first();
    await expect(failure).toBeVisible();
    await failure.tap();
    await expect(page.getByRole("log")).toContainText("attempt 3");
    await expect(page.getByText("the other side did not answer").first()).toBeVisible();

    await page.getByRole("button", { name: "Run again" }).tap();
    await page.getByRole("menuitem", { name: /As it was sent/ }).tap();
    await expect(page).not.toHaveURL(new RegExp(run.id));
    await expect(page.getByRole("heading", { level: 1 })).toContainText(/waiting|running|retrying|failed/);

    await page.getByRole("button", { name: "Menu" }).tap();
    await page.getByRole("link", { name: "Periodic tasks" }).tap();
    await page.getByRole("link", { name: "Nightly export to the warehouse" }).tap();
    await page.getByRole("button", { name: "Pause …" }).tap();
    await page.getByRole("dialog").getByLabel("Reason").fill("warehouse is down");
    await page.getByRole("dialog").getByRole("button", { name: "Pause", exact: true }).tap();
    await expect(page.getByText("Paused by admin: warehouse is down")).toBeVisible();
  });

  test("no main screen is wider than the phone", async ({ page, api }) => {
    const run = await send(api, "tapp_b.sales_report", {
      title: "A title that is as long as titles are allowed to be, which is eighty characters",
      period: { from: "2026-01-01", to: "2026-01-31" },
    });
    await expect.poll(() => stateOf(api, run)).toBe("succeeded");
    const { items } = await api.get<{ items: { id: number }[] }>("periodic-tasks");
    const task = items[0]?.id;
    for (const path of [
      "/",
      "/periodic-tasks",
      `/periodic-tasks/${task}`,
      `/periodic-tasks/${task}?tab=firings`,
      `/periodic-tasks/${task}?tab=upcoming`,
      `/periodic-tasks/${task}?tab=settings`,
      `/periodic-tasks/${task}/edit`,
      "/runs",
      `/runs/${run.id}`,
      "/workers",
      "/models/tapp_a.counter",
      "/users",
      "/changes",
      "/account",
    ]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      await expect.poll(width, { message: path }).toBeLessThanOrEqual(390);
    }
  });
});
