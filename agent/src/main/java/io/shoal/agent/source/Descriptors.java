package io.shoal.agent.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a manifest says of other blobs. It is read as a stream, because a tree of 4 MiB of
 * JSON, which anybody may push, is larger than an agent's heap should be.
 */
final class Descriptors {

  private static final JsonFactory JSON = new JsonFactory();

  /** An object that is being read. */
  private static final class Frame {
    private @Nullable String digest;
    private long size = -1;
  }

  private Descriptors() {}

  /**
   * Reads.
   *
   * @param found told of every digest and the size that stands beside it
   * @throws IOException if the manifest is no JSON
   */
  static void read(byte[] manifest, BiConsumer<Digest, Long> found) throws IOException {
    Deque<Frame> open = new ArrayDeque<>();
    try (JsonParser json = JSON.createParser(manifest)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        switch (token) {
          case START_OBJECT -> open.push(new Frame());
          case END_OBJECT -> report(open.pop(), found);
          case VALUE_STRING -> {
            if (!open.isEmpty() && "digest".equals(json.currentName())) {
              open.element().digest = json.getText();
            }
          }
          case VALUE_NUMBER_INT -> {
            boolean isSize = !open.isEmpty() && "size".equals(json.currentName());
            if (isSize && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
              open.element().size = json.getLongValue();
            }
          }
          default -> {
            // Nothing else says anything about a blob.
          }
        }
      }
    }
  }

  /**
   * The layers of an image, in order; none if it is something else. Layers that registries do not
   * have, by their media types, are left out.
   *
   * @throws IOException if the manifest is no JSON
   */
  static List<Digest> layers(byte[] manifest) throws IOException {
    List<Digest> layers = new ArrayList<>();
    try (JsonParser json = JSON.createParser(manifest)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return layers;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean ofLayers = "layers".equals(json.currentName());
        if (json.nextToken() == JsonToken.START_ARRAY && ofLayers) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            layer(json).ifPresent(layers::add);
          }
        } else {
          json.skipChildren();
        }
      }
    }
    return layers;
  }

  private static Optional<Digest> layer(JsonParser json) throws IOException {
    String digest = "";
    String mediaType = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_STRING && name.equals("digest")) {
        digest = json.getText();
      } else if (value == JsonToken.VALUE_STRING && name.equals("mediaType")) {
        mediaType = json.getText();
      } else {
        json.skipChildren();
      }
    }
    try {
      boolean elsewhere = mediaType.contains("nondistributable") || mediaType.contains("foreign");
      return elsewhere ? Optional.empty() : Optional.of(Digest.parse(digest));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void report(Frame frame, BiConsumer<Digest, Long> found) {
    if (frame.digest == null || frame.size < 0) {
      return;
    }
    try {
      found.accept(Digest.parse(frame.digest), frame.size);
    } catch (IllegalArgumentException e) {
      // It names no blob, so it says nothing of one.
    }
  }
}
