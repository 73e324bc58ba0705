import MenuIcon from "@mui/icons-material/Menu";
import Box from "@mui/material/Box";
import Drawer from "@mui/material/Drawer";
import IconButton from "@mui/material/IconButton";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLogout } from "react-admin";
import { useNavigate } from "react-router-dom";
import { pageSearchId } from "../components/page-search.ts";
import { type Shortcut, useShortcuts } from "../components/shortcuts.tsx";
import type { Feature } from "../feature.ts";
import { useFormat } from "../i18n/use-format.ts";
import { live } from "../services/live.ts";
import { whenSignedOut } from "../services/query-client.ts";
import { useMay, useSession } from "../services/session.ts";
import { ConnectionBar, useStale } from "./connection-bar.tsx";
import { HealthDots } from "./health-dots.tsx";
import { useFrameMessages } from "./messages.ts";
import { PauseBanner } from "./pause-banner.tsx";
import { LanguageSwitch, ThemeSwitch } from "./preferences.tsx";
import { QuickSearch } from "./quick-search.tsx";
import { ReplanBanner } from "./replan-banner.tsx";
import { ShortcutHelp } from "./shortcut-help.tsx";
import { SideBar, sideBarWidth } from "./side-bar.tsx";
import { UserMenu } from "./user-menu.tsx";

export function Frame({ features, children }: { features: readonly Feature[]; children: ReactNode }) {
  const m = useFrameMessages();
  const session = useSession();
  const logout = useLogout();
  const isStale = useStale();
  const search = useRef<HTMLInputElement>(null);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);

  useEffect(() => {
    live.start();
    const stop = whenSignedOut(() => void logout());
    return () => {
      stop();
      live.stop();
    };
  }, [logout]);

  useFrameShortcuts(features, {
    search: () => (document.getElementById(pageSearchId) ?? search.current)?.focus(),
    help: () => setHelpOpen(true),
  });

  // Pages may count on the session: permissions and the project's zone.
  if (!session) return null;
  const closeDrawer = () => setDrawerOpen(false);
  const sideBar = <SideBar features={features} projectName={session.settings.projectName} onNavigate={closeDrawer} />;
  return (
    <Box sx={{ minHeight: "100vh", pl: { md: `${sideBarWidth}px` } }}>
      <Box component="a" href="#content" className="skip-link" onClick={focusContent}>
        {m.skip}
      </Box>
      <Box
        sx={{
          display: { xs: "none", md: "block" },
          position: "fixed",
          inset: "0 auto 0 0",
          borderRight: 1,
          borderColor: "divider",
        }}
      >
        {sideBar}
      </Box>
      <Drawer open={isDrawerOpen} onClose={closeDrawer} sx={{ display: { md: "none" } }}>
        {sideBar}
      </Drawer>
      <Box
        component="header"
        sx={{
          position: "sticky",
          top: 0,
          zIndex: 10,
          bgcolor: "background.default",
          borderBottom: 1,
          borderColor: "divider",
        }}
      >
        {isStale && <ConnectionBar />}
        <Box sx={{ display: "flex", alignItems: "center", gap: { xs: 0.25, md: 1 }, height: 52, px: { xs: 1, md: 3 } }}>
          <IconButton aria-label={m.menu} onClick={() => setDrawerOpen(true)} sx={{ display: { md: "none" } }}>
            <MenuIcon />
          </IconButton>
          <QuickSearch inputRef={search} />
          <Box sx={{ flex: 1 }} />
          <HealthDots />
          <Box className="wide-only">
            <LanguageSwitch />
          </Box>
          <ThemeSwitch />
          <UserMenu links={features.flatMap((feature) => feature.links).filter((link) => link.group === "account")} />
        </Box>
      </Box>
      <PauseBanner />
      <ReplanBanner />
      <Box
        component="main"
        id="content"
        tabIndex={-1}
        data-stale={isStale}
        sx={{
          px: { xs: 2, md: 3 },
          pb: 6,
          outline: "none",
          // What one types is not stale.
          "& > :not(form)": { transition: "opacity 0.2s", opacity: isStale ? 0.6 : 1 },
        }}
      >
        {children}
      </Box>
      <ShortcutHelp open={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </Box>
  );
}

// A fragment link would leave the page, because the document has a base address.
function focusContent(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function useFrameShortcuts(features: readonly Feature[], actions: { search: () => void; help: () => void }): void {
  const m = useFrameMessages();
  const may = useMay();
  const navigate = useNavigate();
  const format = useFormat();
  const places = features.flatMap((feature) => feature.links);
  const shortcuts: Shortcut[] = [
    { keys: "/", label: m.shortcuts.search, run: actions.search },
    ...places
      .filter((place) => place.key !== undefined && (!place.permission || may(place.permission)))
      .map((place) => ({
        keys: `g ${place.key}`,
        label: m.shortcuts.go(format.text(place.label)),
        run: () => void navigate(place.to),
      })),
    { keys: "?", label: m.shortcuts.help, run: actions.help },
  ];
  useShortcuts(shortcuts);
}
