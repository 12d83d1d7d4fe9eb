package io.shoal.oci.registry;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;

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

  /** Part of a blob; whoever sends it closes the content. */
  public record Part(BlobContent content, long from, long toExclusive) implements Body {}
}
