package io.shoal.cli.pull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.layout.Descriptor;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.reference.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** An image for one machine: its manifest as it was read, and what that names. Immutable. */
public final class FoundImage {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Descriptor manifest;
  private final byte[] content;
  private final RemoteManifest.Image image;

  private FoundImage(Descriptor manifest, byte[] content, RemoteManifest.Image image) {
    this.manifest = manifest;
    this.content = content;
    this.image = image;
  }

  /**
   * Reads the manifest of an image, by way of a list of images if it is one.
   *
   * @param name of the repository, for messages
   * @param reference a tag or a digest
   */
  public static FoundImage find(
      ManifestReader reader, String name, String reference, Platform platform)
      throws PullException {
    ReadManifest found = read(reader, name, reference);
    if (found.manifest() instanceof RemoteManifest.Index index) {
      Digest digest =
          index
              .imageFor(platform)
              .orElseThrow(() ->
                  new PullException(
                      "%s:%s has no image for %s, only for %s"
                          .formatted(name, reference, platform, index.images().keySet())));
      found = read(reader, name, digest.toString());
    }
    if (found.manifest() instanceof RemoteManifest.Image image) {
      return new FoundImage(found.descriptor(), found.content().array(), image);
    }
    throw new PullException(name + ":" + reference + " is a list of lists");
  }

  private record ReadManifest(Descriptor descriptor, ByteBuffer content, RemoteManifest manifest) {}

  private static ReadManifest read(ManifestReader reader, String name, String reference)
      throws PullException {
    byte[] content = reader.read(reference);
    HashAlgorithm algorithm = HashAlgorithm.SHA256;
    if (reference.indexOf(':') >= 0) {
      Digest wanted = Digest.parse(reference);
      algorithm = wanted.algorithm();
      Digest actual = digest(algorithm, content);
      if (!actual.equals(wanted)) {
        throw new PullException(
            "the manifest " + wanted + " of " + name + " has other content, of digest " + actual);
      }
    }
    try {
      JsonNode json = JSON.readTree(content);
      RemoteManifest manifest = RemoteManifest.of(json);
      String type = json.path("mediaType").asText(Descriptor.MANIFEST);
      return new ReadManifest(
          new Descriptor(type, digest(algorithm, content), content.length),
          ByteBuffer.wrap(content),
          manifest);
    } catch (IOException e) {
      throw new PullException("the manifest of " + name + " is no JSON: " + e.getMessage(), e);
    }
  }

  private static Digest digest(HashAlgorithm algorithm, byte[] content) {
    return Digest.of(algorithm, algorithm.newMessageDigest().digest(content));
  }

  /** How the manifest is named. */
  public Descriptor manifest() {
    return manifest;
  }

  /** A copy of the manifest. */
  public byte[] content() {
    return content.clone();
  }

  /** Length of the configuration and all layers. */
  public long bytes() {
    return image.bytes();
  }

  /** Lengths of the configuration and the layers by digest, each once. */
  public Map<Digest, Long> blobs() {
    Map<Digest, Long> blobs = new LinkedHashMap<>();
    image.blobs().forEach(blob -> blobs.put(blob.digest(), blob.bytes()));
    return blobs;
  }

  RemoteManifest.Image image() {
    return image;
  }
}
