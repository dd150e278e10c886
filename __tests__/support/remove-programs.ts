import * as fs from 'fs';

export default function removePrograms(): void {
  fs.rmSync(process.env.PROGRAMS!, { recursive: true, force: true });
}
