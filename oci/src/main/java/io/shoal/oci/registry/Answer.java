package io.shoal.oci.registry;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A response that is ready to leave.
 *
 * @param headers complete, with Content-Length
 */
public record Answer(HttpResponseStatus status, HttpHeaders headers, Body body) {

  /** What follows the headers. */
  public sealed interface Body {}

  /** No body: a HEAD, or a status that has none. */
  public record Nothing() implements Body {}

  /** Bytes in memory. */
  public record Memory(ByteBuffer bytes) implements Body {}

  /**
   * Parts of a blob, one after the other; whoever sends them closes the content.
   *
   * @param sections at least one
   * @param end what follows after the last section
   */
  public record OfBlob(BlobContent content, List<Section> sections, ByteBuffer end)
      implements Body {

    public OfBlob {
      sections = List.copyOf(sections);
    }
  }

  /**
   * A part of a blob.
   *
   * @param head what is sent before it: a boundary and headers, if there are several parts
   */
  public record Section(ByteBuffer head, long from, long toExclusive) {}

  /** A body that is one part of a blob. */
  public static OfBlob part(BlobContent content, long from, long toExclusive) {
    ByteBuffer none = ByteBuffer.allocate(0);
    return new OfBlob(content, List.of(new Section(none, from, toExclusive)), none);
  }
}
