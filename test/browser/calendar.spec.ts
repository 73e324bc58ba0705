import { AxeBuilder } from "@axe-core/playwright";
import { makeTask } from "./support/arrange.ts";
import { expect, type Page, test, useSite } from "./support/test.ts";

useSite({ roles: ["admin"] });

interface MadeCalendar {
  readonly id: number;
  readonly name: string;
}

const thisYear = new Date().getFullYear();
const dayOf = (page: Page, date: string) => page.locator(`[data-date="${date}"]`);

test("a calendar is made from a country's holidays and own dates, by keyboard and by paste", async ({ page }) => {
  await page.goto("/calendars");
  await page.getByRole("link", { name: "Make a calendar" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Tokyo office");
  await page.getByRole("combobox", { name: "Add a country" }).fill("日本");
  await page.getByRole("option", { name: "Japan" }).click();
  await expect(dayOf(page, `${thisYear}-01-01`)).toHaveAttribute("data-kind", "closed");
  await expect(dayOf(page, `${thisYear}-01-01`)).toHaveAccessibleName(/元日/);

  // Next year, where no day has passed; the second Wednesday of June is never a holiday in Japan.
  await page.getByRole("button", { name: "Next year" }).click();
  const first = dayOf(page, `${thisYear + 1}-01-01`);
  await first.focus();
  for (const key of ["PageDown", "PageDown", "PageDown", "PageDown", "PageDown", "ArrowDown", "ArrowRight"]) {
    await page.keyboard.press(key);
  }
  const day = dayOf(page, `${thisYear + 1}-06-09`);
  await expect(day).toBeFocused();
  const before = await day.getAttribute("data-kind");
  await page.keyboard.press("Enter");
  await expect(day).toHaveAttribute("data-kind", before === "weekend" ? "open" : "closed");

  await page.getByRole("button", { name: "Paste a list" }).click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByRole("textbox", { name: "Dates" })
    .fill(`${thisYear + 1}-12-29..${thisYear + 1}-12-31 Year's end\nnext week`);
  await expect(dialog.getByText("Line 2 holds no date")).toBeVisible();
  await dialog.getByRole("button", { name: "Add 3 dates" }).click();
  await expect(dayOf(page, `${thisYear + 1}-12-30`)).toHaveAccessibleName(/Year's end/);

  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "The calendar is made" })).toBeVisible();
  await expect(page).toHaveURL(/\/calendars\/\d+$/);
  await page.reload();
  await page.getByRole("button", { name: "Next year" }).click();
  await expect(dayOf(page, `${thisYear + 1}-12-31`)).toHaveAttribute("data-kind", "closed");
  // Ten of the twelve months would tell nothing new, and take long.
  const axe = new AxeBuilder({ page }).exclude('div:nth-child(n + 3) > table[role="grid"]');
  const { violations } = await axe.analyze();
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
});

test("what an edit changes is shown before it is saved, and a calendar in use is not archived", async ({
  page,
  api,
}) => {
  const calendar = await api.post<MadeCalendar>("calendars", { name: "Followed", weekend: [] });
  const schedules = [{ kind: "crontab", expression: "0 9 * * *", calendar: { id: calendar.id, rule: "skip" } }];
  await makeTask(api, "Payroll", "tapp_a.hello_from_a", { schedules });
  await page.goto(`/calendars/${calendar.id}?year=${thisYear + 1}`);
  // A day of the coming year, whenever the test runs.
  const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  if (soon.startsWith(String(thisYear))) await page.getByRole("button", { name: "Previous year" }).click();
  await dayOf(page, soon).click();
  await expect(page.getByText("1 schedule planned anew · in the coming year 1 time falls away")).toBeVisible();
  await page.getByRole("button", { name: "Save …" }).click();
  const dialog = page.getByRole("dialog", { name: "What changes" });
  await expect(dialog.getByRole("link", { name: "Payroll" })).toBeVisible();
  await expect(dialog.getByText(/09:00/)).toBeVisible();
  // What is saved is read again late, while the next dialog is open.
  let read = () => {};
  const isRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  await page.route(`**/calendars/${calendar.id}`, async (route) => {
    if (route.request().method() === "GET") await isRead;
    await route.continue();
  });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save …" })).toHaveCount(0);

  await page.getByRole("button", { name: "Archive" }).click();
  const inUse = page.getByRole("dialog", { name: "Followed is in use" });
  await expect(inUse.getByRole("link", { name: "Payroll" })).toBeVisible();
  const again = page.waitForResponse(
    (response) => response.request().method() === "GET" && response.url().endsWith(`/calendars/${calendar.id}`),
  );
  read();
  await (await again).finished();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(inUse.getByRole("link", { name: "Payroll" })).toBeVisible();
  await expect(inUse.getByText("skipped on closed days")).toBeVisible();
});

test.describe("on a phone, in Japanese", () => {
  test.use({ viewport: { width: 390, height: 844 }, locale: "ja-JP", colorScheme: "dark", hasTouch: true });

  test("a day is closed with a thumb", async ({ page, api }) => {
    const calendar = await api.post<MadeCalendar>("calendars", { name: "店舗" });
    await page.goto(`/calendars/${calendar.id}?year=${thisYear + 1}`);
    const day = dayOf(page, `${thisYear + 1}-08-11`);
    await day.tap();
    await expect(day).toHaveAccessibleName(/独自/);
    await page.getByRole("button", { name: "保存" }).click();
    await expect(page.getByText("保存しました")).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
