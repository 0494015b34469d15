import type { RenderContext } from './context.ts';
import { comparisonText } from './text/comparison.ts';
import { explanationText } from './text/explanation.ts';
import { failureText } from './text/failure.ts';
import { formattingText } from './text/formatting.ts';
import { generationText } from './text/generation.ts';
import { initializationText } from './text/initialization.ts';
import { planText } from './text/plan.ts';
import { provisionText } from './text/provision.ts';
import { rulesText } from './text/rules.ts';
import { validationText } from './text/validation.ts';
import type { View } from './views.ts';

/** A view for people. */
export function renderText(view: View, context: RenderContext): string {
  switch (view.kind) {
    case 'validation':
      return validationText(view, context);
    case 'initialization':
      return initializationText(view, context);
    case 'generation':
      return generationText(view, context);
    case 'formatting':
      return formattingText(view, context);
    case 'comparison':
      return comparisonText(view, context);
    case 'plan':
      return planText(view, context);
    case 'provision':
      return provisionText(view, context);
    case 'rules':
      return rulesText(view, context.style);
    case 'explanation':
      return explanationText(view, context.style);
    case 'failure':
      return failureText(view, context.style);
  }
}
