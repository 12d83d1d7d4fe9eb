package io.shoal.e2e.lab;

/**
 * The registries that a cluster serves.
 *
 * @param dockerHub what clients call docker.io
 * @param second what clients call {@link #SECOND}
 */
record Upstreams(CentralRegistry dockerHub, CentralRegistry second) {

  /** A name that no machine has: whoever dials it is not served. */
  static final String SECOND = "registry.example";

  /** The part of a server's configuration that says so. */
  String settings() {
    return """
    upstreams:
      allow: [docker.io, %2$s]
      registries:
        docker.io:
          url: %1$s
        %2$s:
          url: %3$s
    """
        .formatted(dockerHub.url(), SECOND, second.url());
  }
}
