import { lazy } from "react";
import type { Feature } from "../../feature.ts";

/** Reached from the periodic tasks, and from whatever a pause holds back. */
export const pauses: Feature = {
  links: [],
  routes: [{ path: "/pauses", Page: lazy(() => import("./pauses-page.tsx")) }],
};
