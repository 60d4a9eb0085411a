/** What a process that a test starts gets of the tests' own environment: nothing that could set the service. */
export const bareEnvironment = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
}
