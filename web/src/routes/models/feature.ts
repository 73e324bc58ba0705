import { lazy } from "react";
import type { Feature } from "../../feature.ts";
import { ModelSection } from "./model-section.tsx";

export const models: Feature = {
  links: [],
  Section: ModelSection,
  routes: [
    { path: "/models/:name", Page: lazy(() => import("./list/record-list-page.tsx")) },
    { path: "/models/:name/:id", Page: lazy(() => import("./record/record-page.tsx")) },
  ],
};
