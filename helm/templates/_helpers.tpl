{{- define "identity.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Short enough for what is appended to it. */}}
{{- define "identity.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" }}
{{- else if contains (include "identity.name" .) .Release.Name }}
{{- .Release.Name | trunc 48 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "identity.name" .) | trunc 48 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "identity.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "identity.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The component keeps the Service from the pods of the migration and of the test. */}}
{{- define "identity.selector" -}}
app.kubernetes.io/name: {{ include "identity.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end }}

{{- define "identity.migrationSelector" -}}
app.kubernetes.io/name: {{ include "identity.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: migration
{{- end }}

{{- define "identity.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "identity.secretName" -}}
{{- .Values.secret.existing | default (include "identity.fullname" .) }}
{{- end }}

{{- define "identity.migrationSecretName" -}}
{{- include "identity.fullname" . }}-migration
{{- end }}

{{/* What every pod has: the restricted Pod Security Standard, and nothing of the Kubernetes API. */}}
{{- define "identity.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "identity.container" -}}
image: {{ include "identity.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* One key of a Secret as a variable. Named one by one: what else a Secret of the operator's holds stays out. */}}
{{- define "identity.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .name }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end }}

{{- define "identity.caEnv" -}}
{{- if .Values.caCertificates.configMap }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/omnicrm-identity/ca/{{ .Values.caCertificates.key }}
{{- end }}
{{- end }}

{{- define "identity.caMount" -}}
{{- if .Values.caCertificates.configMap }}
- name: ca
  mountPath: /etc/omnicrm-identity/ca
  readOnly: true
{{- end }}
{{- end }}

{{- define "identity.caVolume" -}}
{{- with .Values.caCertificates }}
{{- if .configMap }}
- name: ca
  configMap:
    name: {{ .configMap }}
    items:
      - key: {{ .key }}
        path: {{ .key }}
{{- end }}
{{- end }}
{{- end }}

{{/* The host and path under which callers reach the service. */}}
{{- define "identity.host" -}}
{{- (urlParse .Values.config.ISSUER).hostname }}
{{- end }}

{{- define "identity.path" -}}
{{- .Values.config.BASE_PATH | default "/" }}
{{- end }}
