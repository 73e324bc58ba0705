import PeopleIcon from "@mui/icons-material/PeopleOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const people: Feature = {
  links: [
    {
      to: "/users",
      label: { en: "Users · Groups", ja: "ユーザー・グループ" },
      icon: PeopleIcon,
      permission: "users.manage",
      group: "people",
      key: "u",
    },
  ],
  routes: [
    { path: "/users", Page: lazy(() => import("./people-page.tsx")) },
    { path: "/users/:id", Page: lazy(() => import("./user-page.tsx")) },
    { path: "/groups/:id", Page: lazy(() => import("./group-page.tsx")) },
  ],
};
