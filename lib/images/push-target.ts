import { validatePath } from './image-reference';
import { ValidationErrors } from '../validation';

/**
 * Where PrimeHub pushes images to: one repository, or a prefix under which each image gets its own repository. It is
 * the path only, as the registry has the host.
 */
export class PushTarget {
  /**
   * A single repository. An image is `<host>/<path>:<image name>-<hash>`.
   *
   * @param path the repository's path without host, tag and digest: `team/notebooks`
   * @throws an error if the path does not follow the grammar of image references
   */
  static repository(path: string): PushTarget {
    return new PushTarget(path, false);
  }

  /**
   * A prefix of repositories. An image is `<host>/<path>/<image name>:<hash>`.
   *
   * @param path the prefix without host and without `/` at the end: `team`. Empty text means the top of the registry
   * @throws an error if the path does not follow the grammar of image references
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
