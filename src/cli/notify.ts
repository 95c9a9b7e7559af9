import { loadConfig } from '../config/load-config.ts'
import { readNotifySettings } from '../config/notify-file.ts'
import { wallNow } from '../lib/clock.ts'
import { EVENT_KINDS, type EventKind } from '../notify/event.ts'
import { buildSampleEvent } from '../notify/sample.ts'
import type { NotifySettings, Target } from '../notify/settings.ts'
import { NotifySettingsError } from '../notify/settings-error.ts'
import { EXIT, type ProcessContext, UsageError } from './command.ts'
import { defineCommand, type ParsedFlags, unexpectedArgument } from './flags.ts'
import { sendOnce } from './notify/exchange.ts'

const USAGE = `Usage: lynceus notify test TARGET [--event KIND] [flags]
       lynceus notify list [flags]

test sends one sample event to a target of the notifier and shows the exchange: the request without the target's
URL and without the values of its own headers and signatures, the answer, and what the notifier would do next.
It sends once, also to a disabled target; it does not read the cluster and does not change the outbox.
list shows the targets with their formats and filters.

The settings are those of lynceus serve (docs/notifications.md), NOTIFY among them: comma-separated URLs, each named
after its own, such as notify-3f9a1c2b: see list.
`

const FLAGS = {
  'notify-file': { value: 'FILE', variable: 'LYNCEUS_NOTIFY_FILE', text: 'YAML file with targets.' },
  'notify-allow-loopback': {
    value: 'true|false',
    variable: 'LYNCEUS_NOTIFY_ALLOW_LOOPBACK',
    text: 'Allow targets on loopback addresses. Default: false.',
  },
  config: {
    value: 'FILE',
    variable: 'LYNCEUS_CONFIG',
    text: 'A YAML or JSON file with settings by name.',
  },
  event: {
    value: 'KIND',
    text: `Only for test: the kind of event (${EVENT_KINDS.join(', ')}). Default: crashed.`,
  },
}

/** `lynceus notify`: sends samples to the targets of notifications, and lists them. */
export const notify = defineCommand({
  name: 'notify',
  summary: 'Send a sample notification to a target, or list the targets.',
  usage: USAGE,
  flags: FLAGS,
  epilogue: 'Exit codes: 0 delivered (list: done), 1 not delivered, 2 usage or settings.\n',
  maxPositionals: 2,
  run: async (flags, context) => {
    const [action, target] = flags.positionals
    if (action === 'list') {
      if (target !== undefined) throw unexpectedArgument(target)
      return list(context, flags)
    }
    if (action === 'test' && target !== undefined) return test(context, flags, target)
    throw new UsageError('expected "test TARGET" or "list"')
  },
})

function list(context: ProcessContext, flags: ParsedFlags): number {
  const { targets } = readSettings(context, flags).settings
  for (const target of targets)
    context.stdout.write(`${target.name}\t${target.format}\t${describeFilter(target)}\n`)
  return EXIT.pass
}

async function test(context: ProcessContext, flags: ParsedFlags, name: string): Promise<number> {
  const { settings, allowLoopback } = readSettings(context, flags)
  const target = settings.targets.find((one) => one.name === name)
  if (target === undefined) {
    const known = settings.targets.map((one) => one.name).join(', ')
    throw new UsageError(`unknown target "${name}"; the targets are ${known}`)
  }
  const event = buildSampleEvent(parseEventKind(flags.values.event ?? 'crashed'), wallNow())
  const { text, outcome } = await sendOnce(target, event, { allowLoopback, env: context.env })
  context.stdout.write(text)
  if (target.kinds.length > 0 && !target.kinds.includes(event.kind))
    context.stdout.write(
      `${name}: its filter excludes ${event.kind}; it gets only ${target.kinds.join(', ')}\n`,
    )
  return outcome.type === 'delivered' ? EXIT.pass : EXIT.fail
}

function readSettings({ env }: ProcessContext, { values }: ParsedFlags) {
  const given = { notifyFile: values['notify-file'], notifyAllowLoopback: values['notify-allow-loopback'] }
  const config = loadConfig({ flags: given, env, file: values.config || env.LYNCEUS_CONFIG })
  const settings: NotifySettings | null = readNotifySettings(env.NOTIFY, config.notifyFile)
  if (settings === null)
    throw new NotifySettingsError('no targets: set NOTIFY, or --notify-file with targets')
  return { settings, allowLoopback: config.notifyAllowLoopback }
}

function parseEventKind(text: string): EventKind {
  const kind = EVENT_KINDS.find((known) => known === text)
  if (kind === undefined) throw new UsageError(`--event "${text}": expected one of ${EVENT_KINDS.join(', ')}`)
  return kind
}

function describeFilter({ kinds, namespaces, apps }: Target): string {
  const parts = Object.entries({ kinds, namespaces, apps }).filter(([, names]) => names.length > 0)
  return parts.length === 0 ? 'all' : parts.map(([what, names]) => `${what}=${names.join()}`).join(' ')
}
