import DnsIcon from "@mui/icons-material/DnsOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const workers: Feature = {
  links: [
    {
      to: "/workers",
      label: { en: "Workers · Queues", ja: "ワーカー・キュー" },
      icon: DnsIcon,
      permission: "workers.view",
      group: "main",
      key: "w",
    },
  ],
  routes: [
    { path: "/workers", Page: lazy(() => import("./workers-page.tsx")) },
    { path: "/workers/:id", Page: lazy(() => import("./worker/worker-page.tsx")) },
  ],
};
