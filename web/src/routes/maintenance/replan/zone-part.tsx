import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useId, useState } from "react";
import { NoteLine } from "../../../components/note-line.tsx";
import { ZoneField } from "../../../components/zone-field.tsx";
import { zoneCity } from "../../../i18n/instant.ts";
import { useReplanPreview } from "../../../services/replans.ts";
import { useMay, useSession } from "../../../services/session.ts";
import { useMaintenanceMessages } from "../messages.ts";
import { ReplanEffects } from "./replan-effects.tsx";
import { useReplan } from "./use-replan.tsx";

/** Moves every schedule of a zone to another; what that changes is shown before it can be done. */
export function ZonePart() {
  const m = useMaintenanceMessages().replan.zone;
  const may = useMay();
  const projectZone = useSession()?.settings.timeZone ?? "UTC";
  const id = useId();
  const [from, setFrom] = useState("UTC");
  const [to, setTo] = useState(projectZone);
  const [shown, setShown] = useState<Readonly<Record<string, string>>>();
  const preview = useReplanPreview(shown);
  const { run, isBusy, result } = useReplan();
  const isSame = from === to;
  const isShown = shown?.[from] === to;
  return (
    <Box component="section" aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, typography: "h2" }}>
        {m.title}
      </Box>
      <Box sx={{ color: "text.secondary", mb: 1.5, textWrap: "pretty" }}>{m.text}</Box>
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "1fr 1fr auto" },
          gap: 1.5,
          alignItems: "start",
        }}
      >
        <ZoneField label={m.from} value={from} onChange={setFrom} />
        <ZoneField label={m.to} value={to} onChange={setTo} />
        <Button
          disabled={isSame || from === "" || to === ""}
          onClick={() => setShown({ [from]: to })}
          sx={{ height: 38 }}
        >
          {m.show}
        </Button>
      </Box>
      {isSame && <NoteLine state="skipped">{m.same}</NoteLine>}
      {isShown && (
        <>
          <ReplanEffects preview={preview} span="year" />
          {may("periodic-tasks.edit") && preview.data && preview.data.schedules > 0 && (
            <Button
              variant="contained"
              loading={isBusy}
              sx={{ mt: 2 }}
              onClick={() => void run({ [from]: to }).then((isDone) => isDone && setShown(undefined))}
            >
              {m.action(zoneCity(to))}
            </Button>
          )}
        </>
      )}
      {result}
    </Box>
  );
}
