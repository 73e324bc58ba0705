import Box from "@mui/material/Box";
import { type ReactNode, useId } from "react";

/** A titled part of the page. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: 2.5, minWidth: 0 }}>
      <Box component="h2" id={id} sx={{ m: 0, mb: 0.75, typography: "h3" }}>
        {title}
      </Box>
      {children}
    </Box>
  );
}

/** Names and values below each other. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: "grid",
        gridTemplateColumns: "max-content minmax(0, 1fr)",
        columnGap: 2,
        rowGap: 0.25,
        fontSize: 13.5,
        "& dt": { color: "text.secondary" },
        "& dd": { m: 0, overflowWrap: "anywhere" },
      }}
    >
      {children}
    </Box>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
