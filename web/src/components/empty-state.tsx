import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

/** An empty list says what it is for and offers the first step. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Box sx={{ py: 8, px: 2, maxWidth: 460, mx: "auto", textAlign: "center" }}>
      <Typography variant="h2" sx={{ mb: 1 }}>
        {title}
      </Typography>
      <Typography sx={{ color: "text.secondary", mb: 3, textWrap: "pretty" }}>{children}</Typography>
      {action}
    </Box>
  );
}
