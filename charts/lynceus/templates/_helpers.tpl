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
app.kubernetes.io/name: {{ include "lynceus.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "lynceus.labels" -}}
{{- include "lynceus.labelsWith" (list .) -}}
{{- end -}}

{{/* Labels of an object, each once: (list . MAP...), of which the later ones win over the earlier and over ours. */}}
{{- define "lynceus.labelsWith" -}}
{{- $root := first . -}}
{{- $selecting := include "lynceus.selectorLabels" $root | fromYaml -}}
{{- $labels := dict
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- range $more := prepend (rest .) $root.Values.commonLabels -}}
{{- range $name, $value := $more -}}
{{- if hasKey $selecting $name -}}
{{- fail (printf "the label %s cannot be set, as pods are selected by it; nameOverride and the name of the release decide it" $name) -}}
{{- end -}}
{{- $_ := set $labels $name $value -}}
{{- end -}}
{{- end -}}
{{- toYaml (merge $labels $selecting) -}}
{{- end -}}

{{/* Labels of the pod of `helm test`, which neither the Service nor anything else of ours selects. */}}
{{- define "lynceus.testLabels" -}}
{{- $labels := include "lynceus.labels" . | fromYaml -}}
{{- toYaml (set $labels "app.kubernetes.io/name" (include "lynceus.testName" .)) -}}
{{- end -}}

{{- define "lynceus.testName" -}}
{{- printf "%s-test" (include "lynceus.name" . | trunc 58 | trimSuffix "-") -}}
{{- end -}}

{{/* How many pods are asked for, by either name; empty when neither says. */}}
{{- define "lynceus.replicas" -}}
{{- $replicas := .Values.replicas -}}
{{- if not (kindIs "invalid" .Values.replicaCount) }}{{ $replicas = .Values.replicaCount }}{{ end -}}
{{- if not (kindIs "invalid" $replicas) }}{{ int $replicas }}{{ end -}}
{{- end -}}

{{- define "lynceus.image" -}}
{{- $name := .Values.image.repository -}}
{{- with .Values.image.registry }}{{ $name = printf "%s/%s" (trimSuffix "/" .) $name }}{{ end -}}
{{- $tag := .Values.image.tag -}}
{{- if not .Values.image.digest }}{{ $tag = default .Chart.AppVersion $tag }}{{ end -}}
{{- $name }}{{ with $tag }}:{{ . }}{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{/* What the pods of the Deployment and of `helm test` have in common. */}}
{{- define "lynceus.pod" -}}
{{- $secrets := concat (default list .Values.image.pullSecrets) (default list .Values.imagePullSecrets) -}}
{{- with $secrets }}
imagePullSecrets:
  {{- range . }}
  - {{ if kindIs "string" . }}{{ dict "name" . | toJson }}{{ else }}{{ toJson . }}{{ end }}
  {{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
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
{{- if dig "notifyFile" "" (default dict .Values.config) }}{{ fail "config.notifyFile and notifications.secretName both name the settings file of the notifier" }}{{ end -}}
true
{{- end -}}
{{- end -}}

{{/*
How nodes may be read, which are in no namespace: `with-all` where one ClusterRole has everything, `alone` by a ClusterRole
of their own beside the Roles of some namespaces; empty when they may not.
*/}}
{{- define "lynceus.nodes" -}}
{{- $setting := toString .Values.rbac.nodes -}}
{{- if ne $setting "false" -}}
{{- if not .Values.namespaces }}with-all{{ else if eq $setting "true" }}alone{{ end -}}
{{- end -}}
{{- end -}}

{{/* What Lynceus reads; it writes nothing there. */}}
{{- define "lynceus.rules" -}}
- apiGroups: [""]
  resources: [pods{{ if .Values.rbac.events }}, events{{ end }}]
  verbs: [list, watch]
{{- if (.Values.config).logs }}
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
{{- end }}
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets, controllerrevisions]
  verbs: [list, watch]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [list, watch]
{{- if eq (include "lynceus.nodes" .) "with-all" }}
- apiGroups: [""]
  resources: [nodes]
  verbs: [list, watch]
{{- end }}
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
{{- $replicas := int (include "lynceus.replicas" .) -}}
{{- if .Values.autoscaling.enabled }}{{ $replicas = int .Values.autoscaling.maxReplicas }}{{ end -}}
{{- $all := sub (int .Values.analysisTemplates.controllerThreads) 2 -}}
{{- max 1 (div (max 1 $all) (max 1 $replicas)) -}}
{{- end -}}

{{/* Whether a value says nothing. */}}
{{- define "lynceus.isUnset" -}}
{{- if or (kindIs "invalid" .) (and (kindIs "string" .) (empty .)) }}true{{ end -}}
{{- end -}}

{{/*
Settings as variables of the environment, each once: staleAfter becomes LYNCEUS_STALE_AFTER. Those of extraEnv replace
ours, and stay in their place, as others may refer to them.
*/}}
{{- define "lynceus.env" -}}
{{- $config := default dict .Values.config -}}
{{- $env := list -}}
{{- with .Values.namespaces }}{{ $env = append $env (dict "name" "LYNCEUS_NAMESPACES" "value" (join "," .)) }}{{ end -}}
{{- with .Values.customResources -}}
{{- $env = append $env (dict "name" "LYNCEUS_CUSTOM_RESOURCES" "value" (join "," .)) -}}
{{- end -}}
{{- if include "lynceus.notifySecret" . -}}
{{- $file := printf "/etc/lynceus/notify/%s" .Values.notifications.secretKey -}}
{{- $env = append $env (dict "name" "LYNCEUS_NOTIFY_FILE" "value" $file) -}}
{{- end -}}
{{- if include "lynceus.isUnset" $config.maxHeld -}}
{{- $env = append $env (dict "name" "LYNCEUS_MAX_HELD" "value" (include "lynceus.maxHeld" .)) -}}
{{- end -}}
{{- range $name, $value := $config -}}
{{- if not (include "lynceus.isUnset" $value) -}}
{{- $text := $value -}}
{{- if not (kindIs "string" $value) }}{{ $text = toJson $value }}{{ end -}}
{{- $env = append $env (dict "name" (printf "LYNCEUS_%s" ($name | snakecase | upper)) "value" $text) -}}
{{- end -}}
{{- end -}}
{{- $seen := dict -}}
{{- $once := list -}}
{{- range reverse (concat $env (default list .Values.extraEnv)) -}}
{{- if not (hasKey $seen .name) -}}
{{- $_ := set $seen .name true -}}
{{- $once = prepend $once . -}}
{{- end -}}
{{- end -}}
{{- toYaml $once -}}
{{- end -}}

{{/* What the container gets: as given, else by the size of the cluster. Empty for nothing. */}}
{{- define "lynceus.resources" -}}
{{- $presets := dict
  "small" (dict "requests" (dict "cpu" "50m" "memory" "192Mi") "limits" (dict "memory" "320Mi"))
  "medium" (dict "requests" (dict "cpu" "100m" "memory" "256Mi") "limits" (dict "memory" "512Mi"))
  "large" (dict "requests" (dict "cpu" "250m" "memory" "512Mi") "limits" (dict "memory" "768Mi"))
  "huge" (dict "requests" (dict "cpu" "500m" "memory" "640Mi") "limits" (dict "memory" "1Gi"))
-}}
{{- with .Values.resources | default (get $presets (.Values.resourcesPreset | default "")) -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}
