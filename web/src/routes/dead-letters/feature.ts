import { lazy } from "react";
import type { Feature } from "../../feature.ts";

/** Reached from the workers and queues; most projects never have any. */
export const deadLetters: Feature = {
  links: [],
  routes: [
    { path: "/dead-letters", Page: lazy(() => import("./dead-letters-page.tsx")) },
    { path: "/dead-letters/:id", Page: lazy(() => import("./dead-letter-page.tsx")) },
  ],
};
