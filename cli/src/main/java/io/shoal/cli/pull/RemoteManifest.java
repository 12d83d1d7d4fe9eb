package io.shoal.cli.pull;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a manifest names. */
sealed interface RemoteManifest {

  /** An image for one machine; a layer that is listed twice is named once. */
  record Image(Blob config, List<Blob> layers) implements RemoteManifest {

    /** The configuration and the layers. */
    List<Blob> blobs() {
      return Stream.concat(Stream.of(config), layers.stream()).toList();
    }

    long bytes() {
      return blobs().stream().mapToLong(Blob::bytes).sum();
    }
  }

  /** A list of images, one for each kind of machine. */
  record Index(Map<Platform, Digest> images) implements RemoteManifest {
    Optional<Digest> imageFor(Platform platform) {
      return images.entrySet().stream()
          .filter(image -> platform.accepts(image.getKey()))
          .map(Map.Entry::getValue)
          .findFirst();
    }
  }

  /** A blob that belongs to an image. */
  record Blob(Digest digest, long bytes) {
    public Blob {
      if (bytes < 0) {
        throw new IllegalArgumentException(digest + " is said to be " + bytes + " bytes long");
      }
    }
  }

  /** Understands a manifest of either kind. */
  static RemoteManifest of(JsonNode json) throws PullException {
    try {
      return json.has("manifests") ? index(json) : image(json);
    } catch (IllegalArgumentException e) {
      throw new PullException("the manifest cannot be understood: " + e.getMessage(), e);
    }
  }

  private static Index index(JsonNode json) {
    Map<Platform, Digest> images = new LinkedHashMap<>();
    for (JsonNode entry : json.path("manifests")) {
      JsonNode named = entry.path("platform");
      Platform platform =
          new Platform(
              named.path("os").asText(),
              named.path("architecture").asText(),
              Optional.ofNullable(named.path("variant").textValue()));
      images.putIfAbsent(platform, Digest.parse(entry.path("digest").asText()));
    }
    return new Index(images);
  }

  private static Image image(JsonNode json) {
    Map<Digest, Blob> layers = new LinkedHashMap<>();
    for (JsonNode layer : json.path("layers")) {
      Blob blob = blob(layer);
      layers.putIfAbsent(blob.digest(), blob);
    }
    Blob config = blob(json.path("config"));
    layers.remove(config.digest());
    return new Image(config, new ArrayList<>(layers.values()));
  }

  private static Blob blob(JsonNode json) {
    return new Blob(Digest.parse(json.path("digest").asText()), json.path("size").asLong());
  }
}
