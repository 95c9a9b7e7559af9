/** Columns of the classic terminal: fits on any screen, and is what programs take where none are reported. */
const USUAL_COLUMNS = 80

/**
 * How wide text may be on an output. A pty that nobody gave a size reports 0 columns (as in some CI runners and
 * containers), a file or a pipe none: both are taken as 80.
 */
export function resolveColumns({ columns }: { readonly columns?: number }): number {
  return columns === undefined || columns <= 0 ? USUAL_COLUMNS : columns
}
