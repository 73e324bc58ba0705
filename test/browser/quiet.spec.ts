import { expect, test, useSite } from "./support/test.ts";

useSite({
  files: {
    "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
export default defineConfig({ apps: ["./app"], timeZone: "Asia/Tokyo" });
`,
    "app/tasks.ts": `import { task } from "hyoshi";
export const tidy = task("app.tidy", { run: async () => "tidy" });
`,
  },
});

test("empty lists say what they are for and offer the first step", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByText("Nothing is wrong.")).toBeVisible();
  await expect(page.getByText("Nothing runs at the moment.")).toBeVisible();

  await page.goto("/runs");
  await expect(page.getByText("Nothing has run yet")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send a task" }).first()).toBeVisible();

  await page.goto("/periodic-tasks");
  await expect(page.getByText("Nothing is scheduled yet")).toBeVisible();
  await page.getByRole("link", { name: "Make a periodic task" }).click();
  await expect(page.getByRole("heading", { name: "New periodic task" })).toBeVisible();
});

test("the first periodic task runs a task without a schema, with args and kwargs", async ({ page }) => {
  await page.goto("/periodic-tasks/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Tidy up");
  await page.getByRole("combobox", { name: "Task", exact: true }).fill("app.tidy");
  await page.getByRole("option", { name: "app.tidy" }).click();
  await expect(page.getByText("This task announces no schema")).toBeVisible();
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByText("It has not run yet.")).toBeVisible();
  await page.getByRole("button", { name: "Run now", exact: true }).click();
  await expect(page.getByRole("tabpanel").getByRole("link", { name: "succeeded" })).toBeVisible();
  await page.getByRole("tabpanel").getByRole("link", { name: "succeeded" }).click();
  await expect(page.getByText('"tidy"')).toBeVisible();
  await expect(page.getByText("The task wrote nothing.")).toBeVisible();
});

test("a script that was slipped into the page is not run", async ({ page, complaints }) => {
  await page.goto("/");
  await expect(page.getByText("Nothing is wrong.")).toBeVisible();
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'slipped in'";
    document.body.append(script);
  });
  await expect(page).toHaveTitle("Overview · hyoshi");
  expect(complaints.unexpected()).toEqual([expect.stringContaining("Content Security Policy")]);
  complaints.expect(/Content Security Policy/);
});
