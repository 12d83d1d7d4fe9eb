package io.shoal.oci.registry;

/** What a path under {@code /v2/} asks for (distribution spec, "Endpoints"). Names are raw. */
sealed interface RegistryRoute {

  /** {@code /v2/}: is this a registry? */
  record Base() implements RegistryRoute {}

  /** {@code /v2/_catalog}: which repositories are there? */
  record Catalog() implements RegistryRoute {}

  /** {@code /v2/NAME/manifests/REFERENCE}. */
  record Manifest(String name, String reference) implements RegistryRoute {}

  /** {@code /v2/NAME/blobs/DIGEST}. */
  record Blob(String name, String digest) implements RegistryRoute {}

  /** {@code /v2/NAME/tags/list}. */
  record TagList(String name) implements RegistryRoute {}

  /** {@code /v2/NAME/referrers/DIGEST}. */
  record Referrers(String name, String digest) implements RegistryRoute {}

  /** Nothing this registry knows. */
  record Unknown() implements RegistryRoute {}

  /** Whether the path is a registry's at all. */
  static boolean claims(String path) {
    return path.equals("/v2") || path.startsWith("/v2/") || path.startsWith("/v2?");
  }

  /** Takes a decoded path apart; names contain slashes, so it is read from its end. */
  static RegistryRoute parse(String path) {
    switch (path) {
      case "/v2", "/v2/" -> {
        return new Base();
      }
      case "/v2/_catalog" -> {
        return new Catalog();
      }
      default -> {}
    }
    int end = path.lastIndexOf('/');
    int middle = path.lastIndexOf('/', end - 1);
    // Room for a name: "/v2/" before it and at least one character of it.
    if (!path.startsWith("/v2/") || middle <= "/v2/".length()) {
      return new Unknown();
    }
    String name = path.substring("/v2/".length(), middle);
    String last = path.substring(end + 1);
    return switch (path.substring(middle + 1, end)) {
      case "manifests" -> new Manifest(name, last);
      case "blobs" -> new Blob(name, last);
      case "referrers" -> new Referrers(name, last);
      case "tags" -> last.equals("list") ? new TagList(name) : new Unknown();
      default -> new Unknown();
    };
  }
}
