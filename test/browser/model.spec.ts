import { makeTask } from "./support/arrange.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite();

const counter = (page: Page, message: string) => page.getByRole("row", { name: new RegExp(message) });
/** The row's count: its second number, after the id. */
const countOf = async (page: Page, message: string) =>
  Number(await counter(page, message).getByRole("cell").nth(2).textContent());

test("tapp_b's task changes tapp_a's counter, and its screen follows without a reload", async ({
  page,
  otherBrowser,
}) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Counters of A" }).click();
  await expect(counter(page, "the first one")).toBeVisible();
  const before = await countOf(page, "the first one");

  const second = await otherBrowser("admin");
  await second.goto("/periodic-tasks");
  await second.getByRole("link", { name: "Raise A's counter from B" }).click();
  await second.getByRole("button", { name: "Run now", exact: true }).click();
  await second.getByRole("button", { name: "Show", exact: true }).click();
  await expect(second.getByRole("heading", { level: 1 })).toContainText("succeeded");
  await expect(second.getByText("tapp_b.counter_upper_task_a_from_b")).toBeVisible();
  await expect(second.getByRole("log")).toContainText(/B has raised counter 1 of A to \d+/);
  await expect.poll(() => countOf(page, "the first one")).toBeGreaterThan(before);
});

test("a record is added, edited and deleted, each with its change record; what tasks count is only shown", async ({
  page,
}) => {
  await page.goto("/models/tapp_b.counter");
  await page.getByRole("link", { name: "Counter of B", exact: true }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("visitors");
  await expect(page.getByRole("textbox", { name: "Count" })).toHaveCount(0);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(counter(page, "visitors")).toContainText("0");

  await counter(page, "visitors").getByRole("link").click();
  await expect(page.getByText("Count", { exact: true })).toBeVisible();
  await page.getByRole("textbox", { name: "Message" }).fill("visitors of the shop");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(counter(page, "visitors of the shop")).toBeVisible();

  await page
    .getByRole("searchbox", { name: /Search/ })
    .last()
    .fill("shop");
  await expect(page).toHaveURL(/q=shop/);
  await expect(page.getByRole("row")).toHaveCount(2);

  await counter(page, "visitors of the shop").getByRole("link").click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the record" }).click();
  await expect(page.getByRole("status")).toContainText("The record is deleted");
  await expect(page).toHaveURL(/\/models\/tapp_b\.counter$/);

  await page.getByRole("link", { name: "Changes" }).click();
  const list = page.getByRole("main");
  await expect(list).toContainText("visitors of the shop");
  await expect(list).toContainText(/deleted/);
});

test("the columns sort, and the order is in the address", async ({ page, api }) => {
  for (const message of ["apples", "zebras"]) await api.post("models/tapp_a.counter/records", { message });
  await page.goto("/models/tapp_a.counter");
  await page.getByRole("button", { name: "Sort by Message" }).click();
  await expect(page).toHaveURL(/sort=message/);
  await expect(page.getByRole("row").nth(1)).toContainText("apples");
  await page.getByRole("button", { name: "Sort by Message" }).click();
  await expect(page).toHaveURL(/sort=-message/);
  await expect(page.getByRole("row").nth(1)).toContainText("zebras");
  await page.goBack();
  await expect(page.getByRole("row").nth(1)).toContainText("apples");
});

test("who may only look at a model gets no button to change it", async ({ page, api, otherBrowser, complaints }) => {
  complaints.expect(/status of 403 /);
  await makeTask(api, "Unseen", "tapp_a.hello_from_a");
  await api.post("users", {
    username: "looker",
    password: "paper lanterns on the river",
    permissions: ["model.tapp_a.counter.view"],
  });
  const looker = await otherBrowser(null);
  await looker.goto("/");
  await looker.getByLabel("User name").fill("looker");
  await looker.getByLabel("Password", { exact: true }).fill("paper lanterns on the river");
  await looker.getByRole("button", { name: "Sign in" }).click();
  await looker.getByRole("link", { name: "Counters of A" }).click();
  await expect(counter(looker, "the first one")).toBeVisible();
  await expect(looker.getByRole("link", { name: "Counter of A", exact: true })).toHaveCount(0);
  await expect(looker.getByRole("link", { name: "Counters of B" })).toHaveCount(0);
  await expect(looker.getByRole("checkbox")).toHaveCount(0);
  await counter(looker, "the first one").getByRole("link").click();
  await expect(looker.getByText("the first one")).toBeVisible();
  await expect(looker.getByRole("button", { name: "Save" })).toHaveCount(0);
  await expect(looker.getByRole("button", { name: "Delete" })).toHaveCount(0);
  await page.goto("/");
});
