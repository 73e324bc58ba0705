import Box from "@mui/material/Box";
import { type ReactNode, useEffect } from "react";

interface Props {
  title: string;
  /** Stands for the title where it is more than its text (a link back, a switch); the tab's title stays `title`. */
  heading?: ReactNode;
  /** What the page is, in a few words. */
  about?: ReactNode;
  /** The page's actions, on the right; below the title on a phone. */
  children?: ReactNode;
}

/** The head of every page; sets the browser tab's title too. */
export function PageHead({ title, heading, about, children }: Props) {
  useEffect(() => {
    document.title = `${title} · hyoshi`;
  }, [title]);
  return (
    <Box
      component="header"
      sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2, rowGap: 1, pt: 2, pb: 1.5 }}
    >
      <Box sx={{ minWidth: 0, flex: "1 1 auto" }}>
        <Box component="h1" sx={{ m: 0, typography: "h1", overflowWrap: "anywhere" }}>
          {heading ?? title}
        </Box>
        {about && <Box sx={{ color: "text.secondary", fontSize: 13.5 }}>{about}</Box>}
      </Box>
      {children && <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>{children}</Box>}
    </Box>
  );
}
