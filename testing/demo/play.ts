import { CHAPTERS, type Chapter } from '../scenario/chapters.ts'
import type { Stage } from '../scenario/stage.ts'
import { Asker } from './asker.ts'
import type { Screen } from './screen.ts'

/** How long after the last event of a chapter its verdicts may take, seconds. */
const MAX_ANSWER_SECONDS = 12
/** Pause between two chapters, for reading. */
const BETWEEN_CHAPTERS_SECONDS = 1.2

/** What a question came to. */
export interface Outcome {
  readonly chapter: string
  readonly label: string
  readonly path: string
  readonly expected: string
  readonly got: string
  readonly right: boolean
}

/** Plays all chapters, asking their questions meanwhile. Ends early, between two chapters, once `stopped`. */
export async function play(
  stage: Stage,
  screen: Screen,
  baseUrl: string,
  stopped: () => boolean,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const good = { image: '', hash: '' }
  for (const [index, chapter] of CHAPTERS.entries()) {
    if (stopped()) break
    screen.title(`${index + 1} of ${CHAPTERS.length}: ${chapter.title}`)
    screen.say(chapter.text)
    screen.blank()
    outcomes.push(...(await playChapter(stage, screen, baseUrl, chapter, good.hash)))
    if (chapter.good) {
      good.image = chapter.image
      good.hash = stage.hash
    } else {
      screen.cluster('rolled back to the last good version')
      stage.release(good.image)
      stage.retire(0)
    }
    await stage.wait(BETWEEN_CHAPTERS_SECONDS)
  }
  return outcomes
}

async function playChapter(
  stage: Stage,
  screen: Screen,
  baseUrl: string,
  chapter: Chapter,
  stable: string,
): Promise<readonly Outcome[]> {
  const playing = chapter.play(stage, chapter.image)
  // The chapter's first act, a new revision, is done by now: there is a hash to ask about.
  const hashes = { hash: stage.hash, stable }
  const askers = chapter.questions.map(({ label, path }) => {
    const asked = path(stage, hashes)
    screen.request(label, asked)
    return new Asker(baseUrl, asked, ({ verdict, code, message }) =>
      screen.answer(label, verdict, code, message),
    )
  })
  const asking = Promise.all(askers.map((asker) => asker.run()))
  try {
    await Promise.race([playing, asking])
    return await Promise.all(chapter.questions.map((question, i) => judge(chapter, question, askers[i])))
  } finally {
    for (const asker of askers) asker.stop()
    await asking
  }
}

async function judge(
  chapter: Chapter,
  { label, verdict, code }: Chapter['questions'][number],
  asker: Asker | undefined,
): Promise<Outcome> {
  const right = (await asker?.until(verdict, code, MAX_ANSWER_SECONDS)) === true
  const words = (is: string, why: string | null) => (why === null ? is : `${is} (${why})`)
  const last = asker?.last
  return {
    chapter: chapter.title,
    label,
    path: asker?.path ?? '',
    expected: words(verdict, code),
    got: last ? words(last.verdict, last.code) : 'no answer',
    right,
  }
}
