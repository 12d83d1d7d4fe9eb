package io.shoal.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Values as users may give them, each set with a name. */
final class ValueSets {

  private ValueSets() {}

  static Stream<String> names() {
    return all().keySet().stream();
  }

  static String named(String name) {
    String values = all().get(name);
    if (values == null) {
      throw new IllegalArgumentException(name);
    }
    return values;
  }

  private static Map<String, String> all() {
    Map<String, String> sets = new LinkedHashMap<>();
    putNodes(sets);
    putHelpers(sets);
    putWorkloads(sets);
    return sets;
  }

  /** Ways in which nodes differ. */
  private static void putNodes(Map<String, String> sets) {
    sets.put("defaults", "");
    sets.put("small", file("values-small.yaml"));
    sets.put("large", file("values-large.yaml"));
    sets.put("host network", "agent: {endpoint: {type: hostNetwork, port: 5000}, peerPort: 5001}");
    sets.put("node port", "agent: {endpoint: {type: nodePort, port: 30500}}");
    sets.put("restore", "agent: {nodeSetup: {action: restore, runtime: docker}}");
    sets.put("nodes left alone", "agent: {nodeSetup: {action: none}, cacheOnUninstall: keep}");
    sets.put("nodes left alone but for the cache", "agent: {nodeSetup: {action: none}}");
    sets.put("k3s", "agent: {nodeSetup: {configPath: /var/lib/rancher/k3s/agent/etc/containerd}}");
    sets.put("cri-o", "agent: {nodeSetup: {runtime: crio}}");
    sets.put("registry proxy", "registryProxy: {enabled: true, service: {type: LoadBalancer}}");
    sets.put("one registry proxy", "registryProxy: {enabled: true, replicas: 1}");
  }

  /** What runs beside the servers. */
  private static void putHelpers(Map<String, String> sets) {
    sets.put("own secret", "cluster: {existingSecret: my-cluster}");
    sets.put("no test image", "test: {image: ''}");
    sets.put(
        "runtime access",
        """
        prewarm:
          credentials: {team: {username: robot, passwordFile: /etc/shoal/prewarm/team}}
          credentialsSecret: logins
          runtimeAccess: {enabled: true}
        """);
    sets.put(
        "docker access",
        """
        upstreams: {default: registry.example.com:5000}
        agent: {endpoint: {type: hostNetwork, port: 5000}, nodeSetup: {runtime: docker}}
        prewarm: {runtimeAccess: {enabled: true, runtime: docker, socket: /run/docker/d.sock}}
        """);
  }

  /** What operators want of the workloads. */
  private static void putWorkloads(Map<String, String> sets) {
    sets.put(
        "upstreams",
        """
        upstreams:
          default: docker.io
          allow: [docker.io, "*.example.com"]
          registries:
            private.example.com:
              mode: credentials
              username: puller
              passwordFile: /etc/shoal/credentials/private
        upstreamCredentialsSecret: upstreams
        registryProxy: {enabled: true}
        """);
    sets.put(
        "own settings",
        """
        logFormat: human
        agent: {config: {store: {quota: 20GiB}, rates: {upload: 60MB/s}}}
        origin: {config: {tags: {ttl: 30s}}, persistence: {storageClass: fast, size: 50Gi}}
        tracker: {config: {heartbeat: 5s}}
        """);
    sets.put(
        "dual stack",
        """
        listenHost: "[::]"
        services: {ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6, IPv4]}
        """);
    sets.put(
        "extras",
        """
        commonLabels: {team: platform}
        imagePullSecrets: [registry-login]
        image: {repository: registry.example.com/shoal, digest: "sha256:%s"}
        agent:
          podLabels: {a: b}
          podAnnotations: {c: d}
          extraEnv: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
          extraVolumes: [{name: ca, configMap: {name: ca}}]
          extraVolumeMounts: [{name: ca, mountPath: /etc/ca}]
          affinity: {nodeAffinity: {}}
        origin: {extraEnv: [{name: A, value: b}], tolerations: [{key: infra, operator: Exists}]}
        """
            .formatted("0123456789abcdef".repeat(4)));
    sets.put(
        "plain",
        """
        nameOverride: p2p
        clusterDomain: example.internal
        networkPolicy: {enabled: false}
        podDisruptionBudget: {enabled: false}
        registryProxy: {enabled: true}
        """);
    sets.put(
        "watched",
        """
        fullnameOverride: images
        serviceMonitor: {enabled: true, labels: {release: prometheus}}
        prometheusRule: {enabled: true, labels: {release: prometheus}}
        dashboard: {enabled: true}
        networkPolicy: {extraFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}]}
        """);
  }

  private static String file(String name) {
    try {
      return Files.readString(Chart.FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
