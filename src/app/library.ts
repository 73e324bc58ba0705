import { HyoshiError, isHyoshiError } from "../base/error.ts";
import { task } from "../task/task.ts";
import { defineConfig } from "./config.ts";

/** What a project's files import as `hyoshi`, except for what opens the project itself. */
export const library = { defineConfig, task, HyoshiError, isHyoshiError };
