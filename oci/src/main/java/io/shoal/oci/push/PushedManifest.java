package io.shoal.oci.push;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.core.content.Digest;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manifest that a client pushes, as far as a registry has to understand it (OCI image spec,
 * "Image Manifest" and "Image Index").
 *
 * @param digest of the content
 * @param mediaType what it is
 * @param content the bytes as they came, read-only
 * @param blobs blobs that have to be in the repository before it
 * @param manifests manifests that have to be there before it
 * @param subject the manifest that it refers to
 * @param artifactType what kind of artifact it describes; empty if it does not say
 * @param annotations its annotations as JSON, {@code {}} if it has none
 */
public record PushedManifest(
    Digest digest,
    String mediaType,
    ByteBuffer content,
    List<Digest> blobs,
    List<Digest> manifests,
    Optional<Digest> subject,
    String artifactType,
    String annotations) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public PushedManifest {
    content = content.asReadOnlyBuffer();
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
  }

  /** A view of its own for every caller. */
  @Override
  public ByteBuffer content() {
    return content.duplicate();
  }

  /** The bytes. */
  public byte[] bytes() {
    byte[] bytes = new byte[content.remaining()];
    content().get(bytes);
    return bytes;
  }

  /** What an image index says about it. */
  public byte[] descriptor() {
    ObjectNode descriptor =
        JSON.createObjectNode()
            .put("mediaType", mediaType)
            .put("size", content.remaining())
            .put("digest", digest.toString());
    if (!artifactType.isEmpty()) {
      descriptor.put("artifactType", artifactType);
    }
    try {
      JsonNode all = JSON.readTree(annotations);
      if (!all.isEmpty()) {
        descriptor.set("annotations", all);
      }
      return JSON.writeValueAsBytes(descriptor);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("annotations were JSON a moment ago", e);
    }
  }

  /**
   * Reads what a client has sent.
   *
   * @param digest of these bytes
   * @param contentType what the client says they are, empty if it does not say
   * @throws RegistryException {@code MANIFEST_INVALID}, with what is wrong
   */
  static PushedManifest read(Digest digest, String contentType, byte[] content)
      throws RegistryException {
    JsonNode root = tree(content);
    String type = contentType.split(";", 2)[0].strip();
    String own = root.path("mediaType").asText();
    if (root.path("schemaVersion").asInt() != 2) {
      throw invalid("schemaVersion is not 2");
    }
    if (!type.isEmpty() && !own.isEmpty() && !type.equals(own)) {
      throw invalid("Content-Type is " + type + ", but mediaType is " + own);
    }
    String mediaType = type.isEmpty() ? own : type;
    if (!mediaType.matches("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")) {
      throw invalid("neither Content-Type nor mediaType says what it is");
    }
    List<Digest> blobs = new ArrayList<>();
    if (root.has("config")) {
      blobs.add(digest(root.path("config")));
    }
    for (JsonNode layer : array(root, "layers")) {
      if (!isElsewhere(layer)) {
        blobs.add(digest(layer));
      }
    }
    List<Digest> manifests = new ArrayList<>();
    for (JsonNode manifest : array(root, "manifests")) {
      manifests.add(digest(manifest));
    }
    Optional<Digest> subject =
        root.hasNonNull("subject") ? Optional.of(digest(root.path("subject"))) : Optional.empty();
    String artifactType =
        root.path("artifactType").asText(root.path("config").path("mediaType").asText());
    JsonNode annotations = root.path("annotations");
    return new PushedManifest(
        digest,
        mediaType,
        ByteBuffer.wrap(content),
        blobs,
        manifests,
        subject,
        artifactType,
        annotations.isObject() ? annotations.toString() : "{}");
  }

  private static JsonNode tree(byte[] content) throws RegistryException {
    try {
      JsonNode root = JSON.readTree(content);
      if (root.isObject()) {
        return root;
      }
      throw invalid("it is no JSON object");
    } catch (JsonProcessingException e) {
      throw invalid("it is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw invalid("it cannot be read: " + e.getMessage());
    }
  }

  /** Layers that must not be pushed: clients get them from the addresses in the descriptor. */
  private static boolean isElsewhere(JsonNode layer) {
    String type = layer.path("mediaType").asText();
    return (type.contains("foreign") || type.contains("nondistributable"))
        && !layer.path("urls").isEmpty();
  }

  private static JsonNode array(JsonNode root, String field) throws RegistryException {
    JsonNode array = root.path(field);
    if (!array.isMissingNode() && !array.isArray()) {
      throw invalid(field + " is no list");
    }
    return array;
  }

  private static Digest digest(JsonNode descriptor) throws RegistryException {
    try {
      return Digest.parse(descriptor.path("digest").asText());
    } catch (IllegalArgumentException e) {
      throw invalid("a descriptor without a digest: " + e.getMessage());
    }
  }

  private static RegistryException invalid(String problem) {
    return new RegistryException(
        RegistryErrorCode.MANIFEST_INVALID, "not a manifest that is taken: " + problem);
  }
}
