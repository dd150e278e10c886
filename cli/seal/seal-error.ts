/** A reason not to seal. Its message never contains a credential. */
export class SealError extends Error {}
