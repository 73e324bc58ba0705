import { makeTask } from "./support/arrange.ts";
import { adminPassword } from "./support/site.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite({ roles: ["admin"] });

const password = "paper lanterns on the river";

async function signIn(page: Page, username: string, secret: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a user is added with some permissions, and the screens and the API keep to them", async ({
  page,
  api,
  site,
  otherBrowser,
  complaints,
}) => {
  complaints.expect(/status of 422 .*\/users$/);
  const task = await makeTask(api, "Only to look at", "tapp_a.hello_from_a");
  await page.goto("/users");
  await page.getByRole("link", { name: "User", exact: true }).click();
  await page.getByRole("textbox", { name: "User name" }).fill("hana");
  await page.getByLabel("Password", { exact: true }).fill("12345678");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("checkbox", { name: /^See periodic tasks/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /hana/ })).toBeVisible();

  const hers = await otherBrowser(null);
  await signIn(hers, "hana", password);
  await hers.getByRole("link", { name: "Periodic tasks" }).click();
  await expect(hers.getByRole("link", { name: "Only to look at" })).toBeVisible();
  for (const hidden of ["Runs", "Workers · Queues", "Users · Groups", "Changes", "Counters of A"]) {
    await expect(hers.getByRole("navigation").getByRole("link", { name: hidden, exact: true })).toHaveCount(0);
  }
  await expect(hers.getByRole("link", { name: "Periodic task", exact: true })).toHaveCount(0);
  await expect(hers.getByRole("switch", { name: "Disable Only to look at" })).toBeDisabled();
  await hers.getByRole("link", { name: "Only to look at" }).click();
  await expect(hers.getByRole("heading", { name: "Only to look at" })).toBeVisible();
  await expect(hers.getByRole("tab")).toHaveText(["Firings", "Upcoming", "Settings"]);
  await expect(hers.getByRole("tabpanel")).toContainText("No time has been accounted for yet.");
  for (const action of ["Run now", "Edit", "Pause …", "More actions"]) {
    await expect(hers.getByRole("button", { name: action, exact: true })).toHaveCount(0);
    await expect(hers.getByRole("link", { name: action, exact: true })).toHaveCount(0);
  }

  const asHana = await site.api("hana", password);
  const definition = { name: "Mine", task: "tapp_a.hello_from_a", input: {} };
  for (const forbidden of [
    asHana.post("periodic-tasks", definition),
    asHana.put(`periodic-tasks/${task.id}`, { ...definition, version: 1 }),
    asHana.delete(`periodic-tasks/${task.id}`),
    asHana.post(`periodic-tasks/${task.id}/runs`),
    asHana.put(`periodic-tasks/${task.id}/pause`, { reason: "because" }),
    asHana.post("runs", { task: "tapp_a.hello_from_a", input: {} }),
    asHana.get("users"),
    asHana.get("changes"),
    asHana.get("models/tapp_a.counter/records"),
  ]) {
    await expect(forbidden).rejects.toThrow(/answered with 403/);
  }
});

test("a page that one may not see says so", async ({ api, otherBrowser, complaints }) => {
  complaints.expect(/status of 403 /);
  await api.post("users", { username: "kenji", password, permissions: ["runs.view"] });
  const his = await otherBrowser(null);
  await signIn(his, "kenji", password);
  await expect(his.getByRole("navigation")).toBeVisible();
  await his.goto("/users");
  await expect(his.getByRole("main")).toContainText(/permission/);
  await his.goto("/periodic-tasks");
  await expect(his.getByRole("main")).toContainText(/permission/);
});

test("an administrator sets a password, and deactivating a user ends the session at once", async ({
  page,
  api,
  otherBrowser,
  complaints,
}) => {
  complaints.expect(/status of 401 /);
  await api.post("users", { username: "yuki", password, permissions: ["runs.view", "periodic-tasks.view"] });
  const theirs = await otherBrowser(null);
  await signIn(theirs, "yuki", password);
  await theirs.getByRole("link", { name: "Periodic tasks" }).click();
  await expect(theirs.getByRole("link", { name: "Say hello" })).toBeVisible();

  await page.goto("/users");
  await page.getByRole("link", { name: "yuki" }).click();
  await page.getByRole("button", { name: "Set a password" }).click();
  await page.getByRole("dialog").getByLabel("New password").fill("another lantern, another river");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByRole("status")).toContainText("The password is set");
  await expect(theirs.getByRole("button", { name: "Sign in" })).toBeVisible();

  await signIn(theirs, "yuki", password);
  await expect(theirs.getByRole("alert")).toContainText("The user name or the password is wrong.");
  await signIn(theirs, "yuki", "another lantern, another river");
  await expect(theirs.getByRole("navigation")).toBeVisible();

  await page.goto("/users");
  await page.getByRole("link", { name: "yuki" }).click();
  await page.getByRole("switch", { name: "Active" }).click();
  await expect(page.getByText("the user is signed out everywhere and all the user's API tokens end")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /yuki.*inactive/ })).toBeVisible();
  await expect(theirs.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test("the last superuser cannot be deactivated or removed", async ({ page, complaints }) => {
  complaints.expect(/status of 409 /);
  await page.goto("/users");
  await page.getByRole("link", { name: "admin", exact: true }).click();
  await page.getByRole("switch", { name: "Superuser" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This is the last active superuser.").first()).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete the user" }).click();
  await expect(page.getByRole("dialog").getByText("This is the last active superuser.")).toBeVisible();
});

test("an API token is shown once, works, and is revoked", async ({ page, site }) => {
  await page.goto("/account");
  await page.getByRole("button", { name: "Token", exact: true }).click();
  await page.getByLabel("What it is for").fill("deploy script");
  await page.getByRole("button", { name: "Make the token" }).click();
  const dialog = page.getByRole("dialog", { name: "Copy it now" });
  const token = (await dialog.locator("code").first().textContent()) ?? "";
  const asked = () =>
    fetch(`${site.url}/api/v1/periodic-tasks`, { headers: { authorization: `Bearer ${token}` } }).then(
      (answer) => answer.status,
    );
  expect(await asked()).toBe(200);
  await dialog.getByRole("button", { name: "I have it" }).click();

  await page.reload();
  await expect(page.getByRole("row", { name: /deploy script/ })).toBeVisible();
  await expect(page.getByText(token)).toHaveCount(0);
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("status")).toContainText("The token is revoked");
  expect(await asked()).toBe(401);
});

// Last: it ends the sessions that the tests before were given.
test("changing the own password ends the other sessions and keeps this one", async ({
  page,
  otherBrowser,
  complaints,
}) => {
  complaints.expect(/status of 401 /, /status of 422 .*password$/);
  const elsewhere = await otherBrowser("admin");
  await elsewhere.goto("/periodic-tasks");
  await expect(elsewhere.getByRole("link", { name: "Say hello" })).toBeVisible();
  await page.context().clearCookies();
  await signIn(page, "admin", adminPassword);
  await page.getByRole("button", { name: "Signed in as admin" }).click();
  await page.getByRole("menuitem", { name: "Password and API tokens" }).click();
  await page.getByRole("button", { name: "Change the password …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Present password").fill(adminPassword);
  await dialog.getByLabel("New password", { exact: true }).fill("password");
  await dialog.getByLabel("New password, again").fill("password");
  await dialog.getByRole("button", { name: "Change the password" }).click();
  await expect(dialog.getByLabel("New password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("New password", { exact: true }).fill("eight wooden clappers");
  await dialog.getByLabel("New password, again").fill("eight wooden clappers");
  await dialog.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByRole("status")).toContainText("Your other sessions have ended.");

  await expect(elsewhere.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Signed in as admin" })).toBeVisible();
});
