package io.shoal.origin.delivery;

import io.shoal.core.content.Digest;
import io.shoal.origin.upstream.RepositoryRef;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something in the blob store that its registry shall have. Stored as JSON, so a field that comes
 * later must be an {@code Optional}.
 *
 * @param upstream the registry's normal name
 * @param repository path within it
 * @param kind what it is
 * @param digest of its bytes
 * @param tag what shall name a manifest there
 * @param from a repository of the same registry that may have the blob
 * @param needs what has to be in the repository before it
 * @param acceptedAtMillis when its client was told that it was taken, since 1970
 */
public record Delivery(
    String upstream,
    String repository,
    Kind kind,
    Digest digest,
    Optional<String> tag,
    Optional<String> from,
    List<Digest> needs,
    long acceptedAtMillis) {

  /** What is delivered. */
  public enum Kind {
    /** Bytes. */
    BLOB,
    /** Bytes with a media type, and maybe a tag. */
    MANIFEST
  }

  public Delivery {
    needs = List.copyOf(needs);
  }

  /** A blob, which may be in another repository of the registry already. */
  public static Delivery blob(
      RepositoryRef to, Digest digest, Optional<String> from, long acceptedAtMillis) {
    return new Delivery(
        to.upstream(),
        to.repository(),
        Kind.BLOB,
        digest,
        Optional.empty(),
        from,
        List.of(),
        acceptedAtMillis);
  }

  /** A manifest. */
  public static Delivery manifest(
      RepositoryRef to,
      Digest digest,
      Optional<String> tag,
      List<Digest> needs,
      long acceptedAtMillis) {
    return new Delivery(
        to.upstream(),
        to.repository(),
        Kind.MANIFEST,
        digest,
        tag,
        Optional.empty(),
        needs,
        acceptedAtMillis);
  }

  /** Where it goes. */
  RepositoryRef target() {
    return new RepositoryRef(upstream, repository);
  }

  /** The same without its name. */
  Delivery untagged() {
    return new Delivery(
        upstream, repository, kind, digest, Optional.empty(), from, needs, acceptedAtMillis);
  }

  @Override
  public String toString() {
    String name = tag.map(t -> ":" + t).orElse("");
    return kind.name().toLowerCase(Locale.ROOT) + " " + digest + " to " + target() + name;
  }
}
