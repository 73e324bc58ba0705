import HistoryIcon from "@mui/icons-material/HistoryOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const changes: Feature = {
  links: [
    {
      to: "/changes",
      label: { en: "Changes", ja: "変更履歴" },
      icon: HistoryIcon,
      permission: "changes.view",
      group: "people",
      key: "c",
    },
  ],
  routes: [{ path: "/changes", Page: lazy(() => import("./changes-page.tsx")) }],
};
