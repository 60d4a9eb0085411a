/** Verifies access tokens of the OmniCRM identity service. For Fastify see `@omnicrm/identity-verifier/fastify`. */
export { type RefusalCode, VerificationError } from './errors.ts'
export {
  type Caller,
  createVerifier,
  hasPermission,
  requirePermission,
  type Verifier,
  type VerifierOptions,
  type VerifierStatus,
} from './verifier.ts'
