{{- define "lynceus.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "lynceus.fullname" -}}
{{- $name := include "lynceus.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "lynceus.selectorLabels" -}}
app.kubernetes.io/name: {{ include "lynceus.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "lynceus.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "lynceus.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "lynceus.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "lynceus.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Where the analysis templates ask. */}}
{{- define "lynceus.url" -}}
{{- $port := int .Values.service.port -}}
{{- printf "http://%s.%s" (include "lynceus.fullname" .) .Release.Namespace -}}
{{- if ne $port 80 }}{{ printf ":%d" $port }}{{ end -}}
{{- end -}}

{{/* "true" when a kind is wanted: (list . SETTING "GROUP/VERSION/KIND"), the setting being auto, true or false. */}}
{{- define "lynceus.wanted" -}}
{{- $root := index . 0 -}}
{{- $setting := toString (index . 1) -}}
{{- if eq $setting "auto" -}}
{{- if $root.Capabilities.APIVersions.Has (index . 2) }}true{{ end -}}
{{- else if eq $setting "true" -}}
true
{{- end -}}
{{- end -}}

{{/* "true" when the settings file of the notifier is mounted. */}}
{{- define "lynceus.notifySecret" -}}
{{- if and .Values.notifications.enabled .Values.notifications.secretName -}}
{{- if .Values.config.notifyFile }}{{ fail "config.notifyFile and notifications.secretName both name the settings file of the notifier" }}{{ end -}}
true
{{- end -}}
{{- end -}}

{{/* What Lynceus reads; it writes nothing there. */}}
{{- define "lynceus.rules" -}}
- apiGroups: [""]
  resources: [pods{{ if .Values.rbac.events }}, events{{ end }}]
  verbs: [list, watch]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets, controllerrevisions]
  verbs: [list, watch]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [list, watch]
{{- if .Values.rbac.rollouts }}
- apiGroups: [argoproj.io]
  resources: [rollouts]
  verbs: [list, watch]
{{- end }}
{{- range .Values.customResources }}
{{- $named := splitList "=" . }}
{{- $parts := splitList "/" (first $named) }}
- apiGroups: [{{ index $parts 0 }}]
  resources: [{{ if gt (len $named) 1 }}{{ last $named }}{{ else }}{{ include "lynceus.plural" (last $parts) }}{{ end }}]
  verbs: [list, watch]
{{- end }}
{{- end -}}

{{/* The plural of a kind, as the program guesses it too (src/kinds/custom-resource.ts). */}}
{{- define "lynceus.plural" -}}
{{- $singular := lower . -}}
{{- if regexMatch "(s|x|ch|sh)$" $singular }}{{ $singular }}es
{{- else if regexMatch "[^aeiou]y$" $singular }}{{ trimSuffix "y" $singular }}ies
{{- else }}{{ $singular }}s{{ end -}}
{{- end -}}

{{/* Whether to make ClusterAnalysisTemplates. They are the whole cluster's: an installation for some namespaces makes none unless told to. */}}
{{- define "lynceus.analysisTemplates" -}}
{{- $enabled := .Values.analysisTemplates.enabled -}}
{{- if and .Values.namespaces (eq (toString $enabled) "auto") }}{{ $enabled = false }}{{ end -}}
{{- include "lynceus.wanted" (list . $enabled "argoproj.io/v1alpha1/ClusterAnalysisTemplate") -}}
{{- end -}}

{{/* Answers that each replica holds, so that all of them leave workers of the Argo Rollouts controller free. */}}
{{- define "lynceus.maxHeld" -}}
{{- $replicas := int .Values.replicas -}}
{{- if .Values.autoscaling.enabled }}{{ $replicas = int .Values.autoscaling.maxReplicas }}{{ end -}}
{{- $all := sub (int .Values.analysisTemplates.controllerThreads) 2 -}}
{{- max 1 (div (max 1 $all) (max 1 $replicas)) -}}
{{- end -}}

{{/* Settings as variables of the environment: staleAfter becomes LYNCEUS_STALE_AFTER. */}}
{{- define "lynceus.env" -}}
{{- with .Values.namespaces }}
- name: LYNCEUS_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
{{- with .Values.customResources }}
- name: LYNCEUS_CUSTOM_RESOURCES
  value: {{ join "," . | quote }}
{{- end }}
{{- if include "lynceus.notifySecret" . }}
- name: LYNCEUS_NOTIFY_FILE
  value: /etc/lynceus/notify/{{ .Values.notifications.secretKey }}
{{- end }}
{{- if not (hasKey .Values.config "maxHeld") }}
- name: LYNCEUS_MAX_HELD
  value: {{ include "lynceus.maxHeld" . | quote }}
{{- end }}
{{- range $name, $value := .Values.config }}
{{- if not (kindIs "invalid" $value) }}
- name: LYNCEUS_{{ $name | snakecase | upper }}
  value: {{ if kindIs "string" $value }}{{ $value | quote }}{{ else }}{{ $value | toJson | quote }}{{ end }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
