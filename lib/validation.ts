import { IConstruct } from 'constructs';
import { shown } from './redact';

/** The props, or none where a caller in plain JavaScript gave none: what is missing is then reported by its name. */
export function givenProps<T extends object>(props: T): T {
  return typeof props === 'object' && props !== null ? props : ({} as T);
}

/** Faults of what has to be a map (a plain object) where it is there. */
export function mapFaults(value: unknown): string[] {
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return [];
  return ['a map is wanted'];
}

/** Faults of what has to be `true` or `false` where it is there. */
export function booleanFaults(value: unknown): string[] {
  return value === undefined || typeof value === 'boolean' ? [] : ['true or false is wanted'];
}

/** Faults of what has to be a list of strings where it is there. */
export function stringListFaults(value: unknown): string[] {
  if (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'))) return [];
  return [`${shown(value)} is no list of strings`];
}

/** Faults of what has to be a map from strings to strings where it is there. */
export function stringMapFaults(value: unknown): string[] {
  if (mapFaults(value).length > 0) return [`${shown(value)} is no map of strings`];
  return Object.entries(value ?? {})
    .filter(([, item]) => typeof item !== 'string')
    .map(([key, item]) => `${key}: ${shown(item)} is no string: quote it`);
}

/** What is wrong with one prop. */
export interface Fault {
  /** The prop with its parents: `pod.labels`, `registries[0].region`; empty for the value as a whole. */
  readonly prop: string;
  readonly message: string;
}

/** Collects what is wrong with the props of one construct or value, to report all of it in one error. */
export class Faults {
  readonly list: Fault[] = [];

  /** Notes faults of one prop. */
  add(prop: string, ...messages: string[]): void {
    this.list.push(...messages.map((message) => ({ prop, message })));
  }

  /** Notes the faults of one prop's members; those of the prop as a whole have no member. */
  addAll(prop: string, faults: readonly Fault[]): void {
    for (const fault of faults) this.add(fault.prop === '' ? prop : `${prop}.${fault.prop}`, fault.message);
  }

  /**
   * Throws when there is any fault.
   *
   * @param subject the class whose props these are
   * @param where the construct, for its path in the message
   * @throws Error with every fault, a line each
   */
  throwIfAny(subject: string, where?: IConstruct): void {
    if (this.list.length === 0) return;
    const place = where && where.node.path !== '' ? ` at '${where.node.path}'` : '';
    throw new Error(
      `Invalid ${subject}${place}:\n${this.list.map(({ prop, message }) => `  - ${prop}: ${message}`).join('\n')}`,
    );
  }
}
