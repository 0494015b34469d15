import { type Loaded, loadProject } from '../contract/load.ts';
import type { ProjectReader } from '../contract/project-reader.ts';
import type { System } from '../contract/system.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors, sortDiagnostics } from '../diagnostics/diagnostic.ts';
import { checkGeneratedNames } from '../gen/check-names.ts';
import { findProject, type ProjectPlace } from '../io/find-project.ts';
import { createFolderReader } from '../io/project-folder.ts';
import type { CheckedService, ReportingCommand, ValidationView } from '../report/views.ts';
import { appendPointer } from '../source/pointer.ts';
import { valueAt, type YamlTree } from '../source/yaml-tree.ts';
import { checkTopology } from '../topology/check-topology.ts';
import { type Session, shownPath } from './session.ts';

/** A project on disk: where it is, how to read it, and what was understood of it. */
export type Workspace = {
  readonly place: ProjectPlace;
  readonly reader: ProjectReader;
  readonly loaded: Loaded;
  /** What may stop a command: the findings of the language and those of the names on brokers. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when any finding is an error. */
  readonly system?: System;
};

/** Finds, reads and checks the project that a session is about. */
export async function openWorkspace(session: Session): Promise<Workspace> {
  const { place, reader } = await openProject(session);
  const options = { environment: session.flags.env, today: session.host.today() };
  return { place, reader, ...(await session.during('Checking the contracts', loadChecked(reader, place, options))) };
}

/** Finds the project that a session is about, and the way to read it. */
export async function openProject(session: Session): Promise<Pick<Workspace, 'place' | 'reader'>> {
  const place = await findProject(session.host.cwd, session.flags.config);
  return { place, reader: openReader(session, place) };
}

/** The way to read a project. It remembers where links lead to, so whoever looks again needs a new one. */
export function openReader({ host }: Session, place: ProjectPlace): ProjectReader {
  return createFolderReader({
    root: place.root,
    label: 'the working tree',
    environment: host.environment,
    shown: (path) => shownPath(host.cwd, place.root, path),
  });
}

/** Loads a project through any reader and checks the names it asks for on brokers. */
export async function loadChecked(
  reader: ProjectReader,
  place: ProjectPlace,
  { environment, today }: { readonly environment: string | undefined; readonly today: string },
): Promise<Pick<Workspace, 'loaded' | 'diagnostics' | 'system'>> {
  const loaded = await loadProject(reader, { projectFile: place.file, today, ...(environment === undefined ? {} : { environment }) });
  const diagnostics = checkLoaded(loaded);
  return { loaded, diagnostics, ...(loaded.system && !hasErrors(diagnostics) ? { system: loaded.system } : {}) };
}

function checkLoaded({ diagnostics, understood }: Loaded): readonly Diagnostic[] {
  return sortDiagnostics([...diagnostics, ...checkTopology(understood, diagnostics)]);
}

/** All findings about a project, sorted: those of the language and those of the names on brokers and in code. */
export function checkAll(loaded: Loaded): readonly Diagnostic[] {
  return withGeneratedNames(checkLoaded(loaded), loaded);
}

/** Names in code stop nobody and take a while to plan, so they are looked at only where findings are shown. */
function withGeneratedNames(diagnostics: readonly Diagnostic[], { understood }: Loaded): readonly Diagnostic[] {
  return sortDiagnostics([...diagnostics, ...checkGeneratedNames(understood)]);
}

/** The findings of a workspace as a view. With `notDone` it is the view of a command that they stopped. */
export function validationView(
  workspace: Pick<Workspace, 'loaded' | 'diagnostics'>,
  command: ReportingCommand,
  notDone?: string,
): ValidationView {
  const services = [...workspace.loaded.documents.values()].flatMap(serviceIn);
  return {
    kind: 'validation',
    command,
    contracts: workspace.loaded.files,
    interactions: services.reduce((sum, { interactions }) => sum + interactions.length, 0),
    services,
    diagnostics: withGeneratedNames(workspace.diagnostics, workspace.loaded),
    ...(notDone === undefined ? {} : { notDone }),
  };
}

/** The service that a document is the contract of, whether or not all of it could be understood. */
function serviceIn(tree: YamlTree): readonly CheckedService[] {
  const service = valueAt(tree, '/service');
  const provides = valueAt(tree, '/provides');
  if (typeof service !== 'string') return [];
  const names = provides !== null && typeof provides === 'object' && !Array.isArray(provides) ? Object.keys(provides) : [];
  const interactions = names.map((name) => ({ name, pointer: appendPointer('/provides', name) }));
  return [{ service, file: tree.source.path, interactions }];
}
