import { validatePath } from './image-reference';
import { ValidationErrors } from '../validation';

/**
 * Where PrimeHub pushes the images to: one repository, or a prefix under which each image has a repository of its own.
 * The path only: the host is the registry's.
 */
export class PushTarget {
  /**
   * One repository. An image is `<host>/<path>:<image name>-<hash>`.
   *
   * @param path the repository's path without host, tag and digest: `team/notebooks`
   * @throws Error when the path does not follow the grammar of image references
   */
  static repository(path: string): PushTarget {
    return new PushTarget(path, false);
  }

  /**
   * A prefix. An image is `<host>/<path>/<image name>:<hash>`.
   *
   * @param path the prefix without host and without `/` at its end: `team`; empty for the top of the registry
   * @throws Error when the path does not follow the grammar of image references
   */
  static prefix(path: string): PushTarget {
    return new PushTarget(path, true);
  }

  private constructor(
    /** The path without the host. */
    readonly path: string,
    /** Whether the path is a prefix rather than a repository. */
    readonly isPrefix: boolean,
  ) {
    const errors = new ValidationErrors();
    if (!(isPrefix && path === '')) errors.add('path', validatePath(path));
    errors.throwIfAny('PushTarget');
  }
}
