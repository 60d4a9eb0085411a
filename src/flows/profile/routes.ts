/** The caller's own account. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { type Guards, sessionOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { exampleUser } from '../../http/examples.ts'
import { presentUser } from '../../http/present.ts'
import { closed, localeInput, nameInput, phoneInput, ref, User } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { editProfile } from './edit-profile.ts'

const Profile = Type.Object(
  {
    first_name: Type.Optional(nameInput),
    last_name: Type.Optional(nameInput),
    phone: Type.Optional(phoneInput),
    locale: Type.Optional(localeInput),
  },
  { ...closed, examples: [{ phone: '+44 20 7946 0958', locale: 'fr' }] },
)

export function profileRoutes(app: App, deps: Deps, guards: Guards): void {
  app.get(
    '/auth/me',
    {
      onRequest: guards.anySession,
      schema: contract({
        id: 'readMe',
        tag: 'Auth',
        summary: 'Who am I?',
        description: 'The signed-in user, with the roles and permissions of this moment.',
        access: 'any_session',
        answers: { 200: { description: 'The user.', schema: ref(User), example: exampleUser } },
      }),
    },
    async (request) => presentUser(sessionOf(request).user),
  )

  app.patch(
    '/auth/me',
    {
      onRequest: guards.anySession,
      schema: contract({
        id: 'editMe',
        tag: 'Auth',
        summary: 'Edit your profile',
        description: 'Changes names, telephone number or language; fields left out stay as they are.',
        access: 'any_session',
        body: Profile,
        answers: { 200: { description: 'The user as changed.', schema: ref(User), example: exampleUser } },
      }),
    },
    async (request) => presentUser(await editProfile(deps, sessionOf(request), request.body, sourceOf(request))),
  )
}
