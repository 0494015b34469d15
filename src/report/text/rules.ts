import { printable } from '../printable.ts';
import { count, padColumns, paragraph } from '../prose.ts';
import type { RuleSummary } from '../rule-table.ts';
import { type Paint, paint, type Style } from '../style.ts';
import type { RulesView } from '../views.ts';

const colours: Readonly<Record<RuleSummary['severity'], Paint>> = {
  error: 'bad',
  warning: 'caution',
  info: 'reference',
  change: 'good',
};
/** Below this width what a rule is about stands under its id rather than beside it. */
const WIDE = 90;

/** The rules, family by family: id, how bad, what about. */
export function rulesText({ rules }: RulesView, style: Style): string {
  const families = [...new Set(rules.map(({ family }) => family))];
  const idWidth = Math.max(0, ...rules.map(({ id }) => id.length));
  const parts = families.map((family) => {
    const lines = rules.filter((rule) => rule.family === family).map((rule) => ruleLine(rule, idWidth, style));
    return `${paint(style, 'strong', family)}\n${lines.join('\n')}\n`;
  });
  const end = paragraph(style, 0, `${count(rules.length, 'rule')}. Run msgctl explain ID for what one means and what to do.`);
  return [...parts, `${end}\n`].join('\n');
}

function ruleLine({ id, severity, describes }: RuleSummary, idWidth: number, style: Style): string {
  const head = `  ${paint(style, 'reference', padColumns(id, idWidth))}  ${paint(style, colours[severity], padColumns(severity, 7))}`;
  if (style.width !== undefined && style.width < WIDE) return `${head.trimEnd()}\n${paragraph(style, 6, describes)}`;
  const indent = idWidth + 13;
  return `${head}  ${paragraph(style, indent, printable(describes)).slice(indent)}`;
}
