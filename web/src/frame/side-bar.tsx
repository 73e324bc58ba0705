import Box from "@mui/material/Box";
import { NavLink as RouterLink } from "react-router-dom";
import type { Feature, NavLink } from "../feature.ts";
import { useFormat } from "../i18n/use-format.ts";
import { useMay } from "../services/session.ts";
import { Mark } from "./mark.tsx";

export const sideBarWidth = 208;

const itemStyle = {
  display: "flex",
  alignItems: "center",
  gap: 1.25,
  height: 34,
  px: 1.25,
  borderRadius: 1,
  color: "text.secondary",
  textDecoration: "none",
  fontSize: 14,
  whiteSpace: "nowrap",
  overflow: "hidden",
  textOverflow: "ellipsis",
  "&:hover": { bgcolor: "action.hover", color: "text.primary" },
  "&.active": { bgcolor: "action.selected", color: "text.primary", fontWeight: 600 },
} as const;

/** A link of the sidebar; for a feature's own section too. */
export function SideLink({
  to,
  label,
  icon: Icon,
  onNavigate,
}: {
  to: string;
  label: string;
  icon?: NavLink["icon"];
  onNavigate: () => void;
}) {
  return (
    <Box component={RouterLink} to={to} end={to === "/"} onClick={onNavigate} sx={itemStyle}>
      {Icon ? <Icon fontSize="small" /> : <Box sx={{ width: 20 }} />}
      {label}
    </Box>
  );
}

/** The name above a part of the sidebar. */
export function SideHeading({ children }: { children: string }) {
  return (
    <Box sx={{ px: 1.25, pt: 2, pb: 0.5, fontSize: 12, color: "text.secondary", fontWeight: 600 }}>{children}</Box>
  );
}

export function SideBar({
  features,
  projectName,
  onNavigate,
}: {
  features: readonly Feature[];
  projectName: string;
  onNavigate: () => void;
}) {
  const may = useMay();
  const format = useFormat();
  const links = (group: NavLink["group"]) =>
    features
      .flatMap((feature) => feature.links)
      .filter((link) => link.group === group && (!link.permission || may(link.permission)))
      .map((link) => (
        <SideLink key={link.to} to={link.to} label={format.text(link.label)} icon={link.icon} onNavigate={onNavigate} />
      ));
  const people = links("people");
  return (
    <Box
      component="nav"
      sx={{
        width: sideBarWidth,
        height: "100%",
        overflowY: "auto",
        bgcolor: "sunken",
        p: 1,
        display: "flex",
        flexDirection: "column",
      }}
    >
      <Box
        component={RouterLink}
        to="/"
        end
        onClick={onNavigate}
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1,
          px: 1,
          height: 44,
          mb: 0.5,
          textDecoration: "none",
          color: "text.primary",
        }}
      >
        <Mark />
        <Box sx={{ minWidth: 0 }}>
          <Box sx={{ fontWeight: 650, fontSize: 15, letterSpacing: "0.01em", lineHeight: 1.2 }}>hyoshi</Box>
          {projectName !== "" && (
            <Box
              sx={{
                fontSize: 11.5,
                color: "text.secondary",
                lineHeight: 1.2,
                overflow: "hidden",
                textOverflow: "ellipsis",
              }}
            >
              {projectName}
            </Box>
          )}
        </Box>
      </Box>
      {links("main")}
      {features.map(
        ({ Section, links: [first], routes: [route] }) =>
          Section && <Section key={first?.to ?? route?.path} onNavigate={onNavigate} />,
      )}
      {people.length > 0 && <Box sx={{ borderTop: 1, borderColor: "rule", mt: 1.5, pt: 1.5 }}>{people}</Box>}
    </Box>
  );
}
