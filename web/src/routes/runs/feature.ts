import PlayCircleIcon from "@mui/icons-material/PlayCircleOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const runs: Feature = {
  links: [
    {
      to: "/runs",
      label: { en: "Runs", ja: "実行" },
      icon: PlayCircleIcon,
      permission: "runs.view",
      group: "main",
      key: "r",
    },
  ],
  routes: [
    { path: "/runs", Page: lazy(() => import("./list/run-list-page.tsx")) },
    { path: "/runs/:id", Page: lazy(() => import("./page/run-page.tsx")) },
  ],
};
