package io.shoal.oci.registry;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.shoal.core.content.Digest;
import java.util.Arrays;

/** The conditional headers of a request (RFC 9110, section 13); content never changes here. */
final class Conditions {

  private Conditions() {}

  /** The digest in quotes: a strong validator like no other. */
  static String etag(Digest digest) {
    return "\"" + digest + "\"";
  }

  /** Whether the client has said that it has this content. It must exist. */
  static boolean isKnownToClient(HttpRequest request, Digest digest) {
    return request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(String::strip)
        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
        .anyMatch(tag -> tag.equals("*") || tag.equals(etag(digest)));
  }

  /** The Range header, or nothing if it is tied to other content. */
  static String range(HttpRequest request, Digest digest) {
    String condition = request.headers().get(HttpHeaderNames.IF_RANGE, etag(digest)).strip();
    String range = request.headers().get(HttpHeaderNames.RANGE, "");
    return condition.equals(etag(digest)) ? range : "";
  }
}
