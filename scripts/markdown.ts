/** A table with these headings. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => '---'), ...rows].map((cells) => row(...cells)).join('')
}

/** As code; empty text stays empty. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
}
