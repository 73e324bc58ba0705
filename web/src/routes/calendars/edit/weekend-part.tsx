import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { useId } from "react";
import { useLanguage } from "../../../i18n/language.tsx";
import { useCalendarMessages } from "../messages.ts";
import { useDateFormat } from "../year/date-format.ts";

interface Props {
  weekend: readonly number[];
  canEdit: boolean;
  onChange: (weekend: number[]) => void;
  error: string | undefined;
}

export function WeekendPart({ weekend, canEdit, onChange, error }: Props) {
  const m = useCalendarMessages();
  const format = useDateFormat();
  const { language } = useLanguage();
  const id = useId();
  const order = language === "ja" ? [0, 1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5, 6, 0];
  return (
    <section aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, mb: 1, typography: "h3" }}>
        {m.weekend}
      </Box>
      <ToggleButtonGroup
        value={[...weekend]}
        disabled={!canEdit}
        onChange={(_, days: number[]) => onChange([...days].sort((a, b) => a - b))}
        aria-labelledby={id}
        size="small"
        fullWidth
      >
        {order.map((day) => (
          <ToggleButton
            key={day}
            value={day}
            aria-label={format.longWeekday(day)}
            sx={{ px: 0, height: 32, fontSize: 13, textTransform: "none" }}
          >
            {format.shortWeekday(day)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {error !== undefined && <FormHelperText error>{error}</FormHelperText>}
    </section>
  );
}
