import TimelineIcon from "@mui/icons-material/ViewTimelineOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const forecast: Feature = {
  links: [
    {
      to: "/timeline",
      label: { en: "Timeline", ja: "タイムライン" },
      icon: TimelineIcon,
      permission: "periodic-tasks.view",
      group: "main",
      key: "t",
    },
  ],
  routes: [
    { path: "/timeline", Page: lazy(() => import("./day/timeline-page.tsx")) },
    { path: "/timeline/week", Page: lazy(() => import("./week/forecast-page.tsx")) },
  ],
};
