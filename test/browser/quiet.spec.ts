import Database from "better-sqlite3";
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

test("a refused message is shown with what it holds, and deleted", async ({ page, site }) => {
  await page.goto("/workers");
  await page.getByRole("link", { name: "Refused messages" }).click();
  await expect(page.getByText("No message was refused")).toBeVisible();
  const db = new Database(site.databaseFile);
  db.prepare(
    `insert into dead_letter (at, queue, run_id, task, code, why, headers, properties, body, body_bytes)
     values (?, 'default', null, 'app.gone', 'unknown_task', 'nobody knows the task', '{"lang":"py"}', '{}', ?, 25)`,
  ).run(Date.now(), Buffer.from('[[], {"invoice": 4711}, {}]').subarray(0, 25).toString("base64"));
  db.close();
  await page.reload();
  await page.getByRole("link", { name: "app.gone" }).click();
  await expect(page.getByText("unknown task: nobody knows the task")).toBeVisible();
  await expect(page.getByText("4711")).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No message was refused")).toBeVisible();
});

test("a worker's page says what is known where there is no broker to ask over", async ({ page }) => {
  await page.goto("/workers");
  await page.getByRole("link", { name: /^worker-/ }).click();
  await expect(page.getByText("hyoshi worker")).toBeVisible();
  await expect(page.getByText("The database is the broker here")).toBeVisible();
  await expect(page.getByRole("button", { name: "Command" })).toHaveCount(0);
});
