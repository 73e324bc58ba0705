import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { useId } from "react";
import { useFormat } from "../../../i18n/use-format.ts";
import type { Forecast } from "../../../services/wire.ts";
import { useForecastMessages } from "../messages.ts";

interface Props {
  peaks: Forecast["peaks"];
  chosenAt: number;
  zone: string;
  onChoose: (at: number) => void;
}

const shown = 10;

/** The fullest minutes of the week; each leads to its place on the map. */
export function PeakList({ peaks, chosenAt, zone, onChoose }: Props) {
  const m = useForecastMessages();
  const format = useFormat();
  const id = useId();
  const most = peaks[0]?.firings ?? 1;
  return (
    <section aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, mb: 0.5, typography: "h2" }}>
        {m.week.peaks}
      </Box>
      {peaks.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.week.noPeaks}</Box>}
      <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {peaks.slice(0, shown).map(({ at, firings }) => (
          <Box component="li" key={at} sx={{ borderTop: 1, borderColor: "rule" }}>
            <ButtonBase
              aria-current={at === chosenAt}
              onClick={() => onChoose(at)}
              sx={{
                display: "grid",
                gridTemplateColumns: "minmax(0, 1fr) 90px 64px",
                alignItems: "center",
                columnGap: 1.5,
                width: "100%",
                minHeight: 32,
                px: 0.5,
                fontFamily: "inherit",
                fontSize: 14,
                textAlign: "left",
                "&:hover": { bgcolor: "action.hover" },
                "&[aria-current='true']": { bgcolor: "action.selected" },
              }}
            >
              <span>{format.shortInstant(at, zone)}</span>
              <Box aria-hidden sx={{ height: 8 }}>
                <Box
                  sx={{ height: 8, borderRadius: 0.5, bgcolor: "text.secondary", width: `${(firings / most) * 100}%` }}
                />
              </Box>
              <Box component="span" sx={{ textAlign: "right" }}>
                {format.number(firings)}
              </Box>
            </ButtonBase>
          </Box>
        ))}
      </Box>
    </section>
  );
}
