import PersonIcon from "@mui/icons-material/PersonOutlined";
import Button from "@mui/material/Button";
import Divider from "@mui/material/Divider";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState } from "react";
import { useLogout } from "react-admin";
import { Link } from "react-router-dom";
import type { NavLink } from "../feature.ts";
import { languages, useLanguage } from "../i18n/language.tsx";
import { useFormat } from "../i18n/use-format.ts";
import { useSession } from "../services/session.ts";
import { useFrameMessages } from "./messages.ts";

export function UserMenu({ links }: { links: readonly NavLink[] }) {
  const m = useFrameMessages();
  const format = useFormat();
  const { language, setLanguage } = useLanguage();
  const other = language === "ja" ? "en" : "ja";
  const session = useSession();
  const logout = useLogout();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  const name = session?.user.displayName || session?.user.username || "";
  return (
    <>
      <Button
        variant="text"
        aria-haspopup="menu"
        aria-label={m.user(name)}
        onClick={(event) => setAnchor(event.currentTarget)}
        startIcon={<PersonIcon fontSize="small" />}
        sx={{
          color: "text.secondary",
          minWidth: 0,
          maxWidth: 180,
          "& .MuiButton-startIcon": { mr: { xs: 0, md: 0.75 } },
        }}
      >
        <span className="wide-only">{name}</span>
      </Button>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={close}>
        {links.map((link) => (
          <MenuItem key={link.to} component={Link} to={link.to} onClick={close}>
            {format.text(link.label)}
          </MenuItem>
        ))}
        {links.length > 0 && <Divider />}
        <MenuItem
          className="narrow-only"
          onClick={() => {
            setLanguage(other);
            close();
          }}
        >
          {languages.find(({ code }) => code === other)?.name}
        </MenuItem>
        <MenuItem onClick={() => void logout()}>{m.signOut}</MenuItem>
      </Menu>
    </>
  );
}
