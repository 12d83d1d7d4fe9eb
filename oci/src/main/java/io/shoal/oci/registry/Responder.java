package io.shoal.oci.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a request into an answer. Blocks where the content does; knows nothing of connections. */
final class Responder implements RequestResponder {

  private static final Logger log = LoggerFactory.getLogger(Responder.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEFAULT_TAGS = 1000;
  private static final int MAX_TAGS = 10_000;

  private final RegistryContent content;
  private final UpstreamSelector selector;
  private final boolean refuseForwarded;

  Responder(RegistryContent content, UpstreamSelector selector, boolean refuseForwarded) {
    this.content = content;
    this.selector = selector;
    this.refuseForwarded = refuseForwarded;
  }

  @Override
  public boolean claims(String uri) {
    return RegistryRoute.claims(uri);
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set("Docker-Distribution-API-Version", "registry/2.0");
    try {
      return route(request, headers);
    } catch (RegistryException e) {
      return error(request, headers, e);
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.uri(), e);
      return error(
          request,
          headers,
          RegistryException.unavailable(500, "internal error: " + e, Optional.empty(), e));
    }
  }

  private Answer route(HttpRequest request, HttpHeaders headers)
      throws RegistryException, InterruptedException {
    if (request.decoderResult().isFailure()) {
      throw new RegistryException(
          RegistryErrorCode.PARAMETER_INVALID,
          "not an HTTP request: " + request.decoderResult().cause().getMessage());
    }
    boolean head = request.method().equals(HttpMethod.HEAD);
    if (!head && !request.method().equals(HttpMethod.GET)) {
      headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
      throw new RegistryException(
          RegistryErrorCode.UNSUPPORTED, "this registry is read-only: push goes elsewhere");
    }
    if (refuseForwarded && cameFromShoal(request)) {
      throw new RegistryException(
          RegistryErrorCode.NAME_UNKNOWN, "this request has already passed another agent");
    }
    QueryStringDecoder uri = decoded(request.uri());
    Optional<String> namespace = parameter(uri, "ns");
    return switch (RegistryRoute.parse(uri.path())) {
      case RegistryRoute.Base _ -> memory(headers, head, "application/json", utf8("{}"));
      case RegistryRoute.Manifest route -> {
        ContentName name = select(headers, route.name(), namespace);
        yield manifest(request, headers, name, route.reference());
      }
      case RegistryRoute.Blob route -> {
        ContentName name = select(headers, route.name(), namespace);
        yield blob(request, headers, name, digest(route.digest()));
      }
      case RegistryRoute.TagList route -> {
        ContentName name = select(headers, route.name(), namespace);
        yield tags(uri, headers, head, route.name(), name);
      }
      case RegistryRoute.Unknown _ ->
          throw new RegistryException(
              RegistryErrorCode.NAME_UNKNOWN, "no such route: " + uri.path());
    };
  }

  private ContentName select(HttpHeaders headers, String name, Optional<String> namespace)
      throws RegistryException {
    ContentName selected = selector.select(name, namespace);
    namespace.ifPresent(ns -> headers.set("OCI-Namespace", ns));
    return selected;
  }

  private Answer manifest(
      HttpRequest request, HttpHeaders headers, ContentName name, String reference)
      throws RegistryException, InterruptedException {
    if (reference.indexOf(':') >= 0) {
      digest(reference);
    } else if (!ImageReference.isTag(reference)) {
      throw RegistryException.manifestUnknown(name, reference);
    }
    List<String> accept =
        request.headers().getAll(HttpHeaderNames.ACCEPT).stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .map(String::strip)
            .filter(type -> !type.isEmpty())
            .toList();
    ManifestContent manifest = content.manifest(name, reference, accept);
    describe(headers, manifest.digest());
    if (manifest.stale()) {
      headers.set(HttpHeaderNames.WARNING, "110 shoal \"tag not revalidated: upstream is down\"");
    }
    if (isKnownToClient(request, manifest.digest())) {
      return new Answer(HttpResponseStatus.NOT_MODIFIED, headers, new Answer.Nothing());
    }
    boolean head = request.method().equals(HttpMethod.HEAD);
    return memory(headers, head, manifest.mediaType(), manifest.content());
  }

  private Answer blob(HttpRequest request, HttpHeaders headers, ContentName name, Digest digest)
      throws RegistryException, InterruptedException {
    boolean head = request.method().equals(HttpMethod.HEAD);
    describe(headers, digest);
    if (isKnownToClient(request, digest)) {
      return new Answer(HttpResponseStatus.NOT_MODIFIED, headers, new Answer.Nothing());
    }
    BlobContent blob = content.blob(name, digest, head);
    long blobBytes = blob.blobBytes();
    headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    if (head) {
      blob.close();
      headers.set(HttpHeaderNames.CONTENT_LENGTH, blobBytes);
      return new Answer(HttpResponseStatus.OK, headers, new Answer.Nothing());
    }
    return switch (ByteRange.parse(range(request, digest), blobBytes)) {
      case ByteRange.Whole _ -> {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, blobBytes);
        yield new Answer(HttpResponseStatus.OK, headers, new Answer.Part(blob, 0, blobBytes));
      }
      case ByteRange.Part(long from, long toExclusive) -> {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, toExclusive - from);
        headers.set(
            HttpHeaderNames.CONTENT_RANGE,
            "bytes " + from + "-" + (toExclusive - 1) + "/" + blobBytes);
        yield new Answer(
            HttpResponseStatus.PARTIAL_CONTENT, headers, new Answer.Part(blob, from, toExclusive));
      }
      case ByteRange.Unsatisfiable _ -> {
        blob.close();
        headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + blobBytes);
        throw new RegistryException(
            RegistryErrorCode.RANGE_INVALID, digest + " has only " + blobBytes + " bytes");
      }
    };
  }

  private Answer tags(
      QueryStringDecoder uri, HttpHeaders headers, boolean head, String asked, ContentName name)
      throws RegistryException, InterruptedException {
    String n = parameter(uri, "n").orElse("" + DEFAULT_TAGS);
    if (!n.matches("\\d{1,9}")) {
      throw new RegistryException(
          RegistryErrorCode.PARAMETER_INVALID, "n must be a number, not '" + n + "'");
    }
    int limit = Math.min(Integer.parseInt(n), MAX_TAGS);
    TagPage page =
        limit == 0
            ? new TagPage(List.of(), false)
            : content.tags(name, limit, parameter(uri, "last"));
    if (page.more() && !page.tags().isEmpty()) {
      String last = URLEncoder.encode(page.tags().getLast(), StandardCharsets.UTF_8);
      String ns =
          parameter(uri, "ns")
              .map(host -> "&ns=" + URLEncoder.encode(host, StandardCharsets.UTF_8))
              .orElse("");
      headers.set(
          "Link",
          "</v2/%s/tags/list?n=%d&last=%s%s>; rel=\"next\"".formatted(asked, limit, last, ns));
    }
    return memory(
        headers, head, "application/json", json(Map.of("name", asked, "tags", page.tags())));
  }

  private static Answer error(HttpRequest request, HttpHeaders headers, RegistryException e) {
    // What was said about content that is not sent must not describe the error.
    headers.remove("Docker-Content-Digest").remove(HttpHeaderNames.ETAG);
    e.retryAfter().ifPresent(wait -> headers.set(HttpHeaderNames.RETRY_AFTER, wait.toSeconds()));
    Map<String, String> error =
        Map.of("code", e.code().name(), "message", String.valueOf(e.getMessage()));
    ByteBuffer body = json(Map.of("errors", List.of(error)));
    boolean head = request.method().equals(HttpMethod.HEAD);
    Answer answer = memory(headers, head, "application/json", body);
    return new Answer(HttpResponseStatus.valueOf(e.status()), headers, answer.body());
  }

  private static Answer memory(HttpHeaders headers, boolean head, String type, ByteBuffer bytes) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, type);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, bytes.remaining());
    return new Answer(
        HttpResponseStatus.OK, headers, head ? new Answer.Nothing() : new Answer.Memory(bytes));
  }

  private static void describe(HttpHeaders headers, Digest digest) {
    headers.set("Docker-Content-Digest", digest.toString());
    headers.set(HttpHeaderNames.ETAG, etag(digest));
  }

  private static String etag(Digest digest) {
    return "\"" + digest + "\"";
  }

  private static boolean isKnownToClient(HttpRequest request, Digest digest) {
    return request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH).stream()
        .anyMatch(value -> value.contains(etag(digest)));
  }

  /** The Range header, or nothing if it is tied to other content. */
  private static String range(HttpRequest request, Digest digest) {
    String condition = request.headers().get(HttpHeaderNames.IF_RANGE, etag(digest));
    String range = request.headers().get(HttpHeaderNames.RANGE, "");
    return condition.equals(etag(digest)) ? range : "";
  }

  private static boolean cameFromShoal(HttpRequest request) {
    return request.headers().getAll(HttpHeaderNames.VIA).stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("shoal"));
  }

  private static Digest digest(String text) throws RegistryException {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(RegistryErrorCode.DIGEST_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static QueryStringDecoder decoded(String uri) throws RegistryException {
    try {
      QueryStringDecoder decoder = new QueryStringDecoder(uri);
      decoder.path();
      decoder.parameters();
      return decoder;
    } catch (IllegalArgumentException e) {
      throw new RegistryException(
          RegistryErrorCode.PARAMETER_INVALID, "malformed address: " + e.getMessage());
    }
  }

  private static Optional<String> parameter(QueryStringDecoder uri, String name) {
    return uri.parameters().getOrDefault(name, List.of()).stream().findFirst();
  }

  private static ByteBuffer json(Object value) {
    try {
      return ByteBuffer.wrap(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of strings are always JSON", e);
    }
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
