import { aws } from './aws';
import { azure } from './azure';
import { google } from './google';
import { TokenBlock } from './token-block';

/** The schema of each token block, under its key. */
export const tokenSchemas = {
  aws: aws.schema.optional(),
  google: google.schema.optional(),
  azure: azure.schema.optional(),
};

/** The token blocks. A values file may have at most one of them. */
export const TOKEN_BLOCKS: readonly TokenBlock[] = [aws, google, azure];
