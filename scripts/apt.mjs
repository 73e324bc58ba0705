import { accessSync, constants, existsSync } from "node:fs";
import { run } from "./child.mjs";

/** Whether packages can be installed here without asking anybody: Debian, as root. */
export function canInstall() {
  return existsSync("/etc/debian_version") && process.getuid?.() === 0 && isExecutable("/usr/bin/apt-get");
}

/** @param {readonly string[]} packages */
export async function aptInstall(...packages) {
  console.log(`installing ${packages.join(" and ")} (apt-get) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["-q", "update"], { env });
  await run("apt-get", ["-q", "install", "-y", ...packages], { env });
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
