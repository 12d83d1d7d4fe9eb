package io.shoal.cli.dev.pull;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.core.content.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a manifest names. */
sealed interface RemoteManifest {

  /** What a client accepts: single images and lists of images, in Docker's and OCI's words. */
  List<String> ACCEPTED =
      List.of(
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  /** An image for one machine; a layer that is listed twice is named once. */
  record Image(Blob config, List<Blob> layers) implements RemoteManifest {
    long bytes() {
      return Stream.concat(Stream.of(config), layers.stream()).mapToLong(Blob::bytes).sum();
    }
  }

  /** A list of images, one for each kind of machine: digests by {@code os/architecture}. */
  record Index(Map<String, Digest> images) implements RemoteManifest {
    Optional<Digest> imageFor(String architecture) {
      return Optional.ofNullable(images.get("linux/" + architecture));
    }
  }

  /** A blob that belongs to an image. */
  record Blob(Digest digest, long bytes) {}

  /** Understands a manifest of either kind. */
  static RemoteManifest of(JsonNode json) throws PullException {
    try {
      return json.has("manifests") ? index(json) : image(json);
    } catch (IllegalArgumentException e) {
      throw new PullException("the manifest cannot be understood: " + e.getMessage(), e);
    }
  }

  private static Index index(JsonNode json) {
    Map<String, Digest> images = new LinkedHashMap<>();
    for (JsonNode entry : json.path("manifests")) {
      JsonNode platform = entry.path("platform");
      String name = platform.path("os").asText() + "/" + platform.path("architecture").asText();
      images.putIfAbsent(name, Digest.parse(entry.path("digest").asText()));
    }
    return new Index(images);
  }

  private static Image image(JsonNode json) {
    Map<Digest, Blob> layers = new LinkedHashMap<>();
    for (JsonNode layer : json.path("layers")) {
      Blob blob = blob(layer);
      layers.putIfAbsent(blob.digest(), blob);
    }
    return new Image(blob(json.path("config")), new ArrayList<>(layers.values()));
  }

  private static Blob blob(JsonNode json) {
    return new Blob(Digest.parse(json.path("digest").asText()), json.path("size").asLong());
  }
}
