package io.shoal.oci.registry;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a request into an answer. Blocks where the content does; knows nothing of connections. */
final class Responder implements RequestResponder {

  private static final Logger log = LoggerFactory.getLogger(Responder.class);

  /** No client knows more kinds of manifests. */
  private static final int MAX_ACCEPT = 64;

  private final RegistryContent content;
  private final Listings listings;
  private final UpstreamSelector selector;
  private final boolean refuseForwarded;

  Responder(RegistryContent content, UpstreamSelector selector, boolean refuseForwarded) {
    this.content = content;
    this.listings = new Listings(content);
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
      return Bodies.error(headers, request, e);
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.uri(), e);
      return Bodies.error(
          headers,
          request,
          RegistryException.unavailable(500, "internal error: " + e, Optional.empty(), e));
    }
  }

  private Answer route(HttpRequest request, HttpHeaders headers)
      throws RegistryException, InterruptedException {
    checkForm(request, headers);
    QueryStringDecoder uri = decoded(request.uri());
    Optional<String> namespace = Listings.parameter(uri, "ns");
    String client = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    // Told only if it is a host that is served here: nothing else is sent back as a header.
    namespace.filter(selector::serves).ifPresent(ns -> headers.set("OCI-Namespace", ns));
    return switch (RegistryRoute.parse(uri.path())) {
      case RegistryRoute.Base _ -> Bodies.memory(headers, request, "application/json", utf8("{}"));
      case RegistryRoute.Catalog _ ->
          listings.catalog(request, uri, headers, selector.catalogOf(namespace));
      case RegistryRoute.Manifest route ->
          manifest(
              request,
              headers,
              selector.select(route.name(), namespace, client),
              route.reference());
      case RegistryRoute.Blob route ->
          blob(
              request,
              headers,
              selector.select(route.name(), namespace, client),
              digest(route.digest()));
      case RegistryRoute.TagList route -> {
        ContentName name = selector.select(route.name(), namespace, client);
        yield listings.tags(request, uri, headers, route.name(), name);
      }
      case RegistryRoute.Referrers route -> {
        ContentName name = selector.select(route.name(), namespace, client);
        yield listings.referrers(request, uri, headers, name, digest(route.digest()));
      }
      case RegistryRoute.Unknown _ ->
          throw new RegistryException(
              RegistryErrorCode.NAME_UNKNOWN, "no such route: " + uri.path());
    };
  }

  private void checkForm(HttpRequest request, HttpHeaders headers) throws RegistryException {
    if (request.decoderResult().isFailure()) {
      throw RegistryException.notHttp(request.decoderResult().cause());
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
      throw new RegistryException(
          RegistryErrorCode.UNSUPPORTED, "this registry is read-only: push goes elsewhere");
    }
    if (refuseForwarded && cameFromShoal(request)) {
      throw new RegistryException(
          RegistryErrorCode.NAME_UNKNOWN, "this request has already passed another agent");
    }
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
            .limit(MAX_ACCEPT)
            .toList();
    ManifestContent manifest = content.manifest(name, reference, accept);
    describe(headers, manifest.digest());
    if (manifest.stale()) {
      headers.set(HttpHeaderNames.WARNING, "110 shoal \"tag not revalidated: upstream is down\"");
    }
    return Conditions.isKnownToClient(request, manifest.digest())
        ? new Answer(HttpResponseStatus.NOT_MODIFIED, headers, new Answer.Nothing())
        : Bodies.memory(headers, request, manifest.mediaType(), manifest.content());
  }

  private Answer blob(HttpRequest request, HttpHeaders headers, ContentName name, Digest digest)
      throws RegistryException, InterruptedException {
    boolean head = request.method().equals(HttpMethod.HEAD);
    boolean known = Conditions.isKnownToClient(request, digest);
    // Whether the client may be told that its copy is right depends on whether the blob is there.
    BlobContent blob = content.blob(name, digest, head || known);
    describe(headers, digest);
    if (known) {
      blob.close();
      return new Answer(HttpResponseStatus.NOT_MODIFIED, headers, new Answer.Nothing());
    }
    if (head) {
      BlobAnswers.describe(headers, blob.blobBytes());
      blob.close();
      return new Answer(HttpResponseStatus.OK, headers, new Answer.Nothing());
    }
    return BlobAnswers.answer(headers, blob, Conditions.range(request, digest));
  }

  private static void describe(HttpHeaders headers, Digest digest) {
    headers.set("Docker-Content-Digest", digest.toString());
    headers.set(HttpHeaderNames.ETAG, Conditions.etag(digest));
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

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
