import { defineConfig } from "hyoshi";
import { seed } from "./seed.ts";

export default defineConfig({
  apps: ["tapp_a", "tapp_b"],
  projectName: "Task manager",
  timeZone: "Asia/Tokyo",
  // `reports` keeps the long tasks from standing in the way of the short ones: a worker started with
  // `--exclude-queues reports` stays free for those.
  queues: ["default", "reports"],
  seed,
});
