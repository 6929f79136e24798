/** Kura's mark: a storehouse, drawn in the colour of the text around it. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M16 3 2.5 11.2l1.4 2.2L6 12.1V28h20V12.1l2.1 1.3 1.4-2.2zM11.5 18.5h9V28h-9z"
        fill="currentColor"
        fillRule="evenodd"
      />
      <path d="M12.9 20h2.4v6.4h-2.4zm3.8 0h2.4v6.4h-2.4z" fill="currentColor" />
      <circle className="mark-eye" cx="16" cy="12.6" r="2" />
    </svg>
  );
}
