/** `npm run -s sbom`: prints the bill of materials. */
import { productionSbom } from './sbom.ts'

console.log(JSON.stringify(productionSbom(), null, 2))
