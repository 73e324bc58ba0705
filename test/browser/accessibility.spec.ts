import { makeTask, send, stateOf } from "./support/arrange.ts";
import { axeFaults } from "./support/axe-faults.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite();

/** Once no colour changes any more. */
const background = (page: Page) =>
  page.evaluate(async () => {
    const passing = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map((one) => one.finished));
    return getComputedStyle(document.body).backgroundColor;
  });

test("the main screens have no serious fault, in the light and in the dark", async ({ page, api }) => {
  test.setTimeout(180_000);
  const task = await makeTask(api, "Seen by all", "tapp_a.hello_from_a", {
    schedules: [{ kind: "crontab", expression: "0 9 * * 1-5" }],
    description: "## Who is hurt\n\nNobody.",
    tags: ["hello"],
  });
  const run = await send(api, "tapp_a.unreliable", { failures: 1 });
  await expect.poll(() => stateOf(api, run), { timeout: 30_000 }).toBe("failed");

  await api.post("pauses", { scope: "tag", scopeId: "hello", reason: "deploy" });
  const found: Record<string, readonly string[]> = {};
  for (const path of [
    "/",
    "/periodic-tasks",
    `/periodic-tasks/${task.id}`,
    `/periodic-tasks/${task.id}?tab=settings`,
    `/periodic-tasks/${task.id}?tab=upcoming`,
    `/periodic-tasks/${task.id}/edit`,
    "/pauses",
    "/runs",
    `/runs/${run.id}`,
    "/workers",
    "/dead-letters",
    "/maintenance",
    "/models/tapp_a.counter",
    "/users/new",
    "/changes",
    "/account",
  ]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator('[aria-busy="true"], .MuiSkeleton-root')).toHaveCount(0);
    const faults = await axeFaults(page);
    const light = await background(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => background(page)).not.toBe(light);
    // What is no matter of colours is the same in the dark.
    const dark = await axeFaults(page, "color-contrast");
    await page.emulateMedia({ colorScheme: "light" });
    if (faults.length + dark.length > 0) found[path] = [...faults, ...dark.map((fault) => `in the dark, ${fault}`)];
  }
  expect(found).toEqual({});
});

test.describe("signed out", () => {
  test.use({ signedInAs: null });

  test("the sign-in page has no serious fault", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
    expect(await axeFaults(page)).toEqual([]);
  });
});
