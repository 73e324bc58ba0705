import CloseIcon from "@mui/icons-material/Close";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import type { ReactNode } from "react";

interface Props {
  /** "3 selected" */
  text: string;
  clearLabel: string;
  onClear: () => void;
  /** What can be done with them, each with its number. */
  children: ReactNode;
}

/** Floats above the foot of the page while rows are selected. */
export function SelectionBar({ text, clearLabel, onClear, children }: Props) {
  return (
    <Box
      role="toolbar"
      sx={{
        position: "fixed",
        zIndex: 5,
        bottom: 16,
        left: { xs: 8, md: 232 },
        right: { xs: 8, md: 24 },
        mx: "auto",
        width: "fit-content",
        maxWidth: "calc(100% - 16px)",
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 1,
        px: 1.5,
        py: 1,
        bgcolor: "background.paper",
        border: 1,
        borderColor: "divider",
        borderRadius: 1.5,
        boxShadow: "0 4px 16px rgb(0 0 0 / 0.18)",
      }}
    >
      <IconButton aria-label={clearLabel} onClick={onClear}>
        <CloseIcon fontSize="small" />
      </IconButton>
      <Box sx={{ fontWeight: 600, mr: 1 }}>{text}</Box>
      {children}
    </Box>
  );
}
