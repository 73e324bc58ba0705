import type { ComponentType, LazyExoticComponent } from "react";
import type { Bilingual, Permission } from "./services/wire.ts";

export interface NavLink {
  /** Where it leads: a path of this feature. */
  to: string;
  label: Bilingual;
  icon: ComponentType<{ fontSize?: "small" }>;
  /** The link is hidden from who lacks it. */
  permission?: Permission;
  /** `main` stands at the top of the sidebar, `people` below the apps' models, `account` in the user's menu. */
  group: "main" | "people" | "account";
  /** The second key after `g`. */
  key?: string;
}

/** What a feature brings into the frame. Features do not import each other; they meet in app.tsx alone. */
export interface Feature {
  links: readonly NavLink[];
  /** A part of the sidebar that depends on data, between `main` and `people`. */
  Section?: ComponentType<{ onNavigate: () => void }>;
  routes: readonly { path: string; Page: LazyExoticComponent<ComponentType> }[];
}
