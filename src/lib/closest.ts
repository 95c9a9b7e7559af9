/** The known name that a misspelt one was most likely meant to be; undefined when none is near. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const wanted = simplified(name)
  const ranked = known.map((one) => ({ one, distance: editDistance(wanted, simplified(one)) }))
  const [best] = ranked.toSorted((left, right) => left.distance - right.distance)
  return best !== undefined && best.distance <= (wanted.length < 4 ? 1 : 2) ? best.one : undefined
}

/** Case, dashes and underscores are what differs most often. */
function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '').slice(0, 40)
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}
