import ScheduleIcon from "@mui/icons-material/ScheduleOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

const formPage = lazy(() => import("./form/form-page.tsx"));

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
  routes: [
    { path: "/periodic-tasks", Page: lazy(() => import("./list/list-page.tsx")) },
    { path: "/periodic-tasks/new", Page: formPage },
    { path: "/periodic-tasks/:id", Page: lazy(() => import("./page/task-page.tsx")) },
    { path: "/periodic-tasks/:id/edit", Page: formPage },
  ],
};
