/** The product's mark: a pair of wooden clappers. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
      <path d="M8.2 3.5 13 5.1 8.8 28.5 4 26.9z" />
      <path d="M23.8 3.5 19 5.1l4.2 23.4 4.8-1.6z" />
    </svg>
  );
}
