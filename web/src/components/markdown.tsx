import Box from "@mui/material/Box";
import ReactMarkdown from "react-markdown";

/** Markdown as it was written by a colleague: no HTML of its own, links open beside the admin. */
export default function Markdown({ text }: { text: string }) {
  return (
    <Box
      sx={{
        maxWidth: 720,
        overflowWrap: "anywhere",
        "& h1": { typography: "h2", mt: 2, mb: 0.5 },
        "& h2, & h3, & h4": { typography: "h3", mt: 2, mb: 0.5 },
        "& > :first-of-type": { mt: 0 },
        "& > :last-child": { mb: 0 },
        "& p, & ul, & ol": { mt: 0.5, mb: 1 },
        "& ul, & ol": { pl: 3 },
        "& pre": { p: 1.5, bgcolor: "sunken", border: 1, borderColor: "rule", borderRadius: 1, overflowX: "auto" },
        "& :not(pre) > code": { bgcolor: "sunken", border: 1, borderColor: "rule", borderRadius: 0.5, px: 0.5 },
        "& img": { maxWidth: "100%" },
      }}
    >
      <ReactMarkdown
        components={{
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noreferrer">
              {children}
            </a>
          ),
        }}
      >
        {text}
      </ReactMarkdown>
    </Box>
  );
}
