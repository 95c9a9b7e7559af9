// Writes dist/, which is what the image and the package ship.
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.ts'

await bundle(fileURLToPath(new URL('../dist', import.meta.url)))
