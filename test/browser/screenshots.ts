/**
 * Takes pictures of the main screens, to be looked at by a person: at 1440 and 390 pixels, in both languages, light and dark, with
 * 0, 5 and 5,000 periodic tasks. Not a part of the suite. After `npm run build`:
 *
 *   npx node test/browser/screenshots.ts [folder] [part of a name …]
 *
 * The folder defaults to `test-results/screenshots`; names such as `5-1440-ja-dark` narrow what is taken.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import Database from "better-sqlite3";
import { seedPeriodicTasks } from "../../bench/support/seed.ts";
import { eventually } from "../support/eventually.ts";
import config from "./playwright.config.ts";
import type { ApiClient } from "./support/api-client.ts";
import { makeTask, runNow, send, stateOf } from "./support/arrange.ts";
import { Site } from "./support/site.ts";

const [folder = "test-results/screenshots", ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const languages = ["en", "ja"];
const schemes = ["light", "dark"] as const;

const empty = {
  "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
export default defineConfig({ apps: ["./app"], projectName: "Fresh", timeZone: "Asia/Tokyo" });
`,
  "app/tasks.ts": `import { task } from "hyoshi";
export const tidy = task("app.tidy", { run: async () => "tidy" });
`,
};

const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
  await shoot("0", new Site({ files: empty }), async () => ["/", "/periodic-tasks", "/runs", "/workers"]);
  await shoot("5", new Site(), fill);
  await shoot("5000", new Site({ roles: ["admin"] }), async (_api, site) => {
    const db = new Database(site.databaseFile);
    const tomorrow = Date.now() + 86_400_000;
    seedPeriodicTasks(
      db,
      5_000,
      (index) => ({
        definition: { kind: "crontab", expression: `${index % 60} ${index % 24} * * *` },
        nextAt: tomorrow + index * 1_000,
      }),
      "tapp_a.hello_from_a",
    );
    db.close();
    return ["/", "/periodic-tasks", "/periodic-tasks?sort=nextAt&q=bench"];
  });
} finally {
  await browser.close();
}

/** Something of everything: failures, waits, progress, warnings, a long name, Japanese. */
async function fill(api: ApiClient): Promise<string[]> {
  const failing = await makeTask(
    api,
    "Export to the warehouse, with a name that is as long as names of tasks tend to get",
    "tapp_a.unreliable",
    {
      input: { failures: 1 },
      schedules: [{ kind: "crontab", expression: "30 2 * * 1-5", zone: "America/New_York" }],
      description:
        "## Who is hurt when it fails\n\nAccounting, from 9:00.\n\n## What to do\n\n1. Look at the log of the last run.\n2. Call `warehouse`.\n\n## How to recover\n\nRun it again.",
      tags: ["warehouse", "nightly"],
    },
  );
  const failed = await runNow(api, failing);
  const walk = await makeTask(api, "朝の集計と送付", "tapp_a.long_walk", {
    schedules: [
      { kind: "crontab", expression: "0 9 * * 1-5" },
      { kind: "solar", event: "sunset", latitude: 35.68, longitude: 139.77 },
    ],
  });
  const nobody = await makeTask(api, "Served by nobody", "tapp_c.not_yet", { queue: "nights" });
  const waiting = await runNow(api, nobody);
  await eventually(async () => (await stateOf(api, failed)) === "failed", { within: 60_000 });
  const report = await send(api, "tapp_b.sales_report", {
    title: "売上",
    period: { from: "2026-01-01", to: "2026-03-31" },
    recipients: [{ name: "営業", email: "sales@example.com", language: "ja" }],
  });
  const running = await runNow(api, walk, { input: { steps: 1_000 } });
  const { items } = await api.get<{ items: { id: number; name: string }[] }>("periodic-tasks");
  const sales = items.find(({ name }) => name === "Weekly sales report")?.id;
  const hello = items.find(({ name }) => name === "Say hello")?.id;
  await api.put(`periodic-tasks/${hello}/pause`, { reason: "deploy of tapp_b", untilAt: Date.now() + 3_600_000 });
  await api.post("users", {
    username: "hana",
    password: "paper lanterns on the river",
    displayName: "花",
    permissions: ["runs.view"],
  });
  return [
    "/",
    "/periodic-tasks",
    "/periodic-tasks/new",
    `/periodic-tasks/${sales}/edit`,
    `/periodic-tasks/${failing.id}`,
    `/periodic-tasks/${hello}`,
    `/periodic-tasks/${hello}?tab=firings`,
    `/periodic-tasks/${walk.id}?tab=upcoming`,
    `/periodic-tasks/${hello}?tab=changes`,
    `/periodic-tasks/${sales}?tab=settings`,
    "/runs",
    `/runs/${failed.id}`,
    `/runs/${running.id}`,
    `/runs/${waiting.id}`,
    `/runs/${report.id}`,
    "/workers",
    "/models/tapp_a.counter",
    "/models/tapp_a.counter/1",
    "/users",
    "/users/new",
    "/changes",
    "/account",
  ];
}

async function shoot(
  name: string,
  site: Site,
  arrange: (api: ApiClient, site: Site) => Promise<string[]>,
): Promise<void> {
  const shots = sizes.flatMap((size) =>
    languages.flatMap((language) =>
      schemes.map((scheme) => ({ size, language, scheme, name: `${name}-${size.width}-${language}-${scheme}` })),
    ),
  );
  const taken = shots.filter((shot) => wanted.length === 0 || wanted.some((part) => shot.name.startsWith(part)));
  if (taken.length === 0) return;
  try {
    await site.open();
    const api = await site.api();
    const paths = await arrange(api, site);
    for (const { size, language, scheme, name: shot } of taken) {
      const page = await open(browser, { size, language, scheme, site, api });
      for (const [index, path] of paths.entries()) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForFunction(() => document.querySelector('.MuiSkeleton-root,[aria-busy="true"]') === null);
        const place = path.replaceAll(/[^a-z0-9]+/gi, "-").replaceAll(/^-|-$|[0-9a-f-]{36}/g, "");
        const file = join(folder, `${shot}-${String(index).padStart(2, "0")}-${place || "overview"}.png`);
        await page.screenshot({ path: file, fullPage: true });
      }
      await page.context().close();
      console.log(`${shot}: ${paths.length} pictures in ${folder}`);
    }
  } finally {
    await site.close();
  }
}

interface Look {
  readonly size: { readonly width: number; readonly height: number };
  readonly language: string;
  readonly scheme: (typeof schemes)[number];
  readonly site: Site;
  readonly api: ApiClient;
}

async function open(from: Browser, { size, language, scheme, site, api }: Look) {
  const context = await from.newContext({
    baseURL: site.url,
    viewport: size,
    colorScheme: scheme,
    locale: language,
    timezoneId: "Europe/Berlin",
    storageState: await api.signedIn(),
  });
  return context.newPage();
}
