import { annotationsOf } from './annotations.ts';
import { place, type RenderContext } from './context.ts';
import { printable } from './printable.ts';
import type { View } from './views.ts';

/** One line for each remark, as compilers write them: `file:line:column: error id: message`. Nothing where there is nothing to say. */
export function renderCompact(view: View, context: RenderContext): string {
  return annotationsOf(view, context)
    .map(({ at, file, label, id, message }) => {
      const where = at ? place(context, at) : file === undefined ? '' : context.path(file);
      return `${where === '' ? 'msgctl' : printable(where)}: ${label} ${printable(id)}: ${printable(message)}\n`;
    })
    .join('');
}
