import ScheduleIcon from "@mui/icons-material/ScheduleOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const periodicTasks: Feature = {
  links: [
    {
      to: "/periodic-tasks",
      label: { en: "Periodic tasks", ja: "定期タスク" },
      icon: ScheduleIcon,
      permission: "periodic-tasks.view",
      group: "main",
      key: "p",
    },
  ],
  routes: [{ path: "/periodic-tasks", Page: lazy(() => import("./list/list-page.tsx")) }],
};
