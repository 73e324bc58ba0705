import { test as base, expect, type Page } from "@playwright/test";
import type { ApiClient } from "./api-client.ts";
import { Complaints } from "./complaints.ts";
import { Site, type SiteOptions } from "./site.ts";

export type { Page };
export { expect };

/** Of the files that run in one process one follows the other, so there is one site at a time. */
let current: Site | undefined;

interface Fixtures {
  site: Site;
  /** The API as the superuser. */
  api: ApiClient;
  /** Who the browser is signed in as; null: nobody. Default: `admin`. */
  signedInAs: string | null;
  complaints: Complaints;
  /** A page of another browser, signed in as this user (null: nobody). */
  otherBrowser: (username: string | null) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that one needs from the pattern
  site: async ({}, use) => {
    if (!current) throw new Error("the file has no site: call useSite()");
    await use(current);
  },
  api: async ({ site }, use) => use(await site.api()),
  // Playwright asks for these two before `beforeAll` as well, when there is no site yet.
  // biome-ignore lint/correctness/noEmptyPattern: see above
  baseURL: async ({}, use) => use(current?.url),
  signedInAs: ["admin", { option: true }],
  storageState: async ({ signedInAs }, use) =>
    use(current && signedInAs !== null ? await (await current.api(signedInAs)).signedIn() : undefined),
  // biome-ignore lint/correctness/noEmptyPattern: see above
  complaints: async ({}, use) => {
    const complaints = new Complaints();
    await use(complaints);
    expect(complaints.unexpected(), "what the browser complained about").toEqual([]);
  },
  context: async ({ context, complaints }, use) => {
    complaints.watch(context);
    await use(context);
  },
  otherBrowser: async ({ browser, site, contextOptions, complaints }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (username) => {
      const context = await browser.newContext({
        ...contextOptions,
        baseURL: site.url,
        // Named even for nobody: a new context takes over the test's own.
        storageState: username === null ? { cookies: [], origins: [] } : await (await site.api(username)).signedIn(),
      });
      contexts.push(context);
      complaints.watch(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Runs a site of its own for the tests of the file that calls it. */
export function useSite(options?: SiteOptions): void {
  const site = new Site(options);
  test.beforeAll(async () => {
    await site.open();
    current = site;
  });
  test.afterAll(async () => {
    current = undefined;
    await site.close();
  });
}
