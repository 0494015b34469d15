import { renderCompact } from './compact.ts';
import type { RenderContext } from './context.ts';
import { renderGithub } from './github.ts';
import { renderGitlab } from './gitlab.ts';
import { renderJson } from './json.ts';
import { renderJsonl } from './jsonl.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';
import { renderText } from './text.ts';
import type { View } from './views.ts';

/** One output format. */
export type Reporter = {
  readonly describes: string;
  /** Whether it is read by programs: then a failure is told in it too, and progress stays off stdout. */
  readonly machine: boolean;
  /** The whole text of a view, with its last line end. */
  render(view: View, context: RenderContext): string;
};

/** All output formats: a new one is a file and a row here. */
export const REPORTERS = {
  text: { describes: 'for people', machine: false, render: renderText },
  compact: { describes: 'one line for each finding', machine: false, render: renderCompact },
  json: { describes: 'one document, see schema/report.json', machine: true, render: renderJson },
  jsonl: { describes: 'one event on each line as it happens, see schema/events.json', machine: true, render: renderJsonl },
  github: { describes: 'annotations of GitHub Actions', machine: true, render: renderGithub },
  gitlab: { describes: 'Code Quality of GitLab', machine: true, render: renderGitlab },
  sarif: { describes: 'SARIF 2.1.0, for code scanning', machine: true, render: renderSarif },
  junit: { describes: 'test cases in XML', machine: true, render: renderJunit },
  markdown: { describes: 'for summaries of jobs and comments', machine: true, render: renderMarkdown },
} as const satisfies Record<string, Reporter>;

/** The name of an output format. */
export type Format = keyof typeof REPORTERS;

/** All names, in the order of the help. */
export const ALL_FORMATS = Object.keys(REPORTERS) as readonly Format[];

/** Those of every command: events are told where things happen one by one. */
export const FORMATS = ALL_FORMATS.filter((name) => name !== 'jsonl');
