import Box from "@mui/material/Box";
import { mono } from "../../../theme/theme.ts";

/** What is no JSON: a value as Python displays it. */
export function JsonText({ children }: { children: string }) {
  return (
    <Box component="code" sx={{ display: "block", fontFamily: mono, fontSize: 12.5, overflowWrap: "anywhere" }}>
      {children}
    </Box>
  );
}
