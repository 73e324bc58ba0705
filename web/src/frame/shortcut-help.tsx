import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useShortcutList } from "../components/shortcuts.tsx";
import { useFrameMessages } from "./messages.ts";

export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const m = useFrameMessages();
  const shortcuts = useShortcutList(open);
  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" fullWidth>
      <DialogTitle>{m.shortcuts.title}</DialogTitle>
      <DialogContent>
        <Box
          component="dl"
          sx={{
            m: 0,
            display: "grid",
            gridTemplateColumns: "auto 1fr",
            columnGap: 2,
            rowGap: 0.75,
            alignItems: "center",
          }}
        >
          {shortcuts.map(({ keys, label }) => [
            <Box component="dt" key={`${keys}-keys`} sx={{ display: "flex", gap: 0.5 }}>
              {keys.split(" ").map((key) => (
                <Box
                  component="kbd"
                  key={key}
                  sx={{
                    border: 1,
                    borderColor: "divider",
                    borderRadius: 1,
                    px: 0.75,
                    minWidth: 24,
                    textAlign: "center",
                    bgcolor: "sunken",
                  }}
                >
                  {key}
                </Box>
              ))}
            </Box>,
            <Box component="dd" key={keys} sx={{ m: 0 }}>
              {label}
            </Box>,
          ])}
        </Box>
      </DialogContent>
    </Dialog>
  );
}
