/** How a day of a calendar is shown. */
export interface DayMark {
  /** `open` is a working day although the weekend or a holiday says otherwise. */
  kind: "working" | "weekend" | "closed" | "open";
  /** The holiday's or the own day's name. */
  name: string;
  /** Written by hand rather than by the country's holidays or the weekend. */
  isOwn: boolean;
  /** Differs from what is saved. */
  isChanged: boolean;
}
