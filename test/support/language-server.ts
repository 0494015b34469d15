import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

/** What an editor shows while somebody writes. */
export type Proposal = { readonly label: string; readonly kind: number; readonly text: string; readonly told: string };

/** What an editor underlines. */
type Complaint = { readonly message: string; readonly range: { readonly start: Position; readonly end: Position } };

type Position = { readonly line: number; readonly character: number };

type Documentation = string | { readonly value: string } | undefined;

/** An editor that talks to a real yaml-language-server over its standard streams. */
export type Editor = {
  /** Opens a file of this name and text. Where the text has the mark `¦` the cursor is put, and the mark is not there. */
  open(path: string, marked: string): { readonly uri: string; readonly cursor: Position };
  complete(path: string, marked: string): Promise<readonly Proposal[]>;
  hover(path: string, marked: string): Promise<string>;
  complaintsOf(path: string, text: string): Promise<readonly Complaint[]>;
  close(): Promise<void>;
};

/** Starts the server with these settings of its `yaml` section. Nothing is fetched from anywhere. */
export async function startEditor(yaml: object = {}): Promise<Editor> {
  const entry = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
  const child = spawn(process.execPath, [entry, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const settings = { validate: true, hover: true, completion: true, schemaStore: { enable: false }, ...yaml };
  const connection = connect(child, (method, params) => {
    if (method !== 'workspace/configuration') return null;
    return (params as { items: readonly { section: string }[] }).items.map(({ section }) => (section === 'yaml' ? settings : null));
  });
  const documentation = { documentationFormat: ['markdown', 'plaintext'], snippetSupport: true };
  await connection.request('initialize', {
    processId: null,
    rootUri: null,
    capabilities: {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: { completion: { completionItem: documentation }, hover: { contentFormat: ['markdown'] } },
    },
  });
  connection.notify('initialized', {});
  connection.notify('workspace/didChangeConfiguration', { settings: { yaml: settings } });
  await connection.configured;
  let version = 0;
  const open: Editor['open'] = (path, marked) => {
    const uri = pathToFileURL(path).href;
    const [before = ''] = marked.split('¦');
    const lines = before.split('\n');
    version += 1;
    connection.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version, text: marked.replace('¦', '') } });
    return { uri, cursor: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
  };
  const ask = (method: string, path: string, marked: string) => {
    const { uri, cursor } = open(path, marked);
    return connection.request(method, { textDocument: { uri }, position: cursor });
  };
  return {
    open,
    complete: async (path, marked) => {
      const list = (await ask('textDocument/completion', path, marked)) as { readonly items: readonly RawProposal[] };
      return list.items.map(({ label, kind, insertText, documentation: told }) => ({ label, kind, text: insertText, told: textOf(told) }));
    },
    hover: async (path, marked) =>
      textOf(((await ask('textDocument/hover', path, marked)) as { contents: Documentation } | null)?.contents),
    complaintsOf: (path, text) => {
      const complaints = connection.complaintsOf(pathToFileURL(path).href);
      open(path, text);
      return complaints;
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await connection.request('shutdown', null);
      connection.notify('exit', null);
      await ended;
    },
  };
}

type RawProposal = { readonly label: string; readonly kind: number; readonly insertText: string; readonly documentation: Documentation };

function textOf(documentation: Documentation): string {
  return typeof documentation === 'object' ? documentation.value : (documentation ?? '');
}

type Connection = {
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  complaintsOf(uri: string): Promise<readonly Complaint[]>;
  /** When the server has asked for its settings. */
  readonly configured: Promise<void>;
};

function connect(child: ChildProcessWithoutNullStreams, answer: (method: string, params: unknown) => unknown): Connection {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  const complaining = new Map<string, (complaints: readonly Complaint[]) => void>();
  let isConfigured = () => {};
  const configured = new Promise<void>((resolve) => {
    isConfigured = resolve;
  });
  let asked = 0;
  const send = (message: Message) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  readMessages(child, (message) => {
    const { id, method, params } = message;
    if (method === undefined) {
      const request = waiting.get(id as number);
      waiting.delete(id as number);
      if (message.error) request?.reject(new Error(message.error.message));
      else request?.resolve(message.result);
    } else if (id !== undefined) {
      send({ id, result: answer(method, params) ?? null });
      if (method === 'workspace/configuration') isConfigured();
    } else if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { readonly uri: string; readonly diagnostics: readonly Complaint[] };
      complaining.get(uri)?.(diagnostics);
    }
  });
  return {
    request: (method, params) =>
      new Promise((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve, reject });
        send({ id: asked, method, params });
      }),
    notify: (method, params) => send({ method, params }),
    complaintsOf: (uri) => new Promise((resolve) => complaining.set(uri, resolve)),
    configured,
  };
}

function readMessages(child: ChildProcessWithoutNullStreams, receive: (message: Message) => void): void {
  let buffer = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString('latin1', 0, end))?.[1]);
      if (buffer.length < end + 4 + length) return;
      receive(JSON.parse(buffer.toString('utf8', end + 4, end + 4 + length)));
      buffer = buffer.subarray(end + 4 + length);
    }
  });
}
