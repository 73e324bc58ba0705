import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { aptInstall, canInstall, isExecutable } from "./apt.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const elsewhere = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/**
 * The browser for the browser suite, installed with apt where that is possible, or why there is none.
 * HYOSHI_CHROMIUM names one that is not on the path.
 *
 * @returns {Promise<{ executable: string, reason?: undefined } | { executable?: undefined, reason: string }>}
 */
export async function browserOrReason() {
  if ((!installedBrowser() || !hasJapaneseFont()) && canInstall()) await aptInstall("chromium", "fonts-noto-cjk");

  const executable = installedBrowser();
  if (!executable)
    return { reason: `no Chromium was found: install it (Debian: apt-get install chromium fonts-noto-cjk)` };
  if (!hasJapaneseFont())
    return { reason: "no Japanese font was found: install one (Debian: apt-get install fonts-noto-cjk)" };
  return { executable };
}

function installedBrowser() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [
    process.env.HYOSHI_CHROMIUM,
    "/usr/bin/chromium",
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...elsewhere,
  ];
  return candidates.find((file) => file && isExecutable(file));
}

/** Only Linux can be without one. Debian's Chromium does not bring the tool that lists fonts, hence the second look. */
function hasJapaneseFont() {
  if (process.platform !== "linux") return true;
  const fonts = spawnSync("fc-list", [":lang=ja", "family"], { encoding: "utf8" });
  if (fonts.status === 0) return fonts.stdout.trim() !== "";
  return spawnSync("dpkg", ["-L", "fonts-noto-cjk"], { stdio: "ignore" }).status === 0;
}
