import DashboardIcon from "@mui/icons-material/DashboardOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const overview: Feature = {
  links: [
    {
      to: "/",
      label: { en: "Overview", ja: "概要" },
      icon: DashboardIcon,
      permission: "periodic-tasks.view",
      group: "main",
      key: "o",
    },
  ],
  routes: [{ path: "/", Page: lazy(() => import("./overview-page.tsx")) }],
};
