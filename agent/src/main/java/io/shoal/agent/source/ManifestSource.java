package io.shoal.agent.source;

import io.shoal.client.origin.ManifestAnswer;
import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.OriginReason;
import io.shoal.client.origin.Origins;
import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.ResolvedTag;
import io.shoal.node.store.StoredBlob;
import io.shoal.node.store.TagKey;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.ManifestContent;
import io.shoal.oci.upstream.RemoteManifest;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manifests: from the cache by digest, through an origin by tag, from upstream itself when no
 * origin answers, and from what the tag meant last when upstream is gone, too. Thread-safe.
 */
public final class ManifestSource {

  private static final Logger log = LoggerFactory.getLogger(ManifestSource.class);
  private static final int REMEMBERED_SIZES = 10_000;

  private final BlobStore store;
  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final ByteCounts counts;

  /** Lengths that manifests claim: hints for a HEAD and for when no origin answers. */
  private final Map<Digest, Long> claimedBytes =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Long> eldest) {
          return size() > REMEMBERED_SIZES;
        }
      };

  /** Manifests kept in this store. */
  public ManifestSource(
      BlobStore store, Origins origins, UpstreamDirectory upstreams, ByteCounts counts) {
    this.store = store;
    this.origins = origins;
    this.upstreams = upstreams;
    this.counts = counts;
  }

  /** The length that a manifest seen here claims for a blob. */
  public OptionalLong claimedBytes(Digest digest) {
    synchronized (claimedBytes) {
      Long bytes = claimedBytes.get(digest);
      return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }
  }

  /**
   * The manifest of this name.
   *
   * @throws OriginException if an origin says no
   * @throws UpstreamException if there is no origin and upstream says no
   */
  public ManifestContent get(ContentName name, String reference, List<String> accept)
      throws IOException, UpstreamException {
    Optional<Digest> pinned =
        reference.indexOf(':') > 0 ? Optional.of(Digest.parse(reference)) : Optional.empty();
    if (pinned.isPresent()) {
      Optional<ManifestContent> cached = cached(name.upstream(), pinned.get(), false);
      if (cached.isPresent()) {
        return cached.get();
      }
    }
    ManifestContent manifest = fetch(name, reference, accept);
    keep(name, reference, pinned.isPresent(), manifest);
    return manifest;
  }

  private ManifestContent fetch(ContentName name, String reference, List<String> accept)
      throws IOException, UpstreamException {
    try {
      ManifestAnswer answer =
          origins.ask(
              name.toString(),
              origin ->
                  origin
                      .as(name.clientToken())
                      .manifest(name.upstream(), name.repository(), reference, accept));
      counts.origin(name.upstream(), answer.content().length);
      return new ManifestContent(
          answer.mediaType(), answer.digest(), ByteBuffer.wrap(answer.content()), answer.stale());
    } catch (OriginException e) {
      if (e.reason() == OriginReason.RATE_LIMITED && reference.indexOf(':') < 0) {
        // Upstream wants to be left alone, by all of us: what the tag meant last must do.
        return lastKnown(name, reference).orElseThrow(() -> e);
      }
      if (e.status() < 500) {
        throw e;
      }
      return withoutOrigin(name, reference, accept, e);
    } catch (IOException e) {
      return withoutOrigin(name, reference, accept, e);
    }
  }

  private ManifestContent withoutOrigin(
      ContentName name, String reference, List<String> accept, IOException why)
      throws IOException, UpstreamException {
    Optional<UpstreamRegistry> registry = upstreams.registry(name.reader());
    if (registry.isEmpty()) {
      throw why;
    }
    try {
      RemoteManifest manifest = registry.get().manifest(name.repository(), reference, accept);
      counts.upstream(name.upstream(), manifest.content().remaining());
      return new ManifestContent(
          manifest.mediaType(), manifest.digest(), manifest.content(), false);
    } catch (UpstreamException e) {
      Optional<ManifestContent> last =
          reference.indexOf(':') > 0 || gone(e) ? Optional.empty() : lastKnown(name, reference);
      return last.orElseThrow(() -> e);
    }
  }

  private static boolean gone(UpstreamException e) {
    return e.kind() == UpstreamException.Kind.NOT_FOUND
        || e.kind() == UpstreamException.Kind.DENIED;
  }

  private Optional<ManifestContent> lastKnown(ContentName name, String tag) throws IOException {
    Optional<ResolvedTag> resolved = store.tag(new TagKey(name.upstream(), name.repository(), tag));
    return resolved.isEmpty()
        ? Optional.empty()
        : cached(name.upstream(), resolved.get().digest(), true);
  }

  private Optional<ManifestContent> cached(String registry, Digest digest, boolean stale)
      throws IOException {
    Optional<StoredBlob> found = store.find(digest);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (StoredBlob blob = found.get()) {
      if (blob.mediaType().isEmpty()) {
        return Optional.empty();
      }
      byte[] content = blob.readAll();
      learnSizes(content);
      counts.cache(registry, content.length);
      return Optional.of(
          new ManifestContent(blob.mediaType().get(), digest, ByteBuffer.wrap(content), stale));
    }
  }

  private void keep(ContentName name, String reference, boolean pinned, ManifestContent manifest) {
    byte[] content = new byte[manifest.content().remaining()];
    manifest.content().get(content);
    learnSizes(content);
    try {
      store.putManifest(manifest.digest(), manifest.mediaType(), content).close();
      if (!pinned && !manifest.stale()) {
        store.putTag(
            new TagKey(name.upstream(), name.repository(), reference),
            new ResolvedTag(manifest.digest(), Instant.now()));
      }
    } catch (IOException e) {
      log.warn("Manifest {} is served but not kept: {}", manifest.digest(), e.getMessage());
    }
  }

  private void learnSizes(byte[] manifest) {
    try {
      Descriptors.read(
          manifest,
          (digest, bytes) -> {
            synchronized (claimedBytes) {
              claimedBytes.put(digest, bytes);
            }
          });
    } catch (IOException e) {
      log.debug("A manifest is no JSON: {}", e.getMessage());
    }
  }
}
