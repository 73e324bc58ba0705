import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useComponentMessages } from "./messages.ts";

/** Holds the place of a page whose code or data is on its way. */
export function LoadingPage() {
  const m = useComponentMessages();
  return (
    <Box aria-busy="true" aria-label={m.loading} sx={{ pt: 2 }}>
      <Skeleton width={220} height={32} />
      <LoadingRows />
    </Box>
  );
}

export function LoadingRows({ rows = 8, height = 44 }: { rows?: number; height?: number }) {
  const names = Array.from({ length: rows }, (_, index) => `row-${index}`);
  return (
    <Box sx={{ pt: 2 }}>
      {names.map((name) => (
        <Box
          key={name}
          sx={{ height, display: "flex", alignItems: "center", gap: 3, borderBottom: 1, borderColor: "rule" }}
        >
          <Skeleton width="28%" />
          <Skeleton width="22%" />
          <Skeleton width="14%" />
          <Skeleton width="18%" />
        </Box>
      ))}
    </Box>
  );
}
