import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The admin's server fills the placeholders of index.html at each answer; the development server has no base path and no policy. */
const fillPlaceholders: Plugin = {
  name: "fill-placeholders",
  apply: "serve",
  transformIndexHtml: {
    order: "pre",
    handler: (html) => html.replaceAll("__BASE_PATH__", "/").replaceAll("__CSP_NONCE__", ""),
  },
};

/**
 * @rjsf/core's entry names a test registry that imports the Ajv validator, a development dependency of its own which is not
 * installed here and must not be: Ajv generates code, which the content security policy forbids. Nothing of it is used.
 */
const absentValidator: Plugin = {
  name: "absent-validator",
  enforce: "pre",
  resolveId: (source) => (source === "@rjsf/validator-ajv8" ? "\0absent-validator" : undefined),
  load: (id) => (id === "\0absent-validator" ? "export default undefined;" : undefined),
};

/** The fallback font comes in two formats; every browser that the build's target names reads the smaller one. */
const oneFontFormat: Plugin = {
  name: "one-font-format",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("@fontsource") ? code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\(["']woff["']\)/g, "") : undefined,
};

export default defineConfig({
  // Relative, so that the same files serve under any base path.
  base: "./",
  plugins: [react(), fillPlaceholders, absentValidator, oneFontFormat],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // An inlined data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { "/api": process.env.HYOSHI_URL ?? "http://127.0.0.1:8000" } },
});
