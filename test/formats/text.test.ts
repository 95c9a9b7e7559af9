import t from 'tap'
import { textLine } from '../../src/formats/text.ts'
import { answer, BAD } from './answers.ts'

t.test('text: one line without control characters, coloured only when asked', async (t) => {
  const line = textLine(answer({ ...BAD }))
  t.match(line, /^05:37:39 fail \(process-crashing\) deployment\/web: a "b"/)
  t.notMatch(line, /\p{Cc}/u)
  t.match(textLine(answer({}), true), '\u001b[32m')
})
