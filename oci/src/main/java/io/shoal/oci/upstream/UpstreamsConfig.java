package io.shoal.oci.upstream;

import io.shoal.config.Key;
import java.util.List;
import java.util.Map;

/**
 * The central registries.
 *
 * @param fallback what requests mean that name no registry
 * @param allow registries that may be asked: names, or patterns with {@code *}
 * @param registries settings of single registries by host; these are allowed, too
 */
public record UpstreamsConfig(
    @Key(
            name = "default",
            doc = "The registry that requests mean which name none.",
            defaultValue = "docker.io")
        String fallback,
    @Key(
            doc =
                "Registries that may be asked: names, or patterns with *. Any other is answered"
                    + " with 404, so that the client goes there itself.",
            defaultValue =
                "docker.io,ghcr.io,quay.io,registry.k8s.io,gcr.io,mcr.microsoft.com,public.ecr.aws")
        List<String> allow,
    @Key(doc = "Settings of single registries, by host; these may be asked, too.")
        Map<String, UpstreamConfig> registries) {

  /** The public registries that may be asked unless the configuration says otherwise. */
  public static final List<String> PUBLIC =
      List.of(
          "docker.io",
          "ghcr.io",
          "quay.io",
          "registry.k8s.io",
          "gcr.io",
          "mcr.microsoft.com",
          "public.ecr.aws");

  public UpstreamsConfig {
    allow = List.copyOf(allow);
    registries = Map.copyOf(registries);
  }

  /** Docker Hub and the other public registries, read anonymously. */
  public static UpstreamsConfig defaults() {
    return new UpstreamsConfig("docker.io", PUBLIC, Map.of());
  }

  /** Which hosts are allowed. */
  public UpstreamNames names() {
    return new UpstreamNames(fallback, allow, registries);
  }

  /** The way to a registry, allowed or not. */
  public UpstreamRoute route(String registry) {
    String name = UpstreamNames.normal(registry);
    return new UpstreamRoute(name, registry(name));
  }

  /** Whether a login sent to this registry could be read by anyone on the way. */
  public boolean isInTheClear(String registry) {
    UpstreamConfig settings = registry(UpstreamNames.normal(registry));
    return !settings.insecure()
        && settings.url().filter(url -> "http".equals(url.getScheme())).isPresent();
  }

  /** The settings of a registry, by its normal name. */
  UpstreamConfig registry(String name) {
    return registries.entrySet().stream()
        .filter(entry -> UpstreamNames.normal(entry.getKey()).equals(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(UpstreamConfig.PLAIN);
  }
}
