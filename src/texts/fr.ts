/** French. Terms are the product documents' own. */
import type { Texts } from './texts.ts'

export const fr: Texts = {
  refusals: {
    validation_failed: {
      title: "La requête n'est pas valide",
      detail: 'Corrigez les champs indiqués dans errors, puis renvoyez-la.',
    },
    malformed_request: { title: "La requête n'est pas du HTTP", detail: 'Envoyez une requête HTTP/1.1 bien formée.' },
    malformed_json: {
      title: "Le corps n'est pas du JSON",
      detail: 'Envoyez un seul objet JSON bien formé, encodé en UTF-8.',
    },
    invalid_cursor: { title: "Le curseur n'est pas valide", detail: 'Recommencez sans curseur.' },
    invalid_code: {
      title: "Le code n'est pas correct",
      detail: "Entrez le code actuel de votre application d'authentificateur ou un code de sauvegarde non utilisé.",
    },
    password_mismatch: {
      title: 'Les mots de passe ne correspondent pas',
      detail: 'Entrez le même mot de passe dans les deux champs.',
    },
    password_too_short: { title: 'Le mot de passe est trop court', detail: 'Utilisez au moins 8 caractères.' },
    password_too_long: { title: 'Le mot de passe est trop long', detail: 'Utilisez au maximum 128 caractères.' },
    password_breached: {
      title: 'Le mot de passe est trop courant',
      detail: 'Il figure dans la liste des mots de passe divulgués lors de fuites de données. Choisissez-en un autre.',
    },
    password_personal: {
      title: 'Le mot de passe est trop personnel',
      detail:
        'Il se compose pour l’essentiel de votre adresse e-mail, de votre nom ou du nom du produit. Choisissez-en un autre.',
    },
    password_unchanged: {
      title: "Le mot de passe est identique à l'ancien",
      detail: 'Choisissez un mot de passe différent du mot de passe actuel.',
    },
    reset_link_invalid: {
      title: "Le lien n'est pas valide",
      detail: 'Il a expiré ou a déjà été utilisé. Demandez un nouveau lien de réinitialisation.',
    },
    email_link_invalid: {
      title: "Le lien n'est pas valide",
      detail: "Il a expiré ou a déjà été utilisé. Demandez à nouveau le changement d'adresse.",
    },
    unknown_role: { title: 'Rôle inconnu', detail: 'Utilisez uniquement des rôles de la liste des rôles.' },
    ambiguous_credentials: {
      title: "Deux moyens d'authentification dans un même appel",
      detail: "Envoyez soit un jeton d'accès, soit une clé d'API, une seule fois.",
    },
    unsupported_grant_type: {
      title: "Type d'octroi non pris en charge",
      detail: 'Envoyez grant_type=client_credentials.',
    },
    invalid_scope: {
      title: "La portée n'est pas valide",
      detail: "Demandez uniquement des autorisations que la clé d'API possède en ce moment, séparées par des espaces.",
    },
    unsupported_token_type: {
      title: 'Un jeton de ce type ne peut pas être révoqué seul',
      detail: "Révoquez ou régénérez la clé d'API pour laquelle il a été émis.",
    },
    invalid_credentials: {
      title: 'E-mail ou mot de passe invalide',
      detail: 'Vérifiez les deux et réessayez, ou réinitialisez le mot de passe.',
    },
    access_token_missing: { title: 'Connexion requise', detail: "Envoyez un jeton d'accès : Authorization: Bearer …" },
    access_token_invalid: { title: "Le jeton d'accès n'est pas valide", detail: 'Connectez-vous à nouveau.' },
    access_token_expired: {
      title: "Le jeton d'accès a expiré",
      detail: "Actualisez-le une fois, puis renvoyez l'appel.",
    },
    session_ended: { title: 'La session est terminée', detail: 'Connectez-vous à nouveau.' },
    step_token_invalid: {
      title: "Cette étape de la connexion n'est plus valable",
      detail: 'Recommencez la connexion depuis le début.',
    },
    invalid_refresh_token: { title: 'La session ne peut pas être prolongée', detail: 'Connectez-vous.' },
    api_key_missing: { title: "Une clé d'API est requise", detail: "Envoyez-la dans l'en-tête X-API-Key." },
    api_key_invalid: {
      title: "La clé d'API n'est pas valide",
      detail:
        'Vérifiez la clé, son expiration et les adresses autorisées, ou demandez-en une autre à un administrateur.',
    },
    wrong_password: { title: "Le mot de passe n'est pas correct", detail: 'Entrez votre mot de passe actuel.' },
    account_inactive: { title: 'Le compte est désactivé', detail: "Demandez à un administrateur de l'activer." },
    account_locked: {
      title: 'Le compte est verrouillé',
      detail:
        'Trop de tentatives ont échoué. Réinitialisez le mot de passe par e-mail ou demandez à un administrateur de déverrouiller le compte.',
    },
    two_factor_locked: {
      title: "L'authentification à deux facteurs est verrouillée",
      detail:
        "Trop de codes erronés ont été saisis. Demandez à un administrateur de déverrouiller le compte ou d'en réinitialiser l'authentification à deux facteurs.",
    },
    permission_required: {
      title: 'Il manque une autorisation',
      detail: "Demandez à un administrateur l'autorisation indiquée dans permission.",
    },
    forbidden: {
      title: 'Action non autorisée',
      detail: "Cet élément appartient à quelqu'un d'autre ou dépasse vos propres autorisations.",
    },
    people_only: {
      title: 'Cet appel est réservé aux personnes',
      detail:
        "Les services ne peuvent pas le faire. Connectez-vous en tant qu'utilisateur et envoyez ce jeton d'accès.",
    },
    origin_not_allowed: {
      title: "L'origine n'est pas autorisée",
      detail:
        "Les appels avec le cookie d'actualisation ne peuvent provenir que des origines des interfaces (CORS_ORIGINS).",
    },
    reauthentication_required: {
      title: 'Veuillez confirmer votre mot de passe',
      detail: "Votre connexion date de plus de 15 minutes. Envoyez votre mot de passe avec l'appel.",
    },
    impersonation_not_allowed: {
      title: 'Impossible en agissant au nom de quelqu’un d’autre',
      detail: 'Mettez fin à l’emprunt d’identité et faites cet appel en votre propre nom.',
    },
    not_found: { title: 'Introuvable', detail: "Il n'y a rien à cette adresse." },
    account_not_found: {
      title: 'Aucun compte trouvé avec cette adresse e-mail',
      detail: "Vérifiez l'adresse ou contactez un administrateur.",
    },
    method_not_allowed: { title: 'Méthode non autorisée', detail: "Utilisez l'une des méthodes de l'en-tête Allow." },
    request_timeout: {
      title: 'La requête a pris trop de temps',
      detail: 'Envoyez toute la requête en 15 secondes au plus.',
    },
    two_factor_already_enabled: {
      title: "L'authentification à deux facteurs est déjà activée",
      detail: "Désactivez-la d'abord ou continuez à l'utiliser.",
    },
    two_factor_not_enabled: {
      title: "L'authentification à deux facteurs n'est pas activée",
      detail: "Activez-la d'abord.",
    },
    two_factor_not_pending: {
      title: "Aucune configuration n'est en attente d'un code",
      detail: "Commencez par l'appel qui active l'authentification à deux facteurs.",
    },
    two_factor_required: {
      title: "L'authentification à deux facteurs est requise",
      detail: "Votre organisation l'exige pour vos rôles ; elle ne peut donc pas être désactivée.",
    },
    email_taken: {
      title: "L'adresse e-mail est déjà utilisée",
      detail: 'Un autre compte utilise cette adresse. Choisissez-en une autre.',
    },
    own_account: {
      title: "Il s'agit de votre propre compte",
      detail:
        'Demandez à un autre administrateur de le faire. Votre propre adresse e-mail se modifie dans votre profil.',
    },
    last_admin: {
      title: "Il s'agit du dernier administrateur",
      detail: "Désignez d'abord un autre administrateur actif.",
    },
    user_has_logged_in: {
      title: "L'utilisateur s'est déjà connecté",
      detail: "L'e-mail de bienvenue est réservé aux utilisateurs qui ne se sont jamais connectés.",
    },
    role_exists: { title: 'Le rôle existe déjà', detail: 'Choisissez un autre nom.' },
    role_in_use: { title: 'Le rôle est utilisé', detail: "Retirez-le d'abord à ses utilisateurs." },
    role_built_in: {
      title: 'Le rôle est intégré',
      detail: 'Les rôles intégrés ne peuvent pas être modifiés de cette manière.',
    },
    api_key_inactive: {
      title: "La clé d'API n'est plus active",
      detail: "Créez une autre clé ; une clé seulement expirée peut d'abord être prolongée.",
    },
    cursor_gone: { title: 'Le curseur vient d’une autre base de données', detail: 'Recommencez sans lui.' },
    version_conflict: {
      title: "Quelqu'un d'autre a modifié cet élément",
      detail: 'Rechargez-le et refaites votre modification.',
    },
    body_too_large: { title: 'Le corps est trop volumineux', detail: 'Envoyez au maximum 64 Kio.' },
    unsupported_media_type: {
      title: 'Type de média non pris en charge',
      detail: 'Envoyez le corps en application/json ; les appels OAuth attendent application/x-www-form-urlencoded.',
    },
    too_many_attempts: {
      title: 'Trop de tentatives',
      detail: 'Attendez le nombre de secondes indiqué dans Retry-After, puis réessayez.',
    },
    headers_too_large: {
      title: 'Les en-têtes sont trop volumineux',
      detail: "Envoyez au maximum 16 Kio d'en-têtes, URL comprise.",
    },
    internal_error: {
      title: "Une erreur s'est produite",
      detail:
        'Elle a été enregistrée dans le journal. Réessayez ; si elle se reproduit, signalez-la en indiquant le request_id.',
    },
    overloaded: {
      title: 'Le service est surchargé',
      detail: 'Attendez le nombre de secondes indiqué dans Retry-After, puis réessayez.',
    },
    unavailable: {
      title: "Le service n'est pas disponible",
      detail: 'Attendez le nombre de secondes indiqué dans Retry-After, puis réessayez.',
    },
  },
  faults: {
    required: 'est obligatoire',
    unknown: 'est inconnu',
    blank: 'ne doit pas être vide',
    invalid: "n'est pas valide",
    type: (types) => `doit être de type ${types}`,
    oneOf: (values) => `doit être l'une des valeurs suivantes : ${values}`,
    constant: (value) => `doit être ${value}`,
    minLength: (limit) => `doit comporter au moins ${limit} caractère${limit > 1 ? 's' : ''}`,
    maxLength: (limit) => `doit comporter au maximum ${limit} caractère${limit > 1 ? 's' : ''}`,
    minimum: (limit) => `doit être supérieur ou égal à ${limit}`,
    maximum: (limit) => `doit être inférieur ou égal à ${limit}`,
    minItems: (limit) => `doit comporter au moins ${limit} élément${limit > 1 ? 's' : ''}`,
    maxItems: (limit) => `doit comporter au maximum ${limit} élément${limit > 1 ? 's' : ''}`,
    uniqueItems: 'ne doit pas contenir deux fois le même élément',
    format: (format) => `doit respecter le format ${format}`,
    future: 'doit se situer dans le futur',
    address: 'doit être une adresse IP ou un réseau comme 10.0.0.0/8 ou 2001:db8::/32',
    notWithStepToken: "doit être omis avec un jeton d'étape",
    missing: (name) => `nomme « ${name} », qui n'existe pas`,
    controlCharacters: 'ne doit pas contenir de caractères de contrôle',
    roleName: 'ne doit contenir que des lettres minuscules sans accent, des chiffres et . _ -',
    permissionName:
      'ne doit contenir que des lettres minuscules sans accent, des chiffres et . _ - :, et ne doit pas être « admin »',
  },
  messages: {
    two_factor_enabled: "L'authentification à deux facteurs est activée.",
    two_factor_disabled: "L'authentification à deux facteurs est désactivée.",
    password_changed: 'Le mot de passe a été changé.',
    password_reset: 'Le mot de passe a été réinitialisé avec succès',
    reset_instructions_sent: 'Les instructions de réinitialisation ont été envoyées à votre e-mail',
    email_change_requested: 'Un lien de confirmation a été envoyé à la nouvelle adresse.',
    email_changed: "L'adresse e-mail a été changée.",
    temporary_password_set: (name) =>
      `Mot de passe temporaire pour ${name}. Transmettez-le par un canal sécurisé, pas par e-mail ; il devra être changé lors de la prochaine connexion.`,
    two_factor_reset: (name) =>
      `${name} peut maintenant se connecter uniquement avec son mot de passe. Il peut réactiver la 2FA depuis ses paramètres utilisateur.`,
    welcome_email_queued: (email) => `L'e-mail de bienvenue à ${email} est en cours d'envoi.`,
    account_unlocked: (name) => `${name} peut à nouveau essayer de se connecter.`,
  },
  mails: {
    greeting: (firstName) => `Bonjour ${firstName},`,
    support: (email, phone) => `Des questions ? Contactez le support : ${[email, phone].filter(Boolean).join(' · ')}`,
    copyLink: 'Si le bouton ne fonctionne pas, copiez ce lien dans votre navigateur :',
    welcome: {
      subject: 'Bienvenue dans OmniCRM',
      intro: 'Un compte a été créé pour vous dans OmniCRM.',
      userName: (email) => `Vous vous connectez avec votre adresse e-mail : ${email}`,
      setPassword: 'Choisissez votre mot de passe avec le lien ci-dessous, puis utilisez-le pour vous connecter.',
      setPasswordButton: 'Définir votre mot de passe',
      linkExpires: 'Ce lien expire dans 7 jours.',
      signIn: 'Connectez-vous avec le mot de passe que vous avez déjà.',
      signInButton: 'Connexion',
    },
    password_reset: {
      subject: 'Réinitialisez votre mot de passe OmniCRM',
      intro:
        'Vous avez demandé une réinitialisation de mot de passe pour votre compte OmniCRM. Cliquez sur le lien ci-dessous pour réinitialiser votre mot de passe :',
      button: 'Réinitialiser le mot de passe',
      linkExpires: 'Ce lien expire dans 1 heure.',
      ignore: "Si vous n'avez pas demandé cela, ignorez cet e-mail.",
    },
    password_changed: {
      subject: 'Votre mot de passe OmniCRM a été changé',
      intro: "Le mot de passe de votre compte OmniCRM vient d'être changé.",
      notYou: "Si ce n'était pas vous, réinitialisez immédiatement votre mot de passe et contactez le support.",
    },
    email_change: {
      subject: 'Confirmez votre nouvelle adresse e-mail pour OmniCRM',
      intro:
        "Cette adresse a été indiquée comme nouvelle adresse e-mail d'un compte OmniCRM. Cliquez sur le lien ci-dessous pour la confirmer :",
      button: "Confirmer l'adresse",
      linkExpires: 'Ce lien expire dans 1 heure.',
      ignore: "Si vous n'avez pas demandé cela, ignorez cet e-mail.",
    },
    email_change_requested: {
      subject: 'Une nouvelle adresse e-mail a été indiquée pour votre compte OmniCRM',
      intro: (newEmail) =>
        `L'adresse e-mail de votre compte OmniCRM sera ${newEmail} dès que le lien qui y a été envoyé sera ouvert. D'ici là, rien ne change.`,
      notYou:
        "Si ce n'était pas vous, réinitialisez immédiatement votre mot de passe : cela annule aussi le lien. Contactez ensuite le support.",
    },
    email_changed: {
      subject: "L'adresse e-mail de votre compte OmniCRM a été changée",
      intro: (newEmail) =>
        `L'adresse e-mail de votre compte OmniCRM est désormais ${newEmail}. L'adresse à laquelle vous recevez ce message ne permet plus de se connecter.`,
      notYou: "Si ce n'était pas vous, contactez immédiatement le support.",
    },
    notice: {
      time: (time) => `Heure : ${time}`,
      address: (address) => `Adresse : ${address}`,
      program: (program) => `Navigateur ou application : ${program}`,
      notYou: "Si ce n'était pas vous, réinitialisez immédiatement votre mot de passe et contactez le support.",
      notAsked: "Un administrateur a fait cela. Si vous ne l'avez pas demandé, contactez immédiatement le support.",
      about: {
        new_device: {
          subject: 'Nouvelle connexion à votre compte OmniCRM',
          intro:
            "Une connexion à votre compte OmniCRM a eu lieu depuis un navigateur ou une application qui n'avait jamais été utilisé avec ce compte.",
        },
        two_factor_enabled: {
          subject: "L'authentification à deux facteurs est activée pour votre compte OmniCRM",
          intro: "L'authentification à deux facteurs vient d'être activée pour votre compte OmniCRM.",
        },
        two_factor_disabled: {
          subject: "L'authentification à deux facteurs est désactivée pour votre compte OmniCRM",
          intro:
            "L'authentification à deux facteurs vient d'être désactivée pour votre compte OmniCRM. La connexion ne demande plus que le mot de passe.",
        },
        two_factor_reset: {
          subject: "L'authentification à deux facteurs de votre compte OmniCRM a été réinitialisée",
          intro:
            "L'authentification à deux facteurs a été désactivée pour votre compte OmniCRM. Vous pouvez maintenant vous connecter avec votre seul mot de passe et la réactiver dans vos paramètres utilisateur.",
        },
        backup_codes_regenerated: {
          subject: 'Nouveaux codes de secours pour votre compte OmniCRM',
          intro:
            'De nouveaux codes de secours ont été créés pour votre compte OmniCRM. Les anciens ne fonctionnent plus.',
        },
        backup_code_used: {
          subject: 'Un code de secours de votre compte OmniCRM a été utilisé',
          intro:
            'Une connexion à votre compte OmniCRM a eu lieu avec un code de secours. Ce code ne peut plus être utilisé.',
        },
        temporary_password: {
          subject: 'Votre compte OmniCRM a un mot de passe temporaire',
          intro:
            'Le mot de passe de votre compte OmniCRM a été remplacé par un mot de passe temporaire. Il vous sera communiqué par une autre voie ; vous en choisirez un nouveau en vous connectant avec lui.',
        },
      },
    },
  },
}
