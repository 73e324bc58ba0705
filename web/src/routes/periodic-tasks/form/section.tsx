import Box from "@mui/material/Box";
import { type ReactNode, useId } from "react";

/** One question of the form, with its answer's fields below each other. */
export function Section({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  const id = useId();
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={{
        display: "grid",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "180px minmax(0, 1fr)" },
        columnGap: 4,
        rowGap: 1.5,
        py: 3,
        borderTop: 1,
        borderColor: "rule",
      }}
    >
      <div>
        <Box component="h2" id={id} sx={{ m: 0, typography: "h2" }}>
          {title}
        </Box>
        {about && <Box sx={{ color: "text.secondary", fontSize: 13, mt: 0.5 }}>{about}</Box>}
      </div>
      <Box sx={{ display: "grid", gap: 2, minWidth: 0, alignContent: "start" }}>{children}</Box>
    </Box>
  );
}
