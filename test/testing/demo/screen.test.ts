import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { Screen } from '../../../testing/demo/screen.ts'

function show(colours: boolean, columns: number, draw: (screen: Screen) => void): string {
  const written: string[] = []
  let now = 100
  const screen = new Screen({ write: (text) => written.push(text), colours, columns, now: () => now })
  now += 1.25
  draw(screen)
  return written.join('')
}

t.test('colours only where they are wanted', async (t) => {
  const draw = (screen: Screen) => screen.answer('canary', 'fail', 'process-crashing', 'It crashes.')
  const plain = show(false, 80, draw)
  t.equal(stripVTControlCharacters(plain), plain, 'plain text has no control characters')
  const coloured = show(true, 80, draw)
  t.not(coloured, plain)
  t.equal(stripVTControlCharacters(coloured), plain, 'the words are the same')
})

t.test('lines', async (t) => {
  const text = show(false, 60, (screen) => {
    screen.title('1 of 2: A title')
    screen.cluster('pod/a Ready')
    screen.request('canary', '/analyze?a=b')
    screen.answer('canary', 'pending', null, `long ${'words '.repeat(20)}end`)
    screen.outcome(true, 'good')
    screen.outcome(false, 'bad')
    screen.command(
      "curl 'http://127.0.0.1:8080/analyze?namespace=shop&kind=deployment&name=checkout&detail=full'",
    )
  })
  t.match(text, /── 1 of 2: A title ─+\n/)
  t.match(text, / 1\.3s {2}cluster {2}pod\/a Ready\n/)
  t.match(text, /asking {3}canary: GET \/analyze\?a=b\n/)
  t.match(text, /verdict {2}canary: PENDING\n/)
  t.match(text, /✓ good\n {2}✗ bad\n/)
  const long = text.split('\n').filter((line) => line.length > 60)
  t.equal(long.length, 1, 'all fits but what is to be copied')
  t.match(long[0], /^ {2}curl/)
})
