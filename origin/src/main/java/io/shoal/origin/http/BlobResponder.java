package io.shoal.origin.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.origin.OriginApi;
import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.oci.registry.Answer;
import io.shoal.oci.registry.ByteRange;
import io.shoal.oci.registry.RequestResponder;
import io.shoal.origin.fetch.BlobFetches;
import io.shoal.origin.fetch.LocalBlob;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.Upstreams;
import io.shoal.service.ClusterAccess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers with bytes of blobs: {@code GET} and {@code HEAD} of {@code /shoal/v1/blobs/DIGEST}. */
public final class BlobResponder implements RequestResponder {

  /** All paths below this one ask for a token. */
  static final String PROTECTED = "/shoal/v1/";

  private static final Logger log = LoggerFactory.getLogger(BlobResponder.class);
  private static final Pattern PATH =
      Pattern.compile(Pattern.quote(OriginApi.BLOBS) + "/([^/?]+)(?:\\?.*)?");

  private final ClusterAccess access;
  private final Upstreams upstreams;
  private final BlobFetches blobs;

  /** Serves these blobs to callers with access. */
  public BlobResponder(ClusterAccess access, Upstreams upstreams, BlobFetches blobs) {
    this.access = access;
    this.upstreams = upstreams;
    this.blobs = blobs;
  }

  @Override
  public boolean claims(String uri) {
    return PATH.matcher(uri).matches();
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    try {
      return respond(request);
    } catch (OriginFailure e) {
      return error(request, e, new DefaultHttpHeaders());
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.uri(), e);
      OriginFailure failure = OriginFailure.of(OriginReason.INTERNAL, "internal error", e);
      return error(request, failure, new DefaultHttpHeaders());
    }
  }

  /** The answer to a caller that is not of this cluster. */
  static Answer refused(HttpRequest request) {
    return error(request, AccessFilter.refusal(), new DefaultHttpHeaders());
  }

  private Answer respond(HttpRequest request) throws OriginFailure, InterruptedException {
    if (request.decoderResult().isFailure()) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, "not an HTTP request");
    }
    if (!access.allows(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
      throw AccessFilter.refusal();
    }
    BlobRef ref = ref(request.uri());
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
    if (request.method().equals(HttpMethod.HEAD)) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, blobs.blobBytes(ref));
      return new Answer(HttpResponseStatus.OK, headers, new Answer.Nothing());
    }
    if (!request.method().equals(HttpMethod.GET)) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, "blobs are read with GET or HEAD");
    }
    return part(request, headers, blobs.open(ref));
  }

  private Answer part(HttpRequest request, HttpHeaders headers, LocalBlob blob) {
    long blobBytes = blob.layout().blobBytes();
    LocalContent content = new LocalContent(blob);
    return switch (ByteRange.parse(request.headers().get(HttpHeaderNames.RANGE, ""), blobBytes)) {
      // Agents and proxies ask for one range at a time.
      case ByteRange.Whole _, ByteRange.Parts _, ByteRange.TooMany _ -> {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, blobBytes);
        yield new Answer(HttpResponseStatus.OK, headers, Answer.part(content, 0, blobBytes));
      }
      case ByteRange.Part(long from, long toExclusive) -> {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, toExclusive - from);
        headers.set(
            HttpHeaderNames.CONTENT_RANGE,
            "bytes " + from + "-" + (toExclusive - 1) + "/" + blobBytes);
        yield new Answer(
            HttpResponseStatus.PARTIAL_CONTENT, headers, Answer.part(content, from, toExclusive));
      }
      case ByteRange.Unsatisfiable _ -> {
        content.close();
        headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + blobBytes);
        OriginFailure failure =
            OriginFailure.of(OriginReason.RANGE, "the blob has only " + blobBytes + " bytes");
        yield error(request, failure, headers);
      }
    };
  }

  private BlobRef ref(String uri) throws OriginFailure {
    try {
      QueryStringDecoder decoder = new QueryStringDecoder(uri);
      Matcher path = PATH.matcher(decoder.path());
      if (!path.matches()) {
        throw OriginFailure.of(OriginReason.BAD_REQUEST, "not the address of a blob");
      }
      Digest digest = Digest.parse(path.group(1));
      return new BlobRef(
          upstreams.repository(one(decoder, "upstream"), one(decoder, "repository")), digest);
    } catch (IllegalArgumentException e) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, String.valueOf(e.getMessage()), e);
    }
  }

  private static String one(QueryStringDecoder uri, String name) {
    return uri.parameters().getOrDefault(name, List.of()).stream()
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }

  private static Answer error(HttpRequest request, OriginFailure failure, HttpHeaders headers) {
    byte[] body = ShoalJson.write(failure.error()).getBytes(StandardCharsets.UTF_8);
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    failure
        .error()
        .retryAfter()
        .ifPresent(wait -> headers.set(HttpHeaderNames.RETRY_AFTER, wait.toSeconds()));
    boolean head = request.method().equals(HttpMethod.HEAD);
    return new Answer(
        HttpResponseStatus.valueOf(failure.error().reason().status()),
        headers,
        head ? new Answer.Nothing() : new Answer.Memory(ByteBuffer.wrap(body)));
  }
}
