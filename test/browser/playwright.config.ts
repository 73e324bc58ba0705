import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

// The sites' many processes load the same modules: compiled once, they start in half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../../.cache/compile", import.meta.url));

// As root, Chromium refuses its own sandbox.
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  // Each file has a site of its own, and its tests are what a person would see: one thing after the other.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env.CI === "true",
  // Ends what hangs; a busy machine may take its time.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // The file of the JSON report is named by PLAYWRIGHT_JSON_OUTPUT_FILE.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : [["list"]],
  use: {
    browserName: "chromium",
    actionTimeout: 20_000,
    navigationTimeout: 40_000,
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    // Neither UTC nor the example's zone, so that a time in the wrong zone shows.
    timezoneId: "Europe/Berlin",
    colorScheme: "light",
    screenshot: "only-on-failure",
    // Recording slows every step; `playwright test --trace on` has it where a picture does not explain a failure.
    trace: "off",
    launchOptions: {
      executablePath: process.env.HYOSHI_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        ...(asRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        // A browser of its own asks nobody but the page's server.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
      ],
    },
  },
});
