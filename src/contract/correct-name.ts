/** What a name would be in the form that the language asks for; undefined where nothing sensible comes of it. By the definition in the schema. */
export function correctName(definition: string | undefined, written: string): string | undefined {
  const [name = '', major = '', ...more] = written.split(/(?=@)/);
  switch (definition) {
    case 'name':
    case 'name-or-all':
      return toKebabCase(written);
    case 'type-name':
      return toPascalCase(written);
    case 'interaction-name':
      return more.length === 0 && /^(?:@[1-9]\d*)?$/.test(major) ? append(toKebabCase(name), major) : undefined;
    case 'interaction-id': {
      const [service = '', interaction = '', ...rest] = name.split('.');
      const corrected = rest.length === 0 ? [toKebabCase(service), toKebabCase(interaction)] : [undefined];
      return corrected.includes(undefined) || !/^(?:@[1-9]\d*)?$/.test(major) ? undefined : corrected.join('.') + major;
    }
    default:
      return undefined;
  }
}

function append(name: string | undefined, major: string): string | undefined {
  return name === undefined ? undefined : name + major;
}

/** The words of a name, however they are told apart: by signs, by capitals. */
function wordsOf(written: string): readonly string[] {
  return written.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|\d+/g) ?? [];
}

function toKebabCase(written: string): string | undefined {
  const name = wordsOf(written).join('-').toLowerCase();
  return isSame(name, written) && /^[a-z]/.test(name) ? name : undefined;
}

function toPascalCase(written: string): string | undefined {
  const name = wordsOf(written)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return isSame(name, written) && /^[A-Z]/.test(name) ? name : undefined;
}

/** Whether no letter was lost: letters of other alphabets have no place in names, and leaving them out would make another name. */
function isSame(name: string, written: string): boolean {
  return name !== '' && name.replaceAll('-', '').toLowerCase() === written.replace(/[\s._/:-]+/g, '').toLowerCase();
}
