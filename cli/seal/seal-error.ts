/** A reason not to seal, in the words of the message. It never holds a credential. */
export class SealError extends Error {}
