/** Ends (or begins) what was shortened. */
const ELLIPSIS = '…'
/** Stands for what was left out between a start and an end. */
const MIDDLE = ` ${ELLIPSIS} `

/** Shortens a text to a number of characters (UTF-16 units), the ellipsis included. No pair of surrogates is split. */
export function truncate(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  return maxCharacters < 1 ? '' : withoutHalf(text.slice(0, maxCharacters - 1)) + ELLIPSIS
}

/** Shortens a text to its last characters. */
export function truncateStart(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  if (maxCharacters < 1) return ''
  const end = text.slice(text.length - maxCharacters + 1)
  return ELLIPSIS + (isLowSurrogate(end.charCodeAt(0)) ? end.slice(1) : end)
}

/** Shortens a text to a number of characters: `maxStart` from its start, the others from its end. */
export function truncateMiddle(text: string, maxCharacters: number, maxStart: number): string {
  if (text.length <= maxCharacters) return text
  const start = withoutHalf(text.slice(0, maxStart))
  return (
    start.trimEnd() +
    MIDDLE +
    truncateStart(text, maxCharacters - maxStart - MIDDLE.length + 1)
      .slice(1)
      .trimStart()
  )
}

/** Shortens a text to a number of bytes of UTF-8, the ellipsis included. */
export function truncateBytes(text: string, maxBytes: number): string {
  // Each UTF-16 unit is at most 3 bytes of UTF-8, so most texts need no counting.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text
  let bytes = Buffer.byteLength(ELLIPSIS)
  if (bytes > maxBytes) return ''
  let length = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    length += character.length
  }
  return text.slice(0, length) + ELLIPSIS
}

function withoutHalf(text: string): string {
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** `min-pods` of `minPods`. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
