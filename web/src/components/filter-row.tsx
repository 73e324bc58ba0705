import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** Filters beside each other; on a phone one row that scrolls under the thumb. */
export function FilterRow({ children }: { children: ReactNode }) {
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: { xs: "nowrap", md: "wrap" },
        gap: 0.5,
        overflowX: "auto",
        scrollbarWidth: "none",
        mx: { xs: -2, md: 0 },
        px: { xs: 1, md: 0 },
        "& > *": { flex: "none" },
        // Without a filter, its margins would take a part of the line from what stands before it.
        "&:empty": { display: "none" },
      }}
    >
      {children}
    </Box>
  );
}
