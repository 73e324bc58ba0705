/**
 * Runs that a clock which was ahead has sent, and that would wait until their times come: they are late by nobody's wish, and begin now. What a
 * person put off has no nominal time, and waits. Parameters: now, and how far ahead is too far.
 */
export const releaseEarlySql = (now: string, beyond: string) =>
  `update run_live set available_at = ${now} where state = 'scheduled' and available_at > ${beyond} and nominal_at > ${beyond}`;
