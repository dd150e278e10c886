{{- define "primehub.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}
{{- end }}

{{- define "primehub.dockerconfigjson" -}}
{{- with .Values.customImage }}
{{- if .registryUsername }}
{{- printf "{\"auths\":{%s:{\"auth\":%s}}}" (quote .registryEndpoint) (printf "%s:%s" .registryUsername .registryPassword | b64enc | quote) }}
{{- else }}{"auths":{}}{{ end }}
{{- end }}
{{- end }}
