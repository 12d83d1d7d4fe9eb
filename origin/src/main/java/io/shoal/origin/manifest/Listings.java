package io.shoal.origin.manifest;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.RemoteCatalog;
import io.shoal.oci.upstream.RemoteTags;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.origin.upstream.KeptRepository;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.RepositoryRef;
import io.shoal.origin.upstream.Upstreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What upstream says it has. Such lists change at any time, so each answer comes from upstream.
 * Blocks, so it is for virtual threads. Thread-safe.
 */
public final class Listings {

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final Upstreams upstreams;
  private final SingleFlight<Key, ByteBuffer> flights = new SingleFlight<>();

  private record Key(RepositoryRef repository, Digest subject) {}

  /** Lists of these registries. */
  public Listings(Upstreams upstreams) {
    this.upstreams = upstreams;
  }

  /** A page of a repository's tags. */
  public RemoteTags tags(RepositoryRef repository, int limit, Optional<String> last)
      throws OriginFailure {
    Optional<KeptRepository> kept = upstreams.kept(repository);
    if (kept.isPresent()) {
      return tags(kept.get(), repository, limit, last);
    }
    try {
      return upstreams.registry(repository).tags(repository.repository(), limit, last);
    } catch (UpstreamException e) {
      throw OriginFailure.of(e);
    }
  }

  private static RemoteTags tags(
      KeptRepository kept, RepositoryRef repository, int limit, Optional<String> last)
      throws OriginFailure {
    try {
      List<String> all = kept.tags();
      if (all.isEmpty()) {
        throw OriginFailure.of(OriginReason.NOT_FOUND, repository + " has no tags");
      }
      List<String> after =
          all.stream().filter(tag -> last.isEmpty() || tag.compareTo(last.get()) > 0).toList();
      return new RemoteTags(after.subList(0, Math.min(limit, after.size())), after.size() > limit);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static ByteBuffer referrers(KeptRepository kept, Digest subject) throws OriginFailure {
    try {
      String index =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
              .formatted(INDEX, String.join(",", kept.referrers(subject)));
      return ByteBuffer.wrap(index.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static OriginFailure unusable(IOException e) {
    return OriginFailure.of(
        OriginReason.UNAVAILABLE, "the origin's store failed: " + e.getMessage(), e);
  }

  /** The manifests that refer to this one; asked once however many ask here at a time. */
  public ByteBuffer referrers(RepositoryRef repository, Digest subject)
      throws OriginFailure, InterruptedException {
    Optional<KeptRepository> kept = upstreams.kept(repository);
    if (kept.isPresent()) {
      return referrers(kept.get(), subject);
    }
    return flights
        .get(
            new Key(repository, subject),
            () -> {
              try {
                return upstreams.registry(repository).referrers(repository.repository(), subject);
              } catch (UpstreamException e) {
                throw OriginFailure.of(e);
              }
            })
        .duplicate();
  }

  /** A page of a registry's repositories. */
  public RemoteCatalog catalog(String upstream, int limit, Optional<String> last)
      throws OriginFailure {
    if (!upstreams.hasCatalog(upstream)) {
      throw OriginFailure.of(
          OriginReason.DENIED,
          "this origin does not list " + upstream + " (upstreams.registries.catalog)");
    }
    try {
      return upstreams.registry(upstream).catalog(limit, last);
    } catch (UpstreamException e) {
      throw OriginFailure.of(e);
    }
  }
}
