import CalendarIcon from "@mui/icons-material/EventBusyOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const calendars: Feature = {
  links: [
    {
      to: "/calendars",
      label: { en: "Calendars", ja: "カレンダー" },
      icon: CalendarIcon,
      permission: "periodic-tasks.view",
      group: "main",
      key: "d",
    },
  ],
  routes: [
    { path: "/calendars", Page: lazy(() => import("./list/calendar-list-page.tsx")) },
    { path: "/calendars/:id", Page: lazy(() => import("./edit/calendar-page.tsx")) },
  ],
};
