import { readFileSync } from 'node:fs'
import t from 'tap'
import { generateReasons } from '../../scripts/generate-reasons.ts'
import { RULE_IDS, RULES } from '../../src/rules/index.ts'

t.test('docs/reasons.md is current and has a section for each rule, in their order', async (t) => {
  const document = generateReasons()
  t.equal(readFileSync(new URL('../../docs/reasons.md', import.meta.url), 'utf8'), document)
  t.same(
    [...document.matchAll(/^## (.+)$/gm)].map(([, rule]) => rule),
    RULE_IDS,
  )
  t.notMatch(document, /undefined|null/)
})

t.test(
  'texts say what is counted and when patience holds, for every such threshold and no other',
  async (t) => {
    t.same([...new Set(RULE_IDS)], RULE_IDS, 'each id once')
    for (const { id, times, counts, patientSeconds, texts } of RULES) {
      t.equal(counts !== undefined, times !== undefined, `${id}: times`)
      t.equal(texts.patient !== undefined, patientSeconds !== undefined, `${id}: patientSeconds`)
      t.ok(texts.matches.length > 0, id)
    }
  },
)
