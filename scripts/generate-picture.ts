import * as fs from 'fs';
import * as path from 'path';
import { checkPicture } from './picture';

// Writes docs/check.svg, which the README shows.
void checkPicture().then((svg) => fs.writeFileSync(path.join(__dirname, '../docs/check.svg'), svg));
