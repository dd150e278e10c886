/** Faults of a user name. */
export function usernameFaults(username: unknown): string[] {
  if (typeof username !== 'string' || username === '') return ['a user name is wanted'];
  if (username.includes(':')) return ['a user name cannot hold a ":", the docker config separates by it'];
  if (username !== username.trim()) return ['a user name cannot begin or end with white space'];
  if (/[\u0000-\u001f\u007f]/.test(username)) return ['a user name cannot hold control characters or newlines'];
  if (/\p{Surrogate}/u.test(username)) return ['a user name cannot hold half of a character (a lone surrogate)'];
  return [];
}
