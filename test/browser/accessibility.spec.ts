import { AxeBuilder } from "@axe-core/playwright";
import { makeTask, send, stateOf } from "./support/arrange.ts";
import { expect, test, useSite } from "./support/test.ts";

useSite();

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`the main screens have no serious fault in the ${colorScheme}`, async ({ page, api }) => {
      test.setTimeout(180_000);
      const task = await makeTask(api, `Seen in the ${colorScheme}`, "tapp_a.hello_from_a", {
        schedules: [{ kind: "crontab", expression: "0 9 * * 1-5" }],
        description: "## Who is hurt\n\nNobody.",
        tags: ["hello"],
      });
      const run = await send(api, "tapp_a.unreliable", { failures: 1 });
      await expect.poll(() => stateOf(api, run), { timeout: 30_000 }).toBe("failed");

      await api.post("pauses", { scope: "tag", scopeId: "hello", reason: "deploy" });
      const found: Record<string, string[]> = {};
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
        const axe = new AxeBuilder({ page });
        // What is no matter of colours is the same in the dark.
        if (colorScheme === "dark") axe.withRules("color-contrast");
        const { violations } = await axe.analyze();
        const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        for (const { id, nodes } of grave) {
          found[path] = [...(found[path] ?? []), `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`];
        }
      }
      expect(found).toEqual({});
    });
  });
}

test.describe("signed out", () => {
  test.use({ signedInAs: null });

  test("the sign-in page has no serious fault", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
  });
});
