import t from 'tap'
import { githubCommands, githubSummary } from '../../src/formats/github.ts'
import { answer, BAD, GOOD } from './answers.ts'

t.test('GitHub: commands are escaped, one line each', async (t) => {
  const commands = githubCommands(answer({ verdict: 'fail', workloads: [BAD, GOOD] }), 'k8s/a,b:c.yaml')
  const [first = '', second, ...others] = commands.split('\n')
  t.match(first, '::error file=k8s/a%2Cb%3Ac.yaml,title=deployment/web%3A fail (process-crashing)::a "b"')
  t.match(first, '100%25%0D%0A::error::x, y: z')
  t.match(second, /^::notice /)
  t.same(others, [''])
})

t.test('GitHub: a summary is a table in which text stays text', async (t) => {
  const lines = githubSummary(answer({ verdict: 'fail', workloads: [BAD], workloadsOmitted: 3 })).split('\n')
  t.match(lines[0], /^### ❌ app=web: fail/)
  const row = lines.find((line) => line.includes('deployment/web')) ?? ''
  t.equal(row.replaceAll('\\|', '').split('|').length, 5)
  t.notMatch(row, '<c>')
  t.ok(lines.includes('3 more workloads were left out.'))
})
