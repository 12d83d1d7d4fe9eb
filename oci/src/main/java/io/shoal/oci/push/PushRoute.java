package io.shoal.oci.push;

import java.util.Optional;

/**
 * What a path under {@code /v2/} means to a client that writes (distribution spec, "Endpoints").
 * Names are raw.
 */
public sealed interface PushRoute {

  /** The repository as the client calls it. */
  String name();

  /** What stands behind the name, without the slash before it. */
  String rest();

  /** {@code /v2/NAME/blobs/uploads/}: where an upload begins. */
  record Uploads(String name) implements PushRoute {
    @Override
    public String rest() {
      return "blobs/uploads/";
    }
  }

  /** {@code /v2/NAME/blobs/uploads/ID}: an upload under way. */
  record Upload(String name, String id) implements PushRoute {
    @Override
    public String rest() {
      return "blobs/uploads/" + id;
    }
  }

  /** {@code /v2/NAME/blobs/DIGEST}. */
  record Blob(String name, String digest) implements PushRoute {
    @Override
    public String rest() {
      return "blobs/" + digest;
    }
  }

  /** {@code /v2/NAME/manifests/REFERENCE}. */
  record Manifest(String name, String reference) implements PushRoute {
    @Override
    public String rest() {
      return "manifests/" + reference;
    }
  }

  /** Takes a decoded path apart; names contain slashes, so it is read from its end. */
  static Optional<PushRoute> parse(String path) {
    if (!path.startsWith("/v2/")) {
      return Optional.empty();
    }
    String all = path.substring("/v2/".length());
    if (all.endsWith("/blobs/uploads")) {
      all += "/";
    }
    int end = all.lastIndexOf('/');
    int middle = all.lastIndexOf('/', end - 1);
    if (middle <= 0) {
      return Optional.empty();
    }
    String last = all.substring(end + 1);
    String kind = all.substring(middle + 1, end);
    String name = all.substring(0, middle);
    if (kind.equals("uploads") && name.endsWith("/blobs")) {
      String repository = name.substring(0, name.length() - "/blobs".length());
      return Optional.of(last.isEmpty() ? new Uploads(repository) : new Upload(repository, last));
    }
    return switch (kind) {
      case "blobs" -> Optional.of(new Blob(name, last));
      case "manifests" -> Optional.of(new Manifest(name, last));
      default -> Optional.empty();
    };
  }
}
