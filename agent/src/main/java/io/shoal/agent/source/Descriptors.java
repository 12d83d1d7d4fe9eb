package io.shoal.agent.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
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
