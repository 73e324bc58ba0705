import KeyIcon from "@mui/icons-material/KeyOutlined";
import { lazy } from "react";
import type { Feature } from "../../feature.ts";

export const account: Feature = {
  links: [
    {
      to: "/account",
      label: { en: "Password and API tokens", ja: "パスワードと API トークン" },
      icon: KeyIcon,
      group: "account",
    },
  ],
  routes: [{ path: "/account", Page: lazy(() => import("./account-page.tsx")) }],
};
