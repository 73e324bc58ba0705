import { existsSync, readdirSync } from "node:fs";
import { aptInstall, canInstall } from "./apt.mjs";

/**
 * The library that shows processes another time, for tests of clocks that jump: installed with apt where that is possible (Debian, as root);
 * undefined when there is none.
 */
export async function faketimeLibrary() {
  if (installed() === undefined && canInstall()) await aptInstall("libfaketime");
  return installed();
}

function installed() {
  const name = "faketime/libfaketimeMT.so.1";
  const folders = ["/usr/lib", ...subfolders("/usr/lib")];
  return folders.map((folder) => `${folder}/${name}`).find((file) => existsSync(file));
}

/** @param {string} folder */
function subfolders(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((entry) => entry.includes("-linux-"))
    .map((entry) => `${folder}/${entry}`);
}
