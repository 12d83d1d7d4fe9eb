package io.shoal.oci.registry;

import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.UpstreamNames;
import java.util.Optional;

/**
 * Finds out which upstream a request means. containerd and Docker's containerd store say it with
 * {@code ns}; CRI-O, Podman and skopeo put the host in front of the repository; Docker's graph
 * driver says nothing and means the default.
 */
public final class UpstreamSelector {

  private final UpstreamNames names;

  /** Selects among these. */
  public UpstreamSelector(UpstreamNames names) {
    this.names = names;
  }

  /**
   * Selects.
   *
   * @param name the name in the path
   * @param namespace the query parameter {@code ns}
   * @throws RegistryException if the host is refused (404, so that the runtime goes there itself)
   */
  public ContentName select(String name, Optional<String> namespace) throws RegistryException {
    if (namespace.isPresent()) {
      return named(upstream(namespace), name);
    }
    int slash = name.indexOf('/');
    if (slash > 0 && names.isHostInPath(name.substring(0, slash))) {
      return named(name.substring(0, slash), name.substring(slash + 1));
    }
    return named(names.defaultUpstream(), name);
  }

  /**
   * The upstream that a request means which names no repository.
   *
   * @throws RegistryException if the host is refused
   */
  String upstream(Optional<String> namespace) throws RegistryException {
    String host = namespace.orElse(names.defaultUpstream());
    if (!serves(host)) {
      throw new RegistryException(
          RegistryErrorCode.NAME_UNKNOWN,
          "registry '" + host + "' is not served here: add it to upstreams.allow if it should be");
    }
    return UpstreamNames.normal(host);
  }

  /**
   * The upstream whose catalog a request wants.
   *
   * @throws RegistryException if the host is refused, or its catalog is not to be listed
   */
  String catalogOf(Optional<String> namespace) throws RegistryException {
    String upstream = upstream(namespace);
    if (!names.hasCatalog(upstream)) {
      throw new RegistryException(
          RegistryErrorCode.NAME_UNKNOWN,
          "the catalog of '" + upstream + "' is not served here: see upstreams.registries.catalog");
    }
    return upstream;
  }

  /** Whether this is a host that is served here. */
  boolean serves(String host) {
    return ImageReference.isHost(host) && names.allows(host);
  }

  private ContentName named(String host, String repository) throws RegistryException {
    if (!ImageReference.isRepository(repository)) {
      throw new RegistryException(
          RegistryErrorCode.NAME_INVALID, "not a repository name: '" + repository + "'");
    }
    String upstream = UpstreamNames.normal(host);
    ContentName name =
        new ContentName(upstream, ImageReference.normalRepository(upstream, repository));
    if (!names.allows(upstream, name.repository())) {
      throw new RegistryException(
          RegistryErrorCode.NAME_UNKNOWN, "repository " + name + " is not served here");
    }
    return name;
  }
}
