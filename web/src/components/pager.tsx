import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useLocation, useNavigate } from "react-router-dom";
import { useFormat } from "../i18n/use-format.ts";
import type { Page } from "../services/wire.ts";
import { useComponentMessages } from "./messages.ts";

/**
 * Previous and Next over keyset pages. The cursor is the address's `after`; the way back is kept with the history entry, and a
 * pasted link goes back to the first page.
 */
export function Pager({ page }: { page: Pick<Page<unknown>, "next" | "count"> }) {
  const m = useComponentMessages();
  const format = useFormat();
  const navigate = useNavigate();
  const location = useLocation();
  const params = new URLSearchParams(location.search);
  const after = params.get("after");
  const trail = (location.state as { trail?: string[] } | null)?.trail ?? [];
  const go = (cursor: string | undefined, newTrail: string[]) => {
    const next = new URLSearchParams(location.search);
    if (cursor === undefined || cursor === "") next.delete("after");
    else next.set("after", cursor);
    void navigate({ search: next.toString() }, { state: { trail: newTrail } });
    window.scrollTo({ top: 0 });
  };
  if (after === null && page.next === null && !page.count) return null;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1, py: 1.5, color: "text.secondary", fontSize: 13 }}>
      <span>{page.count && m.count(format.number(page.count.value), page.count.capped)}</span>
      <Box sx={{ flex: 1 }} />
      {(after !== null || page.next !== null) && (
        <>
          <Button disabled={after === null} onClick={() => go(trail.at(-1), trail.slice(0, -1))}>
            {m.previous}
          </Button>
          <Button disabled={page.next === null} onClick={() => go(page.next ?? undefined, [...trail, after ?? ""])}>
            {m.next}
          </Button>
        </>
      )}
    </Box>
  );
}
