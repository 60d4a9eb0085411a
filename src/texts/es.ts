/** Spanish. Terms are the product documents' own. */
import type { Texts } from './texts.ts'

export const es: Texts = {
  refusals: {
    validation_failed: {
      title: 'La solicitud no es válida',
      detail: 'Corrija los campos indicados en errors y vuelva a enviarla.',
    },
    malformed_request: { title: 'La solicitud no es HTTP', detail: 'Envíe una solicitud HTTP/1.1 bien formada.' },
    malformed_json: {
      title: 'El cuerpo no es JSON',
      detail: 'Envíe un único objeto JSON bien formado, codificado en UTF-8.',
    },
    invalid_cursor: { title: 'El cursor no es válido', detail: 'Empiece de nuevo sin cursor.' },
    invalid_code: {
      title: 'El código no es correcto',
      detail: 'Ingrese el código actual de su aplicación de autenticador o un código de respaldo sin usar.',
    },
    password_mismatch: {
      title: 'Las contraseñas no coinciden',
      detail: 'Ingrese la misma contraseña en ambos campos.',
    },
    password_too_short: { title: 'La contraseña es demasiado corta', detail: 'Use al menos 8 caracteres.' },
    password_too_long: { title: 'La contraseña es demasiado larga', detail: 'Use como máximo 128 caracteres.' },
    password_breached: {
      title: 'La contraseña es demasiado común',
      detail: 'Figura en la lista de contraseñas expuestas en filtraciones de datos. Elija otra.',
    },
    password_personal: {
      title: 'La contraseña es demasiado personal',
      detail:
        'Consiste casi solo en su dirección de correo electrónico, su nombre o el nombre del producto. Elija otra.',
    },
    password_unchanged: {
      title: 'La contraseña es la misma que la anterior',
      detail: 'Elija una contraseña distinta de la actual.',
    },
    reset_link_invalid: {
      title: 'El enlace no es válido',
      detail: 'Ha expirado o ya se ha usado. Solicite un nuevo enlace de restablecimiento.',
    },
    email_link_invalid: {
      title: 'El enlace no es válido',
      detail: 'Ha expirado o ya se ha usado. Solicite de nuevo el cambio de dirección.',
    },
    unknown_role: { title: 'Rol desconocido', detail: 'Use solo roles de la lista de roles.' },
    ambiguous_credentials: {
      title: 'Dos credenciales en una misma llamada',
      detail: 'Envíe un token de acceso o una clave de API, una sola vez.',
    },
    unsupported_grant_type: { title: 'Tipo de concesión no admitido', detail: 'Envíe grant_type=client_credentials.' },
    invalid_scope: {
      title: 'El alcance no es válido',
      detail: 'Pida solo permisos que la clave de API tenga en este momento, separados por espacios.',
    },
    unsupported_token_type: {
      title: 'Un token de este tipo no puede revocarse por sí solo',
      detail: 'Revoque o regenere la clave de API para la que se emitió.',
    },
    invalid_credentials: {
      title: 'Correo electrónico o contraseña inválidos',
      detail: 'Verifique ambos e inténtelo de nuevo, o restablezca la contraseña.',
    },
    access_token_missing: {
      title: 'Es necesario iniciar sesión',
      detail: 'Envíe un token de acceso: Authorization: Bearer …',
    },
    access_token_invalid: { title: 'El token de acceso no es válido', detail: 'Inicie sesión de nuevo.' },
    access_token_expired: {
      title: 'El token de acceso ha expirado',
      detail: 'Actualícelo una vez y vuelva a enviar la llamada.',
    },
    session_ended: { title: 'La sesión ha terminado', detail: 'Inicie sesión de nuevo.' },
    step_token_invalid: {
      title: 'Este paso del inicio de sesión ya no es válido',
      detail: 'Empiece de nuevo el inicio de sesión.',
    },
    invalid_refresh_token: { title: 'No se puede renovar la sesión', detail: 'Inicie sesión.' },
    api_key_missing: { title: 'Se necesita una clave de API', detail: 'Envíela en la cabecera X-API-Key.' },
    api_key_invalid: {
      title: 'La clave de API no es válida',
      detail: 'Compruebe la clave, su caducidad y desde dónde puede usarse, o pida otra a un administrador.',
    },
    wrong_password: { title: 'La contraseña no es correcta', detail: 'Ingrese su contraseña actual.' },
    account_inactive: { title: 'La cuenta está desactivada', detail: 'Pida a un administrador que la active.' },
    account_locked: {
      title: 'La cuenta está bloqueada',
      detail:
        'Ha habido demasiados intentos fallidos. Restablezca la contraseña por correo electrónico o pida a un administrador que desbloquee la cuenta.',
    },
    two_factor_locked: {
      title: 'La autenticación de dos factores está bloqueada',
      detail:
        'Se han introducido demasiados códigos incorrectos. Pida a un administrador que desbloquee la cuenta o que restablezca su autenticación de dos factores.',
    },
    permission_required: {
      title: 'Falta un permiso',
      detail: 'Pida a un administrador el permiso indicado en permission.',
    },
    forbidden: { title: 'Acción no permitida', detail: 'Esto pertenece a otra persona o excede sus propios permisos.' },
    people_only: {
      title: 'Esta llamada es solo para personas',
      detail: 'Los servicios no pueden hacerla. Inicie sesión como usuario y envíe ese token de acceso.',
    },
    origin_not_allowed: {
      title: 'El origen no está permitido',
      detail:
        'Las llamadas con la cookie de actualización solo pueden provenir de los orígenes de las interfaces (CORS_ORIGINS).',
    },
    reauthentication_required: {
      title: 'Confirme su contraseña',
      detail: 'Inició sesión hace más de 15 minutos. Envíe su contraseña con la llamada.',
    },
    impersonation_not_allowed: {
      title: 'No es posible mientras actúa en nombre de otra persona',
      detail: 'Termine la suplantación y haga esta llamada en su propio nombre.',
    },
    not_found: { title: 'No encontrado', detail: 'No hay nada en esta dirección.' },
    account_not_found: {
      title: 'No se encontró ninguna cuenta con esa dirección de correo electrónico',
      detail: 'Verifique la dirección o contacte a un administrador.',
    },
    method_not_allowed: { title: 'Método no permitido', detail: 'Use uno de los métodos del encabezado Allow.' },
    request_timeout: {
      title: 'La solicitud ha tardado demasiado',
      detail: 'Envíe la solicitud completa en 15 segundos como máximo.',
    },
    two_factor_already_enabled: {
      title: 'La autenticación de dos factores ya está habilitada',
      detail: 'Deshabilítela primero o siga usándola.',
    },
    two_factor_not_enabled: {
      title: 'La autenticación de dos factores no está habilitada',
      detail: 'Habilítela primero.',
    },
    two_factor_not_pending: {
      title: 'Ninguna configuración está a la espera de un código',
      detail: 'Empiece por la llamada que habilita la autenticación de dos factores.',
    },
    two_factor_required: {
      title: 'La autenticación de dos factores es obligatoria',
      detail: 'Su organización la exige para sus roles, por lo que no se puede deshabilitar.',
    },
    email_taken: {
      title: 'La dirección de correo electrónico ya está en uso',
      detail: 'Otra cuenta la usa. Elija otra dirección.',
    },
    own_account: {
      title: 'Esta es su propia cuenta',
      detail: 'Pida a otro administrador que lo haga. Su propia dirección de correo se cambia en su perfil.',
    },
    last_admin: { title: 'Este es el último administrador', detail: 'Designe primero a otro administrador activo.' },
    user_has_logged_in: {
      title: 'El usuario ya ha iniciado sesión',
      detail: 'El correo de bienvenida es solo para usuarios que nunca han iniciado sesión.',
    },
    role_exists: { title: 'El rol ya existe', detail: 'Elija otro nombre.' },
    role_in_use: { title: 'El rol está en uso', detail: 'Quíteselo primero a sus usuarios.' },
    role_built_in: {
      title: 'El rol está integrado',
      detail: 'Los roles integrados no se pueden modificar de esta manera.',
    },
    api_key_inactive: {
      title: 'La clave de API ya no está activa',
      detail: 'Cree otra clave; una que solo haya caducado puede prolongarse antes.',
    },
    cursor_gone: { title: 'El cursor procede de otra base de datos', detail: 'Empiece de nuevo sin él.' },
    version_conflict: { title: 'Otra persona ha modificado esto', detail: 'Vuelva a cargarlo y repita su cambio.' },
    body_too_large: { title: 'El cuerpo es demasiado grande', detail: 'Envíe como máximo 64 KiB.' },
    unsupported_media_type: {
      title: 'Tipo de contenido no admitido',
      detail: 'Envíe el cuerpo como application/json; las llamadas OAuth esperan application/x-www-form-urlencoded.',
    },
    too_many_attempts: {
      title: 'Demasiados intentos',
      detail: 'Espere el número de segundos indicado en Retry-After e inténtelo de nuevo.',
    },
    headers_too_large: {
      title: 'Los encabezados son demasiado grandes',
      detail: 'Envíe como máximo 16 KiB de encabezados, incluida la URL.',
    },
    internal_error: {
      title: 'Algo salió mal',
      detail: 'El error ha quedado registrado. Inténtelo de nuevo; si vuelve a ocurrir, comunique el request_id.',
    },
    overloaded: {
      title: 'El servicio está saturado',
      detail: 'Espere el número de segundos indicado en Retry-After e inténtelo de nuevo.',
    },
    unavailable: {
      title: 'El servicio no está disponible',
      detail: 'Espere el número de segundos indicado en Retry-After e inténtelo de nuevo.',
    },
  },
  faults: {
    required: 'es obligatorio',
    unknown: 'es desconocido',
    blank: 'no debe estar en blanco',
    invalid: 'no es válido',
    type: (types) => `debe ser de tipo ${types}`,
    oneOf: (values) => `debe ser uno de estos valores: ${values}`,
    constant: (value) => `debe ser ${value}`,
    minLength: (limit) => `debe tener al menos ${limit} ${limit === 1 ? 'carácter' : 'caracteres'}`,
    maxLength: (limit) => `debe tener como máximo ${limit} ${limit === 1 ? 'carácter' : 'caracteres'}`,
    minimum: (limit) => `debe ser mayor o igual que ${limit}`,
    maximum: (limit) => `debe ser menor o igual que ${limit}`,
    minItems: (limit) => `debe tener al menos ${limit} ${limit === 1 ? 'elemento' : 'elementos'}`,
    maxItems: (limit) => `debe tener como máximo ${limit} ${limit === 1 ? 'elemento' : 'elementos'}`,
    uniqueItems: 'no debe contener dos veces el mismo elemento',
    format: (format) => `debe tener un formato ${format} válido`,
    future: 'debe estar en el futuro',
    address: 'debe ser una dirección IP o una red como 10.0.0.0/8 o 2001:db8::/32',
    notWithStepToken: 'debe omitirse con un token de paso',
    missing: (name) => `nombra «${name}», que no existe`,
    controlCharacters: 'no debe contener caracteres de control',
    roleName: 'debe contener solo letras minúsculas sin acento, dígitos y . _ -',
    permissionName: 'debe contener solo letras minúsculas sin acento, dígitos y . _ - :, y no ser «admin»',
  },
  messages: {
    two_factor_enabled: 'La autenticación de dos factores está habilitada.',
    two_factor_disabled: 'La autenticación de dos factores está deshabilitada.',
    password_changed: 'La contraseña ha sido cambiada.',
    password_reset: 'La contraseña ha sido restablecida con éxito',
    reset_instructions_sent: 'Las instrucciones de restablecimiento han sido enviadas a su correo electrónico',
    email_change_requested: 'Se ha enviado un enlace de confirmación a la nueva dirección.',
    email_changed: 'La dirección de correo electrónico ha sido cambiada.',
    temporary_password_set: (name) =>
      `Contraseña temporal para ${name}. Comuníquela a través de un canal seguro, no por correo electrónico; deberá cambiarse en el próximo inicio de sesión.`,
    two_factor_reset: (name) =>
      `${name} ahora puede iniciar sesión solo con su contraseña. Puede volver a habilitar 2FA desde su configuración de usuario.`,
    welcome_email_queued: (email) => `El correo de bienvenida a ${email} está en camino.`,
    account_unlocked: (name) => `${name} puede volver a intentar iniciar sesión.`,
  },
  mails: {
    greeting: (firstName) => `Hola ${firstName},`,
    support: (email, phone) => `¿Tiene preguntas? Contacte al soporte: ${[email, phone].filter(Boolean).join(' · ')}`,
    copyLink: 'Si el botón no funciona, copie este enlace en su navegador:',
    welcome: {
      subject: 'Le damos la bienvenida a OmniCRM',
      intro: 'Se ha creado una cuenta para usted en OmniCRM.',
      userName: (email) => `Inicie sesión con su dirección de correo electrónico: ${email}`,
      setPassword: 'Elija su contraseña con el enlace a continuación y luego inicie sesión con ella.',
      setPasswordButton: 'Establecer su contraseña',
      linkExpires: 'Este enlace expira en 7 días.',
      signIn: 'Inicie sesión con la contraseña que ya tiene.',
      signInButton: 'Iniciar sesión',
    },
    password_reset: {
      subject: 'Restablezca su contraseña de OmniCRM',
      intro:
        'Ha solicitado un restablecimiento de contraseña para su cuenta de OmniCRM. Haga clic en el enlace a continuación para restablecer su contraseña:',
      button: 'Restablecer contraseña',
      linkExpires: 'Este enlace expira en 1 hora.',
      ignore: 'Si no solicitó esto, ignore este correo.',
    },
    password_changed: {
      subject: 'Su contraseña de OmniCRM ha sido cambiada',
      intro: 'La contraseña de su cuenta de OmniCRM acaba de cambiarse.',
      notYou: 'Si no fue usted, restablezca su contraseña de inmediato y contacte al soporte.',
    },
    email_change: {
      subject: 'Confirme su nueva dirección de correo electrónico para OmniCRM',
      intro:
        'Esta dirección se indicó como la nueva dirección de correo electrónico de una cuenta de OmniCRM. Haga clic en el enlace a continuación para confirmarla:',
      button: 'Confirmar dirección',
      linkExpires: 'Este enlace expira en 1 hora.',
      ignore: 'Si no solicitó esto, ignore este correo.',
    },
    email_change_requested: {
      subject: 'Se indicó una nueva dirección de correo electrónico para su cuenta de OmniCRM',
      intro: (newEmail) =>
        `La dirección de correo electrónico de su cuenta de OmniCRM será ${newEmail} cuando se abra el enlace que se envió allí. Hasta entonces no cambia nada.`,
      notYou:
        'Si no fue usted, restablezca su contraseña de inmediato: eso también anula el enlace. Después, contacte al soporte.',
    },
    email_changed: {
      subject: 'La dirección de correo electrónico de su cuenta de OmniCRM ha sido cambiada',
      intro: (newEmail) =>
        `La dirección de correo electrónico de su cuenta de OmniCRM es ahora ${newEmail}. La dirección en la que recibe este mensaje ya no sirve para iniciar sesión.`,
      notYou: 'Si no fue usted, contacte al soporte de inmediato.',
    },
    notice: {
      time: (time) => `Hora: ${time}`,
      address: (address) => `Dirección: ${address}`,
      program: (program) => `Navegador o aplicación: ${program}`,
      notYou: 'Si no fue usted, restablezca su contraseña de inmediato y contacte al soporte.',
      notAsked: 'Lo hizo un administrador. Si usted no lo pidió, contacte al soporte de inmediato.',
      about: {
        new_device: {
          subject: 'Nuevo inicio de sesión en su cuenta de OmniCRM',
          intro:
            'Se ha iniciado sesión en su cuenta de OmniCRM desde un navegador o una aplicación que no se había usado antes con ella.',
        },
        two_factor_enabled: {
          subject: 'La autenticación de dos factores está habilitada en su cuenta de OmniCRM',
          intro: 'La autenticación de dos factores acaba de habilitarse en su cuenta de OmniCRM.',
        },
        two_factor_disabled: {
          subject: 'La autenticación de dos factores está deshabilitada en su cuenta de OmniCRM',
          intro:
            'La autenticación de dos factores acaba de deshabilitarse en su cuenta de OmniCRM. Ahora el inicio de sesión solo pide la contraseña.',
        },
        two_factor_reset: {
          subject: 'La autenticación de dos factores de su cuenta de OmniCRM ha sido restablecida',
          intro:
            'La autenticación de dos factores se ha deshabilitado en su cuenta de OmniCRM. Ahora puede iniciar sesión solo con su contraseña y volver a habilitarla en su configuración de usuario.',
        },
        backup_codes_regenerated: {
          subject: 'Nuevos códigos de respaldo para su cuenta de OmniCRM',
          intro: 'Se han creado nuevos códigos de respaldo para su cuenta de OmniCRM. Los anteriores ya no funcionan.',
        },
        backup_code_used: {
          subject: 'Se ha usado un código de respaldo de su cuenta de OmniCRM',
          intro:
            'Se ha iniciado sesión en su cuenta de OmniCRM con un código de respaldo. Ese código no puede volver a usarse.',
        },
        temporary_password: {
          subject: 'Su cuenta de OmniCRM tiene una contraseña temporal',
          intro:
            'La contraseña de su cuenta de OmniCRM ha sido reemplazada por una temporal. La recibirá por otra vía, y al iniciar sesión con ella elegirá una nueva.',
        },
      },
    },
  },
}
