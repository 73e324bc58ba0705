import ExpandMoreIcon from "@mui/icons-material/ExpandMore";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { useId, useState } from "react";
import { Link } from "react-router-dom";
import { ValueDiff } from "../../components/value-diff.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { useModels } from "../../services/models.ts";
import type { ChangeView } from "../../services/wire.ts";
import { useChangeMessages } from "./messages.ts";

/** Where what was changed can be looked at; what is gone has no place any more. */
function placeOf({ resource, resourceId, action }: ChangeView): string | undefined {
  if (action === "deleted") return undefined;
  if (resource === "periodic-task") return `/periodic-tasks/${resourceId}`;
  if (resource === "pause") return /^(queue|worker|host):/.test(resourceId) ? "/workers" : "/pauses";
  if (resource === "calendar") return `/calendars/${resourceId}`;
  if (resource === "schedules") return "/maintenance";
  if (resource === "user") return `/users/${resourceId}`;
  if (resource === "group") return `/groups/${resourceId}`;
  if (resource === "run") return `/runs/${encodeURIComponent(resourceId)}`;
  if (resource.startsWith("model:")) return `/models/${resource.slice(6)}/${encodeURIComponent(resourceId)}`;
  return undefined;
}

/** The word for the kind of thing that was changed. */
export function useResourceWord(): (resource: string) => string {
  const m = useChangeMessages();
  const format = useFormat();
  const { data: models } = useModels();
  return (resource) => {
    const own: Readonly<Record<string, string>> = m.resources;
    const model = models?.find(({ name }) => resource === `model:${name}`);
    return own[resource] ?? (model ? format.text(model.label) : resource.replace(/^model:/, ""));
  };
}

function useSentence(): (change: ChangeView, word: string) => string {
  const m = useChangeMessages();
  return ({ resource, resourceId, action, label: name }, word) => {
    const label = name === "" ? resourceId : name;
    const said: Readonly<Record<string, (what: string, label: string) => string>> = m.said;
    const ofAll: Readonly<Record<string, string>> = resourceId === "all" ? m.ofAll : {};
    if (resource === "schedules" && action === "replanned") return m.replanned(resourceId, label);
    if (resource === "calendar" && action === "archived") return m.calendarArchived(label);
    if (resource === "pause") {
      const scope = resourceId.split(":")[0] ?? "";
      const what = (m.scopes as Readonly<Record<string, string>>)[scope] ?? word;
      if (action === "paused" && (scope === "worker" || scope === "host")) return m.drained(what, label);
      return ofAll[action] ?? said[action]?.(what, label) ?? m.other(action, what, label);
    }
    return said[action]?.(word, label) ?? m.other(action, word, label);
  };
}

/** One change as a sentence; opened, what was before and what is after. */
export function ChangeRow({ change }: { change: ChangeView }) {
  const m = useChangeMessages();
  const word = useResourceWord()(change.resource);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const sentence = useSentence()(change, word);
  const place = placeOf(change);
  const hasDetails = change.before !== null || change.after !== null;
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: "rule" }}>
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr) auto", md: "130px 140px minmax(0, 1fr) auto" },
          columnGap: 2,
          alignItems: "center",
          minHeight: 40,
          py: { xs: 0.75, md: 0 },
        }}
      >
        <Box sx={{ color: "text.secondary", fontSize: { xs: 13, md: 14 } }}>
          <When at={change.at} />
          <Box component="span" sx={{ display: { md: "none" } }}>
            {" "}
            · {change.by}
          </Box>
        </Box>
        <Box sx={{ display: { xs: "none", md: "block" }, overflow: "hidden", textOverflow: "ellipsis" }}>
          {change.by}
        </Box>
        <Box sx={{ gridRow: { xs: 2, md: "auto" }, overflowWrap: "anywhere" }}>
          {place === undefined ? sentence : <Link to={place}>{sentence}</Link>}
        </Box>
        {hasDetails && (
          <ButtonBase
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={sentence}
            onClick={() => setOpen(!isOpen)}
            sx={{ gridRow: { xs: "1 / 3", md: "auto" }, p: 0.75, borderRadius: 1, color: "text.secondary" }}
          >
            <ExpandMoreIcon fontSize="small" sx={{ transform: isOpen ? "rotate(180deg)" : undefined }} />
          </ButtonBase>
        )}
      </Box>
      {isOpen && (
        <Box id={id} sx={{ pb: 1.5, pl: { md: "146px" } }}>
          <ValueDiff
            before={change.before}
            after={change.after}
            omit={["version", "updatedAt"]}
            labels={{ before: m.before, after: m.after, none: m.same }}
          />
        </Box>
      )}
    </Box>
  );
}
