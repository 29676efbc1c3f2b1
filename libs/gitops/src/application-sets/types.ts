import type { FileTree, JsonObject, ObjectMeta } from '@lotse/manifests';
import type { IgnoreDifference } from '../application/types.js';

/** What the template of an ApplicationSet makes an Application of. */
export interface ApplicationTemplate {
  metadata?: JsonObject;
  spec?: JsonObject;
}

/** Which of the applications of a set its controller may touch. */
export type ApplicationsSyncPolicy = 'create-only' | 'create-update' | 'create-delete' | 'sync';

/** What an ApplicationSet wants. Generators are read when they run: each says itself what is wrong with it. */
export interface ApplicationSetSpec {
  goTemplate?: boolean;
  goTemplateOptions?: string[];
  generators?: JsonObject[];
  template?: ApplicationTemplate;
  templatePatch?: string;
  syncPolicy?: { preserveResourcesOnDeletion?: boolean; applicationsSync?: ApplicationsSyncPolicy };
  strategy?: { type?: string };
  preservedFields?: { annotations?: string[]; labels?: string[] };
  ignoreApplicationDifferences?: (Pick<IgnoreDifference, 'jsonPointers' | 'jqPathExpressions'> & {
    name?: string;
  })[];
}

/** An `argoproj.io/v1alpha1` ApplicationSet. */
export interface ApplicationSet {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ApplicationSetSpec;
  status?: ApplicationSetStatus;
}

/** Condition types of an ApplicationSet. */
export type ApplicationSetConditionType = 'ErrorOccurred' | 'ParametersGenerated' | 'ResourcesUpToDate';

/** Something the user of an ApplicationSet should know. */
export interface ApplicationSetCondition {
  type: ApplicationSetConditionType;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

/** What is observed of an ApplicationSet. */
export interface ApplicationSetStatus {
  conditions?: ApplicationSetCondition[];
  resources?: JsonObject[];
  resourcesCount?: number;
}

/** What one application is made of: nested for Go templates, flat texts for the `{{name}}` form. */
export type Parameters = JsonObject;

/** A cluster that a generator can name. */
export interface GeneratorCluster {
  readonly name: string;
  readonly server: string;
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The built-in one, which has no labels: a selector leaves it out. */
  readonly local: boolean;
}

/** Where generators get what they generate from. All of it may reject; then nothing is generated. */
export interface GeneratorSources {
  /** The files of a revision. @param project undefined when the template doesn't name one yet. */
  tree(repoURL: string, revision: string, project: string | undefined): Promise<FileTree>;
  clusters(): Promise<readonly GeneratorCluster[]>;
  /** Runs a Go template. @param missingKey what an unknown name is: an error, or `<no value>`. */
  goTemplate(text: string, data: JsonObject, missingKey: 'error' | 'default'): string;
}
