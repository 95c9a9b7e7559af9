import { readFileSync } from 'node:fs'
import t from 'tap'
import { generateReasons } from '../../scripts/generate-reasons.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import { RULE_IDS } from '../../src/rules/rule-ids.ts'
import { RULE_TEXTS } from '../../src/rules/texts/index.ts'

t.test('docs/reasons.md is current and has a section for each rule, in their order', async (t) => {
  const document = generateReasons()
  t.equal(readFileSync(new URL('../../docs/reasons.md', import.meta.url), 'utf8'), document)
  t.same(
    [...document.matchAll(/^## (.+)$/gm)].map(([, rule]) => rule),
    [...RULE_IDS, 'Notes'],
  )
  t.notMatch(document, /undefined|null/)
})

t.test(
  'texts say what is counted and when patience holds, for every such threshold and no other',
  async (t) => {
    t.same(Object.keys(RULE_TEXTS).toSorted(), RULE_IDS.toSorted())
    for (const rule of RULE_IDS) {
      const { counts, patient, matches } = RULE_TEXTS[rule]
      const { times, patientSeconds } = LYNCEUS.rules[rule]
      t.equal(counts !== undefined, times !== undefined, `${rule}: times`)
      t.equal(patient !== undefined, patientSeconds !== undefined, `${rule}: patientSeconds`)
      t.ok(matches.length > 0, rule)
    }
  },
)
