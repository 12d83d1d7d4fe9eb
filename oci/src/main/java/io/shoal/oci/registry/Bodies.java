package io.shoal.oci.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Answers that fit into memory. */
public final class Bodies {

  static final ObjectMapper JSON = new ObjectMapper();

  private Bodies() {}

  /** These bytes; for a HEAD only their headers. */
  static Answer memory(HttpHeaders headers, HttpRequest request, String type, ByteBuffer bytes) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, type);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, bytes.remaining());
    boolean head = request.method().equals(HttpMethod.HEAD);
    return new Answer(
        HttpResponseStatus.OK, headers, head ? new Answer.Nothing() : new Answer.Memory(bytes));
  }

  /** An error in the distribution spec's form. */
  public static Answer error(HttpHeaders headers, HttpRequest request, RegistryException e) {
    // What was said about content that is not sent must not describe the error.
    headers
        .remove("Docker-Content-Digest")
        .remove(HttpHeaderNames.ETAG)
        .remove(HttpHeaderNames.ACCEPT_RANGES);
    e.retryAfter().ifPresent(wait -> headers.set(HttpHeaderNames.RETRY_AFTER, wait.toSeconds()));
    Map<String, String> error =
        Map.of("code", e.code().name(), "message", String.valueOf(e.getMessage()));
    ByteBuffer body = json(Map.of("errors", List.of(error)));
    Answer answer = memory(headers, request, "application/json", body);
    return new Answer(HttpResponseStatus.valueOf(e.status()), headers, answer.body());
  }

  /** The value as JSON. */
  static ByteBuffer json(Object value) {
    try {
      return ByteBuffer.wrap(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of strings are always JSON", e);
    }
  }
}
