package io.shoal.agent.prewarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shoal.agent.source.ManifestSource;
import io.shoal.client.json.ShoalJson;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.ManifestContent;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds out what belongs to an image: its manifests, and the blobs that they name. Blocks. */
final class ImageBlobs {

  /** An index may name an index, but nobody needs more of that. */
  private static final int MAX_DEPTH = 3;

  private final ManifestSource manifests;
  private final Predicate<ContentName> allowed;

  /**
   * @param allowed whether the configuration lets this agent serve a repository
   */
  ImageBlobs(ManifestSource manifests, Predicate<ContentName> allowed) {
    this.manifests = manifests;
    this.allowed = allowed;
  }

  /**
   * What an image is made of.
   *
   * @param name where its blobs are read
   * @param manifests by which it is found
   * @param blobs lengths by digest: what there is to fetch
   */
  record Parts(ContentName name, List<Digest> manifests, Map<Digest, Long> blobs) {}

  private record Index(Optional<List<Entry>> manifests) {}

  private record Entry(Digest digest, Optional<Platform> platform) {}

  private record Manifest(Optional<Descriptor> config, Optional<List<Descriptor>> layers) {}

  private record Descriptor(Digest digest, long size) {}

  /** Reads the manifests of an image for one platform, as whoever has these credentials. */
  Parts find(String image, Platform platform, Credentials credentials) throws PrewarmException {
    ImageReference reference = ImageReference.parse(image);
    ContentName name = new ContentName(reference.registry(), reference.repository());
    if (!allowed.test(name)) {
      throw new PrewarmException(
          "the agent's configuration does not allow " + name + " (upstreams.allow)");
    }
    List<Digest> read = new ArrayList<>();
    String at = reference.digest().map(Digest::toString).orElseGet(reference::manifestReference);
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      ManifestContent manifest = manifest(name, image, at, credentials);
      read.add(manifest.digest());
      String text = StandardCharsets.UTF_8.decode(manifest.content()).toString();
      try {
        if (!isIndex(manifest.mediaType())) {
          return new Parts(name, read, blobs(ShoalJson.read(text, Manifest.class)));
        }
        at = chosen(image, ShoalJson.read(text, Index.class), platform).toString();
      } catch (JsonProcessingException e) {
        throw new PrewarmException(image + " has a manifest that cannot be read", e);
      }
    }
    throw new PrewarmException(image + " is an index of indexes of indexes");
  }

  private static boolean isIndex(String mediaType) {
    return mediaType.contains("index") || mediaType.contains("manifest.list");
  }

  private ManifestContent manifest(
      ContentName name, String image, String reference, Credentials credentials)
      throws PrewarmException {
    try {
      return manifests.get(credentials.reader(name), reference, UpstreamRegistry.IMAGE_TYPES);
    } catch (IOException | UpstreamException e) {
      throw new PrewarmException(image + ": " + e.getMessage() + credentials.hint(name), e);
    }
  }

  private static Digest chosen(String image, Index index, Platform platform)
      throws PrewarmException {
    List<Entry> entries = index.manifests().orElse(List.of());
    for (Entry entry : entries) {
      if (entry.platform().filter(platform::accepts).isPresent()) {
        return entry.digest();
      }
    }
    List<String> there =
        entries.stream().flatMap(e -> e.platform().stream()).map(Platform::toString).toList();
    throw new PrewarmException(image + " is not there for " + platform + ", but for " + there);
  }

  private static Map<Digest, Long> blobs(Manifest manifest) {
    Map<Digest, Long> blobs = new LinkedHashMap<>();
    manifest.config().ifPresent(c -> blobs.put(c.digest(), c.size()));
    manifest.layers().orElse(List.of()).forEach(l -> blobs.put(l.digest(), l.size()));
    return blobs;
  }
}
