/** How text may look where it is shown. Decided once, at the edge, and handed to every renderer. */
export type Style = {
  readonly color: boolean;
  /** Whether other characters than ASCII can be shown. */
  readonly unicode: boolean;
  /** Columns at which prose wraps; absent where nothing wraps (no terminal). */
  readonly width?: number;
  /** Whether raw broker texts are shown. */
  readonly verbose: boolean;
};

/** The style of a file or a pipe. */
export const PLAIN: Style = { color: false, unicode: true, verbose: false };

/** What a colour is used for; the palette is that of 16-colour terminals. */
export type Paint = 'bad' | 'caution' | 'good' | 'reference' | 'faint' | 'strong';

const codes: Readonly<Record<Paint, readonly [open: number, close: number]>> = {
  bad: [31, 39],
  caution: [33, 39],
  good: [32, 39],
  reference: [36, 39],
  faint: [2, 22],
  strong: [1, 22],
};

/** Colours a text where colours are wanted. Colour never carries meaning alone. */
export function paint(style: Style, colour: Paint, text: string): string {
  if (!style.color || text === '') return text;
  const [open, close] = codes[colour];
  return `\u001b[${open}m${text}\u001b[${close}m`;
}

const symbols = {
  breaking: ['×', 'x'],
  undecided: ['?', '?'],
  risky: ['!', '!'],
  compatible: ['✓', 'ok'],
  create: ['+', '+'],
  change: ['~', '~'],
  migrate: ['»', '>'],
  delete: ['-', '-'],
  refuse: ['!', '!'],
  bar: ['│', '|'],
  arrow: ['→', '->'],
  ellipsis: ['…', '...'],
} as const;

export type SymbolName = keyof typeof symbols;

/** A symbol, or what stands for it in ASCII. */
export function symbol(style: Style, name: SymbolName): string {
  return symbols[name][style.unicode ? 0 : 1];
}

/** Text of ours or of names we made, with our own symbols in ASCII where nothing else can be shown. Not for code: columns would move. */
export function plainSymbols(style: Style, text: string): string {
  return style.unicode ? text : text.replaceAll('→', '->').replaceAll('…', '...');
}
