import Box from "@mui/material/Box";
import { type ReactNode, useId } from "react";
import { Link } from "react-router-dom";

interface Props {
  /** The question that it answers. */
  title: string;
  /** Where the whole of it is. */
  more?: { to: string; label: string } | undefined;
  children: ReactNode;
}

export function OverviewPart({ title, more, children }: Props) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: 4 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: 2, mb: 1 }}>
        <Box component="h2" id={id} sx={{ m: 0, typography: "h2" }}>
          {title}
        </Box>
        {more && (
          <Box component={Link} to={more.to} sx={{ fontSize: 13, color: "text.secondary" }}>
            {more.label}
          </Box>
        )}
      </Box>
      {children}
    </Box>
  );
}

/** A row of the Overview, wholly a link. */
export function LinkRow({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: "rule" }}>
      <Box
        component={Link}
        to={to}
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1.5,
          minHeight: 40,
          py: 0.5,
          px: 1,
          textDecoration: "none",
          "&:hover": { bgcolor: "action.hover" },
        }}
      >
        {children}
      </Box>
    </Box>
  );
}

export function Rows({ children }: { children: ReactNode }) {
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, borderBottom: 1, borderColor: "rule" }}>
      {children}
    </Box>
  );
}
