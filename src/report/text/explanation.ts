import { printable } from '../printable.ts';
import { paragraph } from '../prose.ts';
import { paint, plainSymbols, type Style } from '../style.ts';
import type { ExplanationView } from '../views.ts';

/** The page of a rule for a terminal: headings bold, prose wrapped, code indented. Without a page what the table says. */
export function explanationText({ rule, page }: ExplanationView, style: Style): string {
  const blocks = blocksOf(page ?? `# ${rule.id}\n\n${rule.severity} · ${rule.family}\n\n${rule.describes}\n`);
  return `${blocks.map((block) => blockText(block, style)).join('\n\n')}\n`;
}

type Block = { readonly kind: 'heading' | 'prose' | 'item' | 'code'; readonly lines: readonly string[] };

/** The blocks of a page of Markdown, of which pages of rules use headings, paragraphs, lists and fenced code. */
function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { readonly kind: Block['kind']; readonly lines: string[] } | undefined;
  const close = () => {
    if (open) blocks.push(open);
    open = undefined;
  };
  for (const line of page.split(/\r?\n/)) {
    if (open?.kind === 'code') {
      if (line.startsWith('```')) close();
      else open.lines.push(line);
    } else if (line.startsWith('```')) {
      close();
      open = { kind: 'code', lines: [] };
    } else if (line.trim() === '') close();
    else if (/^#+ /.test(line)) {
      close();
      blocks.push({ kind: 'heading', lines: [line.replace(/^#+ /, '')] });
    } else if (/^[-*] /.test(line)) {
      close();
      open = { kind: 'item', lines: [line.slice(2)] };
    } else if (open) open.lines.push(line.trim());
    else open = { kind: 'prose', lines: [line] };
  }
  close();
  return blocks;
}

function blockText({ kind, lines }: Block, style: Style): string {
  switch (kind) {
    case 'heading':
      return paint(style, 'strong', plainSymbols(style, printable(lines.join(' '))));
    case 'code':
      return lines.map((line) => `    ${printable(line)}`.trimEnd()).join('\n');
    case 'item':
      return `  - ${paragraph(style, 4, plainProse(lines, style)).slice(4)}`;
    case 'prose':
      return paragraph(style, 0, plainProse(lines, style));
  }
}

/** Prose without the marks of Markdown: what is emphasised or code reads as it is, a link as its text. */
function plainProse(lines: readonly string[], style: Style): string {
  const text = lines
    .join(' ')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/`([^`]+)`/g, '$1');
  return style.unicode ? text : text.replaceAll('·', '-');
}
