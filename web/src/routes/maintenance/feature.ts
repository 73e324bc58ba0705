import HandymanIcon from "@mui/icons-material/HandymanOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const maintenance: Feature = {
  links: [
    {
      to: "/maintenance",
      label: { en: "Maintenance", ja: "保守" },
      icon: HandymanIcon,
      permission: "periodic-tasks.view",
      group: "people",
      key: "m",
    },
  ],
  routes: [{ path: "/maintenance", Page: lazy(() => import("./maintenance-page.tsx")) }],
};
