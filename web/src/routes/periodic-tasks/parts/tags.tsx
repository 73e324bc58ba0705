import Box from "@mui/material/Box";
import { Link } from "react-router-dom";

/** Tags as `#billing`, each leading to the list narrowed to it. */
export function Tags({ tags }: { tags: readonly string[] }) {
  return tags.map((tag) => (
    <Box
      key={tag}
      component={Link}
      to={`/periodic-tasks?tag=${encodeURIComponent(tag)}`}
      sx={{ color: "text.secondary", textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
    >
      #{tag}
    </Box>
  ));
}
