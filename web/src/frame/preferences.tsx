import ContrastIcon from "@mui/icons-material/Contrast";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Tooltip from "@mui/material/Tooltip";
import { useState } from "react";
import { languages, useLanguage } from "../i18n/language.tsx";
import { type ThemeChoice, useThemeChoice } from "../theme/app-theme.tsx";
import { useFrameMessages } from "./messages.ts";

/** One press changes between the two; the button names the language that one gets. */
export function LanguageSwitch() {
  const { language, setLanguage } = useLanguage();
  const other = languages.find(({ code }) => code !== language) ?? languages[0];
  if (!other) return null;
  return (
    <Button
      variant="text"
      lang={other.code}
      onClick={() => setLanguage(other.code)}
      sx={{ color: "text.secondary", minWidth: 0 }}
    >
      {other.name}
    </Button>
  );
}

export function ThemeSwitch() {
  const m = useFrameMessages();
  const { choice, choose } = useThemeChoice();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const pick = (chosen: ThemeChoice) => {
    choose(chosen);
    setAnchor(null);
  };
  return (
    <>
      <Tooltip title={m.theme.label}>
        <IconButton aria-label={m.theme.label} aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)}>
          <ContrastIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {(["system", "light", "dark"] as const).map((theme) => (
          <MenuItem key={theme} selected={theme === choice} onClick={() => pick(theme)}>
            {m.theme[theme]}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
