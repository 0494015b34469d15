/**
 * The password of a URL's authority: `scheme://user:password@`, up to the last `@` before a space or a quote. Passwords are often written
 * with a `/` or a `#` that should be escaped, so rather too much is masked than too little. What is all asterisks is masked already (a code frame
 * relies on its length). The scheme is bounded, as is the work.
 */
const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/?#"']*):(?!\*+@[^\s"'@]*(?:[\s"']|$))[^\s"']*@/gi;

/** Secrets given as parameters of a URL or a connection string. */
const SECRET_PARAMETER = /\b(password|passwd|pwd|secret|token|sasl_password|api_?key)=(?!\*+(?:[\s&;"']|$))([^\s&;"']+)/gi;

/**
 * Replaces what looks like a secret in a text that is going to be shown: passwords in URLs, `password=…` parameters. Few texts have the signs without
 * which there is none, and reports are long.
 */
export function maskSecrets(text: string): string {
  const masked = text.includes('://') && text.includes('@') ? text.replace(URL_PASSWORD, '$1:***@') : text;
  return masked.includes('=') ? masked.replace(SECRET_PARAMETER, '$1=***') : masked;
}
