/** Arabic. Terms of two-factor authentication are the product documents' own; the rest keeps their register. */
import type { Texts } from './texts.ts'

export const ar: Texts = {
  refusals: {
    validation_failed: { title: 'الطلب غير صالح', detail: 'صحّح الحقول المذكورة في errors ثم أعد إرسال الطلب.' },
    malformed_request: { title: 'الطلب ليس بتنسيق HTTP', detail: 'أرسل طلب HTTP/1.1 سليم البنية.' },
    malformed_json: { title: 'محتوى الطلب ليس بتنسيق JSON', detail: 'أرسل كائن JSON واحدًا سليم البنية بترميز UTF-8.' },
    invalid_cursor: { title: 'المؤشر غير صالح', detail: 'ابدأ من جديد دون مؤشر.' },
    invalid_code: {
      title: 'الرمز غير صحيح',
      detail: 'أدخل الرمز الحالي من تطبيق المصادقة أو رمز نسخ احتياطي لم يُستخدم بعد.',
    },
    password_mismatch: { title: 'كلمتا المرور غير متطابقتين', detail: 'أدخل كلمة المرور نفسها في الحقلين.' },
    password_too_short: { title: 'كلمة المرور قصيرة جدًا', detail: 'استخدم 8 أحرف على الأقل.' },
    password_too_long: { title: 'كلمة المرور طويلة جدًا', detail: 'استخدم 128 حرفًا على الأكثر.' },
    password_breached: {
      title: 'كلمة المرور شائعة جدًا',
      detail: 'وردت في قائمة كلمات المرور المسرّبة في اختراقات البيانات. اختر كلمة مرور أخرى.',
    },
    password_personal: {
      title: 'كلمة المرور مرتبطة ببياناتك الشخصية',
      detail: 'تكاد تقتصر على عنوان بريدك الإلكتروني أو اسمك أو اسم المنتج. اختر كلمة مرور أخرى.',
    },
    password_unchanged: { title: 'كلمة المرور هي نفسها القديمة', detail: 'اختر كلمة مرور تختلف عن الحالية.' },
    reset_link_invalid: {
      title: 'الرابط غير صالح',
      detail: 'انتهت صلاحيته أو سبق استخدامه. اطلب رابطًا جديدًا لإعادة التعيين.',
    },
    email_link_invalid: {
      title: 'الرابط غير صالح',
      detail: 'انتهت صلاحيته أو سبق استخدامه. اطلب تغيير العنوان مرة أخرى.',
    },
    unknown_role: { title: 'دور غير معروف', detail: 'استخدم الأدوار الواردة في قائمة الأدوار فقط.' },
    ambiguous_credentials: { title: 'وسيلتا تحقق في طلب واحد', detail: 'أرسل إما رمز وصول أو مفتاح API، مرة واحدة.' },
    unsupported_grant_type: { title: 'نوع المنح غير مدعوم', detail: 'أرسل grant_type=client_credentials.' },
    invalid_scope: {
      title: 'النطاق غير صالح',
      detail: 'اطلب فقط الأذونات التي يملكها مفتاح API في هذه اللحظة، مفصولة بمسافات.',
    },
    unsupported_token_type: {
      title: 'لا يمكن إلغاء رمز من هذا النوع بمفرده',
      detail: 'ألغِ مفتاح API الذي صدر له أو أعد إنشاءه.',
    },
    invalid_credentials: {
      title: 'البريد الإلكتروني أو كلمة المرور غير صحيحة',
      detail: 'تحقق منهما وحاول مرة أخرى، أو أعد تعيين كلمة المرور.',
    },
    access_token_missing: { title: 'يلزم تسجيل الدخول', detail: 'أرسل رمز الوصول: Authorization: Bearer …' },
    access_token_invalid: { title: 'رمز الوصول غير صالح', detail: 'سجّل الدخول مرة أخرى.' },
    access_token_expired: { title: 'انتهت صلاحية رمز الوصول', detail: 'حدّثه مرة واحدة ثم أعد إرسال الطلب.' },
    session_ended: { title: 'انتهت الجلسة', detail: 'سجّل الدخول مرة أخرى.' },
    step_token_invalid: { title: 'لم تعد هذه الخطوة من تسجيل الدخول صالحة', detail: 'ابدأ تسجيل الدخول من جديد.' },
    invalid_refresh_token: { title: 'تعذّر تجديد الجلسة', detail: 'سجّل الدخول.' },
    api_key_missing: { title: 'مفتاح API مطلوب', detail: 'أرسله في الترويسة X-API-Key.' },
    api_key_invalid: {
      title: 'مفتاح API غير صالح',
      detail: 'تحقق من المفتاح ومن تاريخ انتهائه ومن العناوين المسموح بها، أو اطلب مفتاحًا آخر من أحد المسؤولين.',
    },
    wrong_password: { title: 'كلمة المرور غير صحيحة', detail: 'أدخل كلمة المرور الحالية.' },
    account_inactive: { title: 'الحساب معطّل', detail: 'اطلب من أحد المسؤولين تفعيله.' },
    account_locked: {
      title: 'الحساب مقفل',
      detail:
        'فشلت محاولات كثيرة. أعد تعيين كلمة المرور عبر البريد الإلكتروني، أو اطلب من أحد المسؤولين فتح قفل الحساب.',
    },
    two_factor_locked: {
      title: 'المصادقة الثنائية مقفلة',
      detail:
        'أُدخل عدد كبير جدًا من الرموز الخاطئة. اطلب من أحد المسؤولين فتح قفل الحساب أو إعادة تعيين المصادقة الثنائية له.',
    },
    permission_required: { title: 'ينقصك إذن', detail: 'اطلب من أحد المسؤولين الإذن المذكور في permission.' },
    forbidden: { title: 'غير مسموح', detail: 'هذا يخص شخصًا آخر أو يتجاوز أذوناتك.' },
    people_only: {
      title: 'هذا الطلب مخصص للأشخاص',
      detail: 'لا يمكن للخدمات إجراؤه. سجّل الدخول كمستخدم وأرسل رمز الوصول الخاص به.',
    },
    origin_not_allowed: {
      title: 'المصدر غير مسموح به',
      detail: 'لا تُقبل الطلبات المرفقة بملف تعريف ارتباط التحديث إلا من مصادر الواجهات (CORS_ORIGINS).',
    },
    reauthentication_required: {
      title: 'يرجى تأكيد كلمة المرور',
      detail: 'مضى على تسجيل دخولك أكثر من 15 دقيقة. أرسل كلمة المرور مع الطلب.',
    },
    impersonation_not_allowed: {
      title: 'غير مسموح أثناء التصرف باسم شخص آخر',
      detail: 'أنهِ انتحال الهوية وأرسل هذا الطلب باسمك.',
    },
    not_found: { title: 'غير موجود', detail: 'لا يوجد شيء في هذا العنوان.' },
    account_not_found: {
      title: 'لم يُعثر على حساب بعنوان البريد الإلكتروني هذا',
      detail: 'تحقق من العنوان أو اتصل بأحد المسؤولين.',
    },
    method_not_allowed: { title: 'طريقة الطلب غير مسموح بها', detail: 'استخدم إحدى الطرق الواردة في الترويسة Allow.' },
    request_timeout: { title: 'استغرق الطلب وقتًا طويلاً', detail: 'أرسل الطلب كاملاً خلال 15 ثانية.' },
    two_factor_already_enabled: { title: 'المصادقة الثنائية مفعّلة بالفعل', detail: 'عطّلها أولاً أو واصل استخدامها.' },
    two_factor_not_enabled: { title: 'المصادقة الثنائية غير مفعّلة', detail: 'فعّلها أولاً.' },
    two_factor_not_pending: { title: 'لا يوجد إعداد بانتظار رمز التحقق', detail: 'ابدأ بطلب تفعيل المصادقة الثنائية.' },
    two_factor_required: {
      title: 'المصادقة الثنائية مطلوبة',
      detail: 'تفرضها مؤسستك على أدوارك، لذلك لا يمكن تعطيلها.',
    },
    email_taken: { title: 'عنوان البريد الإلكتروني مستخدم بالفعل', detail: 'يستخدمه حساب آخر. اختر عنوانًا آخر.' },
    own_account: {
      title: 'هذا حسابك أنت',
      detail: 'اطلب من مسؤول آخر القيام بذلك. أما عنوان بريدك الإلكتروني فيتغير من ملفك الشخصي.',
    },
    last_admin: { title: 'هذا هو المسؤول الأخير', detail: 'عيّن أولاً مسؤولاً نشطًا آخر.' },
    user_has_logged_in: {
      title: 'سبق للمستخدم تسجيل الدخول',
      detail: 'رسالة الترحيب مخصصة للمستخدمين الذين لم يسجّلوا الدخول قط.',
    },
    role_exists: { title: 'الدور موجود بالفعل', detail: 'اختر اسمًا آخر.' },
    role_in_use: { title: 'الدور قيد الاستخدام', detail: 'أزله من مستخدميه أولاً.' },
    role_built_in: { title: 'الدور مدمج في النظام', detail: 'لا يمكن تغيير الأدوار المدمجة بهذه الطريقة.' },
    api_key_inactive: {
      title: 'لم يعد مفتاح API نشطًا',
      detail: 'أنشئ مفتاحًا آخر؛ أما المفتاح المنتهي فقط فيمكن تمديده أولًا.',
    },
    cursor_gone: { title: 'المؤشر من قاعدة بيانات أخرى', detail: 'ابدأ من جديد بدونه.' },
    version_conflict: { title: 'أجرى شخص آخر تغييرًا هنا', detail: 'أعد تحميل البيانات ثم كرّر التغيير.' },
    body_too_large: { title: 'محتوى الطلب كبير جدًا', detail: 'أرسل 64 KiB على الأكثر.' },
    unsupported_media_type: {
      title: 'نوع المحتوى غير مدعوم',
      detail: 'أرسل محتوى الطلب بالنوع application/json، أما طلبات OAuth فبالنوع application/x-www-form-urlencoded.',
    },
    too_many_attempts: {
      title: 'محاولات كثيرة جدًا',
      detail: 'انتظر عدد الثواني المذكور في Retry-After ثم حاول مرة أخرى.',
    },
    headers_too_large: {
      title: 'الترويسات كبيرة جدًا',
      detail: 'أرسل 16 KiB من الترويسات على الأكثر، بما فيها العنوان.',
    },
    internal_error: {
      title: 'حدث خطأ ما',
      detail: 'تم تسجيل الخطأ. حاول مرة أخرى، وإذا تكرر فأبلغ عنه مع ذكر request_id.',
    },
    overloaded: { title: 'الخدمة مشغولة', detail: 'انتظر عدد الثواني المذكور في Retry-After ثم حاول مرة أخرى.' },
    unavailable: { title: 'الخدمة غير متاحة', detail: 'انتظر عدد الثواني المذكور في Retry-After ثم حاول مرة أخرى.' },
  },
  faults: {
    required: 'مطلوب',
    unknown: 'غير معروف',
    blank: 'يجب ألا يكون فارغًا',
    invalid: 'غير صالح',
    type: (types) => `يجب أن يكون من النوع ${types}`,
    oneOf: (values) => `يجب أن يكون إحدى القيم التالية: ${values}`,
    constant: (value) => `يجب أن يكون ${value}`,
    minLength: (limit) => `يجب ألا يقل عدد أحرفه عن ${limit}`,
    maxLength: (limit) => `يجب ألا يزيد عدد أحرفه على ${limit}`,
    minimum: (limit) => `يجب ألا يقل عن ${limit}`,
    maximum: (limit) => `يجب ألا يزيد على ${limit}`,
    minItems: (limit) => `يجب ألا يقل عدد عناصره عن ${limit}`,
    maxItems: (limit) => `يجب ألا يزيد عدد عناصره على ${limit}`,
    uniqueItems: 'يجب ألا يتكرر فيه العنصر نفسه',
    format: (format) => `يجب أن يكون بتنسيق ${format} صالح`,
    future: 'يجب أن يكون في المستقبل',
    address: 'يجب أن يكون عنوان IP أو شبكة مثل 10.0.0.0/8 أو 2001:db8::/32',
    notWithStepToken: 'يجب حذفه عند استخدام رمز الخطوة',
    missing: (name) => `يتضمن "${name}" وهو غير موجود`,
    controlCharacters: 'يجب ألا يحتوي على أحرف تحكم',
    roleName: 'يجب أن يتكون من أحرف لاتينية صغيرة وأرقام و . _ - فقط',
    permissionName: 'يجب أن يتكون من أحرف لاتينية صغيرة وأرقام و . _ - : فقط، وألا يكون "admin"',
  },
  messages: {
    two_factor_enabled: 'تم تفعيل المصادقة الثنائية.',
    two_factor_disabled: 'تم تعطيل المصادقة الثنائية.',
    password_changed: 'تم تغيير كلمة المرور.',
    password_reset: 'تمت إعادة تعيين كلمة المرور بنجاح',
    reset_instructions_sent: 'تم إرسال تعليمات إعادة التعيين إلى بريدك الإلكتروني',
    email_change_requested: 'تم إرسال رابط تأكيد إلى العنوان الجديد.',
    email_changed: 'تم تغيير عنوان البريد الإلكتروني.',
    temporary_password_set: (name) =>
      `كلمة مرور مؤقتة للمستخدم ${name}. سلّمها عبر قناة آمنة وليس عبر البريد الإلكتروني؛ ويجب تغييرها عند تسجيل الدخول التالي.`,
    two_factor_reset: (name) =>
      `يمكن للمستخدم ${name} الآن تسجيل الدخول بكلمة المرور فقط. ويمكن إعادة تفعيل المصادقة الثنائية من إعدادات المستخدم.`,
    welcome_email_queued: (email) => `رسالة الترحيب في طريقها إلى ${email}.`,
    account_unlocked: (name) => `يمكن للمستخدم ${name} محاولة تسجيل الدخول مرة أخرى.`,
  },
  mails: {
    greeting: (firstName) => `مرحبًا ${firstName}،`,
    support: (email, phone) => `هل لديك أسئلة؟ اتصل بالدعم: ${[email, phone].filter(Boolean).join(' · ')}`,
    copyLink: 'إذا لم يعمل الزر، فانسخ هذا الرابط إلى متصفحك:',
    welcome: {
      subject: 'مرحبًا بك في OmniCRM',
      intro: 'تم إنشاء حساب لك في OmniCRM.',
      userName: (email) => `يمكنك تسجيل الدخول بعنوان بريدك الإلكتروني: ${email}`,
      setPassword: 'اختر كلمة المرور عبر الرابط أدناه، ثم سجّل الدخول بها.',
      setPasswordButton: 'تعيين كلمة المرور',
      linkExpires: 'تنتهي صلاحية هذا الرابط خلال 7 أيام.',
      signIn: 'سجّل الدخول بكلمة المرور التي لديك بالفعل.',
      signInButton: 'تسجيل الدخول',
    },
    password_reset: {
      subject: 'إعادة تعيين كلمة مرور OmniCRM',
      intro: 'لقد طلبت إعادة تعيين كلمة المرور لحسابك في OmniCRM. انقر على الرابط أدناه لإعادة تعيين كلمة المرور:',
      button: 'إعادة تعيين كلمة المرور',
      linkExpires: 'تنتهي صلاحية هذا الرابط خلال ساعة واحدة.',
      ignore: 'إذا لم تطلب ذلك، فتجاهل هذه الرسالة.',
    },
    password_changed: {
      subject: 'تم تغيير كلمة مرور OmniCRM الخاصة بك',
      intro: 'تم للتو تغيير كلمة المرور لحسابك في OmniCRM.',
      notYou: 'إذا لم تكن أنت من فعل ذلك، فأعد تعيين كلمة المرور فورًا واتصل بالدعم.',
    },
    email_change: {
      subject: 'تأكيد عنوان بريدك الإلكتروني الجديد في OmniCRM',
      intro:
        'تم إدخال هذا العنوان بوصفه عنوان البريد الإلكتروني الجديد لحساب في OmniCRM. انقر على الرابط أدناه لتأكيده:',
      button: 'تأكيد العنوان',
      linkExpires: 'تنتهي صلاحية هذا الرابط خلال ساعة واحدة.',
      ignore: 'إذا لم تطلب ذلك، فتجاهل هذه الرسالة.',
    },
    email_change_requested: {
      subject: 'تم إدخال عنوان بريد إلكتروني جديد لحسابك في OmniCRM',
      intro: (newEmail) =>
        `سيصبح عنوان البريد الإلكتروني لحسابك في OmniCRM هو ${newEmail} عند فتح الرابط المرسل إليه. وحتى ذلك الحين لا يتغير شيء.`,
      notYou: 'إذا لم تكن أنت من فعل ذلك، فأعد تعيين كلمة المرور فورًا، فذلك يلغي الرابط أيضًا، ثم اتصل بالدعم.',
    },
    email_changed: {
      subject: 'تم تغيير عنوان البريد الإلكتروني لحسابك في OmniCRM',
      intro: (newEmail) =>
        `أصبح عنوان البريد الإلكتروني لحسابك في OmniCRM هو ${newEmail}. ولم يعد العنوان الذي وصلتك عليه هذه الرسالة صالحًا لتسجيل الدخول.`,
      notYou: 'إذا لم تكن أنت من فعل ذلك، فاتصل بالدعم فورًا.',
    },
    notice: {
      time: (time) => `الوقت: ${time}`,
      address: (address) => `العنوان: ${address}`,
      program: (program) => `المتصفح أو التطبيق: ${program}`,
      notYou: 'إذا لم تكن أنت من فعل ذلك، فأعد تعيين كلمة المرور فورًا واتصل بالدعم.',
      notAsked: 'قام أحد المسؤولين بذلك. إذا لم تطلبه، فاتصل بالدعم فورًا.',
      about: {
        new_device: {
          subject: 'تسجيل دخول جديد إلى حسابك في OmniCRM',
          intro: 'تم تسجيل الدخول إلى حسابك في OmniCRM من متصفح أو تطبيق لم يُستخدم معه من قبل.',
        },
        two_factor_enabled: {
          subject: 'تم تفعيل المصادقة الثنائية لحسابك في OmniCRM',
          intro: 'تم للتو تفعيل المصادقة الثنائية لحسابك في OmniCRM.',
        },
        two_factor_disabled: {
          subject: 'تم تعطيل المصادقة الثنائية لحسابك في OmniCRM',
          intro: 'تم للتو تعطيل المصادقة الثنائية لحسابك في OmniCRM. أصبح تسجيل الدخول يتطلب كلمة المرور فقط.',
        },
        two_factor_reset: {
          subject: 'تمت إعادة تعيين المصادقة الثنائية لحسابك في OmniCRM',
          intro:
            'تم تعطيل المصادقة الثنائية لحسابك في OmniCRM. يمكنك الآن تسجيل الدخول بكلمة المرور فقط، وإعادة تفعيلها من إعدادات المستخدم.',
        },
        backup_codes_regenerated: {
          subject: 'رموز احتياطية جديدة لحسابك في OmniCRM',
          intro: 'تم إنشاء رموز احتياطية جديدة لحسابك في OmniCRM. ولم تعد الرموز القديمة صالحة.',
        },
        backup_code_used: {
          subject: 'تم استخدام رمز احتياطي لحسابك في OmniCRM',
          intro: 'تم تسجيل الدخول إلى حسابك في OmniCRM باستخدام رمز احتياطي. ولا يمكن استخدام هذا الرمز مرة أخرى.',
        },
        temporary_password: {
          subject: 'لحسابك في OmniCRM كلمة مرور مؤقتة',
          intro:
            'تم استبدال كلمة مرور حسابك في OmniCRM بكلمة مرور مؤقتة. ستصلك بطريقة أخرى، وستختار كلمة مرور جديدة عند تسجيل الدخول بها.',
        },
      },
    },
  },
}
