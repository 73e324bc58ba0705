import Button from "@mui/material/Button";
import { useComponentMessages } from "./messages.ts";

/** "3 new": what waits above the rows one reads. */
export function NewRowsPill({ count, onShow }: { count: number; onShow: () => void }) {
  const m = useComponentMessages();
  if (count === 0) return null;
  return (
    <Button
      variant="contained"
      onClick={onShow}
      sx={{ position: "sticky", top: 60, zIndex: 3, display: "block", mx: "auto", mb: -4, borderRadius: 16 }}
    >
      {m.waitingForRows(count)}
    </Button>
  );
}
