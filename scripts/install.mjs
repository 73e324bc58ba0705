/** `node scripts/install.mjs`: installs the packages where they are missing or are not the lockfile's. */
import { install } from "./toolchain.mjs";

await install();
