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

export default defineConfig({
  // Relative, so that the same files serve under any base path.
  base: "./",
  plugins: [react(), fillPlaceholders],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // An inlined data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { "/api": process.env.HYOSHI_URL ?? "http://127.0.0.1:8000" } },
});
