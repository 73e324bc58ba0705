import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { ReactNode } from "react";

interface Props {
  /** Numbers, and what is done with a row, stand on the right. */
  columns: readonly { key: string; label: ReactNode; isNumber?: boolean; isWideOnly?: boolean }[];
  children: ReactNode;
}

/** A plain table; what does not fit a phone scrolls within it. Cells take the classes `number` and `wide-only` of their column. */
export function ScrollTable({ columns, children }: Props) {
  return (
    <Box sx={{ overflowX: "auto", mx: { xs: -2, md: 0 }, px: { xs: 1, md: 0 } }}>
      <Table sx={{ "& .number": { textAlign: "right" }, "& td": { height: 40, py: 0.25 } }}>
        <TableHead>
          <TableRow>
            {columns.map(({ key, label, isNumber, isWideOnly }) => (
              <TableCell key={key} className={`${isNumber ? "number" : ""} ${isWideOnly ? "wide-only" : ""}`}>
                {label}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>{children}</TableBody>
      </Table>
    </Box>
  );
}
