package io.shoal.origin.manifest;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.ResolvedTag;
import io.shoal.node.store.StoredBlob;
import io.shoal.node.store.TagKey;
import io.shoal.oci.upstream.RemoteManifest;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import io.shoal.origin.upstream.KeptRepository;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.RepositoryRef;
import io.shoal.origin.upstream.Upstreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manifests by digest, kept for good, and by tag, asked for anew after a while. Upstream is asked
 * once however many ask here. Blocks, so it is for virtual threads. Thread-safe.
 */
public final class Manifests {

  private static final Logger log = LoggerFactory.getLogger(Manifests.class);

  private static final int MAX_FAILURES = 10_000;

  private record Key(RepositoryRef repository, String reference) {}

  private final BlobStore store;
  private final Upstreams upstreams;
  private final Duration ttl;
  private final InstantSource clock;
  private final LongConsumer received;

  /** When upstream last failed to say what a tag means. */
  private final Map<Key, Instant> failedAt =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Instant> eldest) {
          return size() > MAX_FAILURES;
        }
      };

  private final SingleFlight<Key, FoundManifest> flights = new SingleFlight<>();

  /**
   * @param ttl how long upstream's answer about a tag counts
   * @param received told of the bytes from upstream
   */
  public Manifests(
      BlobStore store,
      Upstreams upstreams,
      Duration ttl,
      InstantSource clock,
      LongConsumer received) {
    this.store = store;
    this.upstreams = upstreams;
    this.ttl = ttl;
    this.clock = clock;
    this.received = received;
  }

  /**
   * A manifest.
   *
   * @param reference a tag or a digest
   * @param accept what the client understands
   */
  public FoundManifest find(RepositoryRef repository, String reference, List<String> accept)
      throws OriginFailure, InterruptedException {
    Optional<KeptRepository> kept = upstreams.kept(repository);
    if (kept.isPresent()) {
      return kept(kept.get(), repository, reference);
    }
    if (reference.indexOf(':') >= 0) {
      return byDigest(repository, digest(reference), accept);
    }
    Key key = new Key(repository.forAnybody(), tag(reference));
    Optional<Digest> pushed = upstreams.undelivered().tag(repository, reference);
    Optional<FoundManifest> onItsWay = pushed.isPresent() ? stored(pushed.get()) : Optional.empty();
    if (onItsWay.isPresent()) {
      return onItsWay.get();
    }
    Optional<Known> known = known(key);
    if (known.isPresent() && isRecent(known.get().tag().checkedAt())) {
      return known.get().manifest();
    }
    if (known.isPresent() && hasJustFailed(key)) {
      return known.get().manifest().stale(true);
    }
    return once(key, repository, () -> resolve(key, repository, accept));
  }

  /** Requests that waited for the answer to another one. */
  public long coalesced() {
    return flights.joined();
  }

  private FoundManifest kept(KeptRepository kept, RepositoryRef repository, String reference)
      throws OriginFailure {
    try {
      Optional<Digest> named =
          reference.indexOf(':') >= 0
              ? Optional.of(digest(reference)).filter(kept::hasManifest)
              : kept.tag(tag(reference));
      Optional<FoundManifest> found = named.isPresent() ? stored(named.get()) : Optional.empty();
      return found.orElseThrow(
          () -> OriginFailure.of(OriginReason.NOT_FOUND, reference + " is not in " + repository));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static String tag(String reference) throws OriginFailure {
    if (!ImageReference.isTag(reference)) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, "not a tag: '" + reference + "'");
    }
    return reference;
  }

  private FoundManifest byDigest(RepositoryRef repository, Digest digest, List<String> accept)
      throws OriginFailure, InterruptedException {
    Optional<FoundManifest> stored = stored(digest);
    if (stored.isPresent()) {
      return stored.get();
    }
    Key key = new Key(repository.forAnybody(), digest.toString());
    return once(key, repository, () -> fetch(key, repository, accept));
  }

  /** Once for all; but a client whose own token decides is not refused for another one's. */
  private FoundManifest once(Key key, RepositoryRef reader, SingleFlight.Work<FoundManifest> work)
      throws OriginFailure, InterruptedException {
    try {
      return flights.get(key, work);
    } catch (OriginFailure e) {
      if (e.error().reason() == OriginReason.DENIED && reader.token().isPresent()) {
        return work.get();
      }
      throw e;
    }
  }

  private static Digest digest(String reference) throws OriginFailure {
    try {
      return Digest.parse(reference);
    } catch (IllegalArgumentException e) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, String.valueOf(e.getMessage()), e);
    }
  }

  private record Known(ResolvedTag tag, FoundManifest manifest) {}

  private Optional<Known> known(Key key) throws OriginFailure {
    try {
      Optional<ResolvedTag> tag = store.tag(tagKey(key));
      if (tag.isEmpty()) {
        return Optional.empty();
      }
      return stored(tag.get().digest()).map(manifest -> new Known(tag.get(), manifest));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Whoever comes while upstream is down does not wait for it to stay silent once more. */
  private boolean hasJustFailed(Key key) {
    Instant failed;
    synchronized (failedAt) {
      failed = failedAt.get(key);
    }
    return failed != null && isRecent(failed);
  }

  private boolean isRecent(Instant then) {
    Duration age = Duration.between(then, clock.instant());
    // A clock that was set back must not make an answer last for ever.
    return !age.isNegative() && age.compareTo(ttl) < 0;
  }

  private FoundManifest resolve(Key key, RepositoryRef reader, List<String> accept)
      throws OriginFailure {
    Optional<Known> known = known(key);
    try {
      Optional<Digest> now =
          known.isEmpty()
              ? Optional.empty()
              : upstreams
                  .registry(reader)
                  .headManifest(
                      key.repository().repository(),
                      key.reference(),
                      UpstreamRegistry.allTypes(accept));
      Optional<FoundManifest> here = now.isEmpty() ? Optional.empty() : stored(now.get());
      FoundManifest manifest = here.isPresent() ? here.get() : fetch(key, reader, accept);
      remember(key, manifest.digest());
      return manifest;
    } catch (UpstreamException e) {
      return staleOr(key, known, OriginFailure.of(e));
    } catch (OriginFailure e) {
      return staleOr(key, known, e);
    }
  }

  /** A tag that upstream says is gone, or not for us, is so; else an old answer beats none. */
  private FoundManifest staleOr(Key key, Optional<Known> known, OriginFailure failure)
      throws OriginFailure {
    return switch (failure.error().reason()) {
      case UPSTREAM_FAILED, UPSTREAM_UNREACHABLE, RATE_LIMITED -> {
        if (known.isEmpty()) {
          throw failure;
        }
        synchronized (failedAt) {
          failedAt.put(key, clock.instant());
        }
        log.warn("A tag is served as it was: {}", failure.getMessage());
        yield known.get().manifest().stale(true);
      }
      case BAD_REQUEST, UNAUTHORIZED, DENIED, NOT_FOUND, RANGE, INTERNAL, UNAVAILABLE ->
          throw failure;
    };
  }

  private FoundManifest fetch(Key key, RepositoryRef reader, List<String> accept)
      throws OriginFailure {
    try {
      RemoteManifest remote =
          upstreams
              .registry(reader)
              .manifest(
                  key.repository().repository(),
                  key.reference(),
                  UpstreamRegistry.allTypes(accept));
      byte[] content = new byte[remote.content().remaining()];
      remote.content().get(content);
      received.accept(content.length);
      store.putManifest(remote.digest(), remote.mediaType(), content).close();
      return new FoundManifest(
          remote.mediaType(), remote.digest(), ByteBuffer.wrap(content), false);
    } catch (UpstreamException e) {
      throw OriginFailure.of(e);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void remember(Key key, Digest digest) throws OriginFailure {
    try {
      store.putTag(tagKey(key), new ResolvedTag(digest, clock.instant()));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private Optional<FoundManifest> stored(Digest digest) throws OriginFailure {
    Optional<StoredBlob> found = store.find(digest);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (StoredBlob blob = found.get()) {
      if (blob.mediaType().isEmpty()) {
        // It came as a blob; as a manifest upstream must say what it is.
        return Optional.empty();
      }
      return Optional.of(
          new FoundManifest(
              blob.mediaType().get(), digest, ByteBuffer.wrap(blob.readAll()), false));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static TagKey tagKey(Key key) {
    return new TagKey(key.repository().upstream(), key.repository().repository(), key.reference());
  }

  private static OriginFailure unusable(IOException e) {
    return OriginFailure.of(
        OriginReason.UNAVAILABLE, "the origin's store failed: " + e.getMessage(), e);
  }
}
