/** What kinds of event are called, in the order of the languages below. */
import type { AuditEvent } from '../../../../packages/client/src/index.ts'
import type { Language } from './texts.ts'

export type EventType = AuditEvent['type']

const ORDER: Language[] = ['en', 'fr', 'es', 'ar']

const names: Record<EventType, [en: string, fr: string, es: string, ar: string]> = {
  sign_in: ['Sign-in', 'Connexion', 'Inicio de sesión', 'تسجيل الدخول'],
  sign_in_step: ['Step of a sign-in', 'Étape de connexion', 'Paso de inicio de sesión', 'خطوة من تسجيل الدخول'],
  second_factor: ['Second factor', 'Second facteur', 'Segundo factor', 'العامل الثاني'],
  password_check: [
    'Password check',
    'Vérification du mot de passe',
    'Comprobación de contraseña',
    'التحقق من كلمة المرور',
  ],
  attempts_throttled: ['Attempts slowed', 'Essais ralentis', 'Intentos frenados', 'إبطاء المحاولات'],
  account_locked: ['Account locked', 'Compte verrouillé', 'Cuenta bloqueada', 'قفل الحساب'],
  device_forgotten: ['Device forgotten', 'Appareil oublié', 'Dispositivo olvidado', 'نسيان الجهاز'],
  refresh_token_reuse: ['Refresh token reused', 'Jeton réutilisé', 'Token reutilizado', 'إعادة استخدام رمز التجديد'],
  session_ended: ['Session ended', 'Session terminée', 'Sesión terminada', 'إنهاء الجلسة'],
  sign_out: ['Sign-out', 'Déconnexion', 'Cierre de sesión', 'تسجيل الخروج'],
  password_changed: ['Password changed', 'Mot de passe changé', 'Contraseña cambiada', 'تغيير كلمة المرور'],
  password_reset_requested: [
    'Password reset requested',
    'Réinitialisation du mot de passe demandée',
    'Restablecimiento de contraseña solicitado',
    'طلب إعادة تعيين كلمة المرور',
  ],
  password_reset: ['Password reset', 'Mot de passe réinitialisé', 'Contraseña restablecida', 'إعادة تعيين كلمة المرور'],
  email_change_requested: [
    'Email change requested',
    'Changement d’e-mail demandé',
    'Cambio de correo solicitado',
    'طلب تغيير البريد الإلكتروني',
  ],
  email_changed: ['Email changed', 'E-mail changé', 'Correo cambiado', 'تغيير البريد الإلكتروني'],
  two_factor_enrolment_started: [
    '2FA setup started',
    'Configuration 2FA commencée',
    'Configuración de 2FA iniciada',
    'بدء إعداد المصادقة الثنائية',
  ],
  two_factor_enabled: ['2FA enabled', '2FA activée', '2FA habilitado', 'تفعيل المصادقة الثنائية'],
  two_factor_disabled: ['2FA disabled', '2FA désactivée', '2FA deshabilitado', 'تعطيل المصادقة الثنائية'],
  backup_codes_regenerated: [
    'New backup codes',
    'Nouveaux codes de sauvegarde',
    'Nuevos códigos de respaldo',
    'رموز نسخ احتياطي جديدة',
  ],
  profile_changed: ['Profile changed', 'Profil modifié', 'Perfil cambiado', 'تغيير الملف الشخصي'],
  user_created: ['User created', 'Utilisateur créé', 'Usuario creado', 'إنشاء مستخدم'],
  user_imported: ['User imported', 'Utilisateur importé', 'Usuario importado', 'استيراد مستخدم'],
  users_imported: ['Users imported', 'Utilisateurs importés', 'Usuarios importados', 'استيراد مستخدمين'],
  user_edited: ['User edited', 'Utilisateur modifié', 'Usuario editado', 'تعديل مستخدم'],
  user_deleted: ['User deleted', 'Utilisateur supprimé', 'Usuario eliminado', 'حذف مستخدم'],
  two_factor_reset: ['2FA reset', '2FA réinitialisée', '2FA restablecido', 'إعادة تعيين المصادقة الثنائية'],
  account_unlocked: ['Account unlocked', 'Compte déverrouillé', 'Cuenta desbloqueada', 'إلغاء قفل الحساب'],
  welcome_email_queued: ['Welcome email', 'E-mail de bienvenue', 'Correo de bienvenida', 'رسالة ترحيب'],
  sessions_ended_by_admin: [
    'Sessions ended by an administrator',
    'Sessions terminées par un administrateur',
    'Sesiones terminadas por un administrador',
    'إنهاء الجلسات من قبل مسؤول',
  ],
  role_created: ['Role created', 'Rôle créé', 'Rol creado', 'إنشاء دور'],
  role_edited: ['Role edited', 'Rôle modifié', 'Rol editado', 'تعديل دور'],
  role_deleted: ['Role deleted', 'Rôle supprimé', 'Rol eliminado', 'حذف دور'],
  policy_changed: ['Policy changed', 'Politique modifiée', 'Política cambiada', 'تغيير السياسة'],
  audit_exported: ['Audit log exported', 'Journal d’audit exporté', 'Auditoría exportada', 'تصدير سجل التدقيق'],
  api_key_created: ['API key created', 'Clé API créée', 'Clave API creada', 'إنشاء مفتاح API'],
  api_key_edited: ['API key edited', 'Clé API modifiée', 'Clave API editada', 'تعديل مفتاح API'],
  api_key_regenerated: ['API key regenerated', 'Clé API régénérée', 'Clave API regenerada', 'إعادة إنشاء مفتاح API'],
  api_key_revoked: ['API key revoked', 'Clé API révoquée', 'Clave API revocada', 'إلغاء مفتاح API'],
  api_key_used: ['API key used', 'Clé API utilisée', 'Clave API usada', 'استخدام مفتاح API'],
  api_key_refused: ['API key refused', 'Clé API refusée', 'Clave API rechazada', 'رفض مفتاح API'],
  access_token_issued: ['Access token issued', 'Jeton d’accès émis', 'Token de acceso emitido', 'إصدار رمز وصول'],
  temporary_password_set: [
    'Temporary password set',
    'Mot de passe temporaire défini',
    'Contraseña temporal asignada',
    'تعيين كلمة مرور مؤقتة',
  ],
  password_voided: [
    'Password voided after a leak',
    'Mot de passe annulé après une fuite',
    'Contraseña anulada tras una filtración',
    'إلغاء كلمة المرور بعد تسريب',
  ],
  impersonation_started: [
    'Impersonation started',
    'Usurpation autorisée commencée',
    'Suplantación iniciada',
    'بدء التصرف باسم مستخدم',
  ],
  audit_verified: ['Audit log verified', 'Journal d’audit vérifié', 'Auditoría verificada', 'التحقق من سجل التدقيق'],
  audit_retention_applied: [
    'Old audit events dropped',
    'Anciens événements supprimés',
    'Eventos antiguos eliminados',
    'حذف الأحداث القديمة',
  ],
  signing_key_created: ['Signing key created', 'Clé de signature créée', 'Clave de firma creada', 'إنشاء مفتاح توقيع'],
  signing_key_retired: [
    'Signing key retired',
    'Clé de signature retirée',
    'Clave de firma retirada',
    'إحالة مفتاح التوقيع',
  ],
  signing_key_withdrawn: [
    'Signing key withdrawn',
    'Clé de signature révoquée',
    'Clave de firma revocada',
    'سحب مفتاح التوقيع',
  ],
  secret_key_added: ['Secret key added', 'Clé secrète ajoutée', 'Clave secreta añadida', 'إضافة مفتاح سري'],
  secrets_re_encrypted: ['Secrets re-encrypted', 'Secrets rechiffrés', 'Secretos recifrados', 'إعادة تشفير الأسرار'],
  instance_created: ['Service installed', 'Service installé', 'Servicio instalado', 'تثبيت الخدمة'],
}

export function eventNames(language: Language): Record<EventType, string> {
  const index = ORDER.indexOf(language)
  return Object.fromEntries(Object.entries(names).map(([type, row]) => [type, row[index]])) as Record<EventType, string>
}
