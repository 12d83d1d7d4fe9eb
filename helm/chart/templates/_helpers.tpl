{{- define "shoal.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "shoal.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- $name := include "shoal.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What selects pods: never changes during a release. Call with (list . "agent"). */}}
{{- define "shoal.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "shoal.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- with index . 1 }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "shoal.labels" -}}
{{- $root := index . 0 -}}
{{ include "shoal.selector" . }}
app.kubernetes.io/part-of: shoal
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "shoal.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- /* The Secret with the files of the cluster. */}}
{{- define "shoal.clusterSecret" -}}
{{- default (printf "%s-cluster" (include "shoal.fullname" .)) .Values.cluster.existingSecret }}
{{- end }}

{{- /* A server's name inside the cluster. Call with (list . "tracker"). */}}
{{- define "shoal.host" -}}
{{- $root := index . 0 -}}
{{ include "shoal.fullname" $root }}-{{ index . 1 }}.{{ $root.Release.Namespace }}.svc.{{ $root.Values.clusterDomain }}
{{- end }}

{{- define "shoal.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "shoal.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* Root for what is root's on a node, and without any right beyond that. */}}
{{- define "shoal.rootSecurity" -}}
runAsUser: 0
runAsGroup: 0
runAsNonRoot: false
{{ include "shoal.containerSecurity" . }}
{{- end }}

{{- /* Annotations of a hook. Call with (list "post-delete" weight). */}}
{{- define "shoal.hook" -}}
helm.sh/hook: {{ index . 0 }}
helm.sh/hook-weight: {{ index . 1 | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- /* Account and rights of a hook's Job. Call with (list . "restore" "post-delete" rule). */}}
{{- define "shoal.hookAccount" -}}
{{- $root := index . 0 -}}
{{- $name := printf "%s-%s" (include "shoal.fullname" $root) (index . 1) -}}
{{- $hook := list (index . 2) "-2" -}}
{{- $labels := list $root (index . 1) -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "shoal.labels" $labels | nindent 4 }}
  annotations:
    {{- include "shoal.hook" $hook | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "shoal.labels" $labels | nindent 4 }}
  annotations:
    {{- include "shoal.hook" $hook | nindent 4 }}
rules:
  - {{ index . 3 | toJson }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "shoal.labels" $labels | nindent 4 }}
  annotations:
    {{- include "shoal.hook" $hook | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ $name }}}
subjects:
  - {kind: ServiceAccount, name: {{ $name }}, namespace: {{ $root.Release.Namespace }}}
{{- end }}

{{- /* Where a runtime has its configuration on a node. */}}
{{- define "shoal.nodeFolder" -}}
{{- $usual := dict "docker" "/etc/docker" "containerd" "/etc/containerd" "crio" "/etc/containers" "podman" "/etc/containers" -}}
{{ default (get $usual .Values.agent.nodeSetup.runtime) .Values.agent.nodeSetup.configPath }}
{{- end }}

{{- /* The init container that sets a node up or restores it: root, because the files are root's; it
sees nothing of the node but their folder, and the one that keeps how they were before. Call with
(list . "setup") or (list . "restore"). */}}
{{- define "shoal.nodeStep" -}}
{{- $root := index . 0 -}}
{{- $setup := $root.Values.agent.nodeSetup -}}
{{- $files := dict "docker" "daemon.json" "containerd" "config.toml" "crio" "registries.conf" "podman" "registries.conf" -}}
- name: node-{{ index . 1 }}
  {{- include "shoal.container" (list $root "shoal") | nindent 2 }}
  args:
    - node
    - {{ index . 1 }}
    - --runtime
    - {{ $setup.runtime }}
    {{- if eq (index . 1) "setup" }}
    - --mirror
    - http://127.0.0.1:{{ $root.Values.agent.endpoint.port }}
    {{- end }}
    {{- with $setup.configPath }}
    - --config
    - {{ . }}/{{ get $files $setup.runtime }}
    {{- end }}
    - --root
    - /host
  securityContext:
    {{- include "shoal.rootSecurity" $root | nindent 4 }}
  volumeMounts:
    - {name: node-config, mountPath: /host{{ include "shoal.nodeFolder" $root }}}
    - {name: node-state, mountPath: /host/var/lib/shoal/node-setup}
{{- end }}

{{- /* Its volumes. */}}
{{- define "shoal.nodeVolumes" -}}
- name: node-config
  hostPath: {path: {{ include "shoal.nodeFolder" . }}, type: DirectoryOrCreate}
- name: node-state
  hostPath: {path: /var/lib/shoal/node-setup, type: DirectoryOrCreate}
{{- end }}

{{- /* Java with the arguments of one role; the image has no shell. Call with (list . "agent"). */}}
{{- define "shoal.container" -}}
{{- $root := index . 0 -}}
image: {{ include "shoal.image" $root }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
command: [/opt/shoal/runtime/bin/java, "@/opt/shoal/java/{{ index . 1 }}"]
{{- end }}

{{- /* Startup, readiness and liveness. Call with (list "HTTP" port host). */}}
{{- define "shoal.probes" -}}
{{- $host := index . 2 -}}
{{- $scheme := index . 0 -}}
{{- $port := index . 1 -}}
startupProbe:
  httpGet: {path: /health/live, port: {{ $port }}, scheme: {{ $scheme }}{{ with $host }}, host: {{ . }}{{ end }}}
  periodSeconds: 1
  failureThreshold: 60
  timeoutSeconds: 5
readinessProbe:
  httpGet: {path: /health/ready, port: {{ $port }}, scheme: {{ $scheme }}{{ with $host }}, host: {{ . }}{{ end }}}
  periodSeconds: 5
  timeoutSeconds: 5
livenessProbe:
  httpGet: {path: /health/live, port: {{ $port }}, scheme: {{ $scheme }}{{ with $host }}, host: {{ . }}{{ end }}}
  periodSeconds: 20
  failureThreshold: 3
  timeoutSeconds: 5
{{- end }}

{{- /* What a pod has in common with those of the other roles. Call with (list . values). */}}
{{- define "shoal.podTail" -}}
{{- $root := index . 0 -}}
{{- $values := index . 1 -}}
terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Metadata of a pod. Call with (list . "agent" values). */}}
{{- define "shoal.podMeta" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
metadata:
  labels:
    {{- include "shoal.labels" (list $root (index . 1)) | nindent 4 }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/config: {{ include (printf "shoal.config.%s" (index . 1)) $root | sha256sum }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{- /* The mounts of configuration and cluster files. Call with (list . values). */}}
{{- define "shoal.mounts" -}}
{{- $root := index . 0 -}}
{{- $values := index . 1 -}}
- {name: config, mountPath: /etc/shoal/config, readOnly: true}
- {name: cluster, mountPath: /etc/shoal/cluster, readOnly: true}
{{- if $root.Values.upstreamCredentialsSecret }}
- {name: credentials, mountPath: /etc/shoal/credentials, readOnly: true}
{{- end }}
{{- with $values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Their volumes. Call with (list . "agent" values "cluster.yml" ...). */}}
{{- define "shoal.volumes" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
- name: config
  configMap: {name: {{ include "shoal.fullname" $root }}-{{ index . 1 }}}
- name: cluster
  secret:
    secretName: {{ include "shoal.clusterSecret" $root }}
    # Each role gets no more of it than it needs.
    items:
      {{- range (slice . 3) }}
      - {key: {{ . }}, path: {{ . }}}
      {{- end }}
    defaultMode: 0440
{{- with $root.Values.upstreamCredentialsSecret }}
- name: credentials
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- with $values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The servers' configuration. What values say wins over what the chart says. */}}
{{- define "shoal.config.agent" -}}
{{- $host := ternary "127.0.0.1" .Values.listenHost (eq .Values.agent.endpoint.type "hostNetwork") -}}
{{- $port := ternary .Values.agent.endpoint.port 4600 (eq .Values.agent.endpoint.type "hostNetwork") -}}
{{- $config := dict
  "listen" (printf "%s:%d" $host (int $port))
  "peer" (dict "listen" (printf "%s:%d" .Values.listenHost (int .Values.agent.peerPort)))
  "tracker" (printf "https://%s:4620" (include "shoal.host" (list . "tracker")))
  "origins" (list (printf "https://%s:4630" (include "shoal.host" (list . "origin"))))
  "cluster" "/etc/shoal/cluster/cluster.yml"
  "store" (dict "dir" "/var/lib/shoal/agent")
  "log" (dict "format" .Values.logFormat) -}}
{{- with .Values.upstreams }}{{ $_ := set $config "upstreams" . }}{{ end -}}
{{- $prewarm := dict -}}
{{- with .Values.prewarm.credentials }}{{ $_ := set $prewarm "credentials" . }}{{ end -}}
{{- with .Values.prewarm.runtimeAccess }}{{ if .enabled -}}
{{- $_ := set $prewarm "runtimeAccess" (dict "allow" (list .runtime) "bridge" "/run/shoal/runtime-access/bridge.sock") -}}
{{- end }}{{ end -}}
{{- with $prewarm }}{{ $_ := set $config "prewarm" . }}{{ end -}}
{{- toYaml (mergeOverwrite $config (deepCopy .Values.agent.config)) }}
{{- end }}

{{- define "shoal.config.origin" -}}
{{- $config := dict
  "listen" (printf "%s:4630" .Values.listenHost)
  "peer" (dict "listen" (printf "%s:4631" .Values.listenHost))
  "tracker" (printf "https://%s:4620" (include "shoal.host" (list . "tracker")))
  "cluster" "/etc/shoal/cluster/cluster.yml"
  "serverKey" "/etc/shoal/cluster/server.pem"
  "signingKey" "/etc/shoal/cluster/origin.key"
  "store" (dict "dir" "/var/lib/shoal/origin" "shareOfDisk" 0.9 "keepFree" 0.05)
  "log" (dict "format" .Values.logFormat) -}}
{{- with .Values.upstreams }}{{ $_ := set $config "upstreams" . }}{{ end -}}
{{- toYaml (mergeOverwrite $config (deepCopy .Values.origin.config)) }}
{{- end }}

{{- define "shoal.config.tracker" -}}
{{- $config := dict
  "listen" (printf "%s:4620" .Values.listenHost)
  "cluster" "/etc/shoal/cluster/cluster.yml"
  "serverKey" "/etc/shoal/cluster/server.pem"
  "store" (dict "dir" "/var/lib/shoal/tracker")
  "log" (dict "format" .Values.logFormat) -}}
{{- toYaml (mergeOverwrite $config (deepCopy .Values.tracker.config)) }}
{{- end }}

{{- define "shoal.config.registry-proxy" -}}
{{- $config := dict
  "listen" (printf "%s:4640" .Values.listenHost)
  "origins" (list (printf "https://%s:4630" (include "shoal.host" (list . "origin"))))
  "cluster" "/etc/shoal/cluster/cluster.yml"
  "log" (dict "format" .Values.logFormat) -}}
{{- with .Values.upstreams }}{{ $_ := set $config "upstreams" . }}{{ end -}}
{{- toYaml (mergeOverwrite $config (deepCopy .Values.registryProxy.config)) }}
{{- end }}

{{- /* IP families of a Service. */}}
{{- define "shoal.ipFamilies" -}}
{{- with .Values.services.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .Values.services.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
