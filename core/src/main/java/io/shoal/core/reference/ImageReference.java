package io.shoal.core.reference;

import io.shoal.core.content.Digest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image: registry host, repository, and a tag or a digest. Short names follow
 * Docker's rules: no host means {@code docker.io}, a one-part name there gets {@code library/}, no
 * tag and no digest means {@code latest}. Grammar: distribution reference, at most 255 characters
 * of name.
 *
 * @param registry host with optional port, e.g. {@code docker.io} or {@code localhost:5000}
 * @param repository path within the registry, e.g. {@code library/nginx}
 * @param tag the tag, or empty if pinned by digest alone
 * @param digest the digest, or empty if named by tag
 */
public record ImageReference(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

  /** The host that unqualified names mean. */
  public static final String DOCKER_HUB = "docker.io";

  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final Pattern HOST =
      Pattern.compile(
          "(?:\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\\d{1,5})?");

  public ImageReference {
    if (!HOST.matcher(registry).matches()) {
      throw new IllegalArgumentException("not a registry host: '" + registry + "'");
    }
    if (!isRepository(repository)) {
      throw new IllegalArgumentException("not a repository name: '" + repository + "'");
    }
    if (tag.isPresent() && !isTag(tag.get())) {
      throw new IllegalArgumentException("not a tag: '" + tag.get() + "'");
    }
    if (tag.isEmpty() && digest.isEmpty()) {
      throw new IllegalArgumentException("an image is named by a tag or a digest");
    }
  }

  /** Whether the text is a repository name by the OCI distribution spec. */
  public static boolean isRepository(String text) {
    return text.length() <= 255 && REPOSITORY.matcher(text).matches();
  }

  /** Whether the text is a tag by the OCI distribution spec. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** Whether the text is a host name or address with an optional port. */
  public static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }

  /**
   * Parses what a user types.
   *
   * @throws IllegalArgumentException if it is not an image name
   */
  public static ImageReference parse(String text) {
    String rest = text;
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(Digest.parse(rest.substring(at + 1)));
      rest = rest.substring(0, at);
    }
    Optional<String> tag = Optional.empty();
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = Optional.of(rest.substring(colon + 1));
      rest = rest.substring(0, colon);
    }
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = Optional.of("latest");
    }
    return split(rest, tag, digest);
  }

  private static ImageReference split(String name, Optional<String> tag, Optional<Digest> digest) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    boolean hasHost =
        first.equals("localhost") || first.indexOf('.') >= 0 || first.indexOf(':') >= 0;
    String registry = hasHost ? normalHost(first) : DOCKER_HUB;
    String repository = hasHost ? name.substring(slash + 1) : name;
    return new ImageReference(registry, normalRepository(registry, repository), tag, digest);
  }

  /** {@code index.docker.io} and {@code registry-1.docker.io} are other names of Docker Hub. */
  public static String normalHost(String host) {
    return host.equals("index.docker.io") || host.equals("registry-1.docker.io")
        ? DOCKER_HUB
        : host;
  }

  /** On Docker Hub a one-part name lives under {@code library/}. */
  public static String normalRepository(String registry, String repository) {
    return registry.equals(DOCKER_HUB) && repository.indexOf('/') < 0
        ? "library/" + repository
        : repository;
  }

  /** What a manifest request puts behind {@code /manifests/}: the digest if there is one. */
  public String manifestReference() {
    return digest.map(Digest::toString).orElseGet(() -> tag.orElse("latest"));
  }

  @Override
  public String toString() {
    return registry
        + "/"
        + repository
        + tag.map(t -> ":" + t).orElse("")
        + digest.map(d -> "@" + d).orElse("");
  }
}
