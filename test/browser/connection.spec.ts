import { expect, test, useSite } from "./support/test.ts";

useSite();

test("a lost connection is a thin bar; what is shown is marked stale and fresh again when the server is back", async ({
  page,
  site,
  complaints,
}) => {
  complaints.expect(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  await page.goto("/periodic-tasks");
  await expect(page.getByRole("link", { name: "Say hello" })).toBeVisible();
  await site.stop("admin");
  const bar = page.getByRole("status").filter({ hasText: "No connection." });
  await expect(bar).toBeVisible();
  await expect(page.getByRole("main")).toHaveAttribute("data-stale", "true");
  await expect(page.getByRole("link", { name: "Say hello" })).toBeVisible();

  await site.start("admin");
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(bar).toBeHidden();
  await expect(page.getByRole("main")).toHaveAttribute("data-stale", "false");
  await page.getByRole("switch", { name: "Disable Say hello" }).click();
  await expect(page.getByRole("status")).toContainText("1 periodic task disabled");
});

test("a form that cannot be saved because nobody answers keeps what was typed", async ({ page, site, complaints }) => {
  complaints.expect(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  await page.goto("/periodic-tasks");
  await page.getByRole("link", { name: "Long walk" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Longer walk");
  // The input's form comes in a part of its own, after the page.
  await expect(page.getByLabel(/^steps/i).first()).toBeVisible();
  await site.stop("admin");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("The server does not answer.");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Longer walk");

  await site.start("admin");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Longer walk" })).toBeVisible();
});

test("the health dots turn when beat and worker are gone", async ({ page, site }) => {
  await page.goto("/");
  const health = page.getByRole("button", { name: "Health" });
  await expect(health).toContainText("beat 1");
  await expect(health).toContainText("worker 1");
  await site.stop("beat", "worker");
  await expect(health).toContainText("beat 0", { timeout: 20_000 });
  await expect(health).toContainText("worker 0", { timeout: 20_000 });
  await expect(health.locator('[data-level="error"]')).toHaveCount(2);
  await health.click();
  await expect(page.getByText("No beat is alive: nothing is fired until one runs.")).toBeVisible();
  await expect(page.getByText("hyoshi beat", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");

  await site.start("beat", "worker");
  await expect(health).toContainText("beat 1", { timeout: 20_000 });
  await expect(health.locator('[data-level="error"]')).toHaveCount(0, { timeout: 20_000 });
});
