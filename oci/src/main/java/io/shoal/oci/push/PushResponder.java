package io.shoal.oci.push;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import io.shoal.oci.registry.Answer;
import io.shoal.oci.registry.Bodies;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.registry.RequestResponder;
import io.shoal.oci.registry.UpstreamSelector;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers push and content management (distribution spec, "Push" and "Content Management"). Knows
 * nothing of connections; blocks where the content does.
 */
public final class PushResponder implements RequestResponder {

  /** The longest manifest (distribution spec, "Pushing Manifests"). */
  public static final int MAX_MANIFEST_BYTES = 4 << 20;

  /** Smaller chunks cost more in requests than in bytes. A wish: they are taken all the same. */
  static final int MIN_CHUNK_BYTES = 64 << 10;

  private static final Logger log = LoggerFactory.getLogger(PushResponder.class);
  private static final Pattern CHUNK =
      Pattern.compile("(?:bytes )?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

  private final PushContent content;
  private final UpstreamSelector selector;

  /** Pushes to this content. */
  public PushResponder(PushContent content, UpstreamSelector selector) {
    this.content = content;
    this.selector = selector;
  }

  @Override
  public boolean claims(String uri) {
    return PushRoute.parse(new QueryStringDecoder(uri).rawPath()).isPresent();
  }

  @Override
  public boolean takesBody(HttpRequest request) {
    return true;
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    return answer(request, InputStream.nullInputStream());
  }

  @Override
  public Answer answer(HttpRequest request, InputStream body) throws InterruptedException {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set("Docker-Distribution-API-Version", "registry/2.0");
    try {
      return route(request, headers, body);
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

  /** One request on its way through the methods below. */
  private record Call(
      HttpRequest request,
      QueryStringDecoder uri,
      HttpHeaders headers,
      String asked,
      ContentName name,
      InputStream body) {

    Optional<String> parameter(String key) {
      return uri.parameters().getOrDefault(key, List.of()).stream().findFirst();
    }

    Answer empty(HttpResponseStatus status) {
      boolean mayHaveLength = !status.equals(HttpResponseStatus.NO_CONTENT);
      if (mayHaveLength) {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, 0);
      }
      return new Answer(status, headers, new Answer.Nothing());
    }
  }

  private Answer route(HttpRequest request, HttpHeaders headers, InputStream body)
      throws RegistryException, InterruptedException {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    PushRoute route;
    try {
      route =
          PushRoute.parse(uri.path())
              .orElseThrow(() -> unsupported("no such route: " + uri.path()));
    } catch (IllegalArgumentException e) {
      throw new RegistryException(
          RegistryErrorCode.PARAMETER_INVALID, "malformed address: " + e.getMessage());
    }
    Optional<String> namespace =
        uri.parameters().getOrDefault("ns", List.of()).stream().findFirst();
    ContentName name = selector.select(route.name(), namespace);
    Call call = new Call(request, uri, headers, route.name(), name, body);
    String method = request.method().name();
    return switch (route) {
      case PushRoute.Uploads _ -> {
        allow(call, method, "POST");
        yield begin(call, namespace);
      }
      case PushRoute.Upload(_, String id) -> {
        allow(call, method, "GET", "HEAD", "PATCH", "PUT", "DELETE");
        yield upload(call, method, id);
      }
      case PushRoute.Blob(_, String digest) -> {
        allow(call, method, "DELETE");
        content.deleteBlob(name, deletable(call, digest));
        yield call.empty(HttpResponseStatus.ACCEPTED);
      }
      case PushRoute.Manifest(_, String reference) -> {
        allow(call, method, "PUT", "DELETE");
        yield method.equals("PUT") ? putManifest(call, reference) : delete(call, reference);
      }
    };
  }

  private static void allow(Call call, String method, String... methods) throws RegistryException {
    if (!List.of(methods).contains(method)) {
      call.headers().set(HttpHeaderNames.ALLOW, String.join(", ", methods));
      throw unsupported(method + " is not for " + call.uri().path());
    }
  }

  private Answer begin(Call call, Optional<String> namespace)
      throws RegistryException, InterruptedException {
    Optional<String> mount = call.parameter("mount");
    Optional<String> from = call.parameter("from");
    if (mount.isPresent() && from.isPresent()) {
      Digest digest = digest(mount.get());
      if (content.mount(call.name(), selector.select(from.get(), namespace), digest)) {
        return created(call, digest);
      }
    }
    Optional<String> whole = call.parameter("digest");
    Optional<Digest> digest =
        whole.isPresent() ? Optional.of(digest(whole.get())) : Optional.empty();
    UploadState upload = content.begin(call.name());
    if (digest.isEmpty()) {
      return accepted(call, HttpResponseStatus.ACCEPTED, upload);
    }
    boolean finished = false;
    try {
      content.finish(call.name(), upload.id(), chunk(call), digest.get());
      finished = true;
    } finally {
      if (!finished) {
        // The client has never heard of the upload, so it cannot resume it.
        abandon(call.name(), upload.id());
      }
    }
    return created(call, digest.get());
  }

  private void abandon(ContentName name, String id) throws InterruptedException {
    try {
      content.cancel(name, id);
    } catch (RegistryException e) {
      log.debug("An upload that failed had already ended: {}", e.getMessage());
    }
  }

  private Answer upload(Call call, String method, String id)
      throws RegistryException, InterruptedException {
    switch (method) {
      case "PATCH" -> {
        try {
          UploadState state = content.append(call.name(), id, chunk(call));
          return accepted(call, HttpResponseStatus.ACCEPTED, state);
        } catch (RegistryException e) {
          if (e.status() == 416) {
            // So that the client can go on from where the upload really is.
            describe(call, content.state(call.name(), id));
          }
          throw e;
        }
      }
      case "PUT" -> {
        String digest =
            call.parameter("digest")
                .orElseThrow(() ->
                    new RegistryException(
                        RegistryErrorCode.DIGEST_INVALID, "the digest parameter is missing"));
        Digest parsed = digest(digest);
        content.finish(call.name(), id, chunk(call), parsed);
        return created(call, parsed);
      }
      case "DELETE" -> {
        content.cancel(call.name(), id);
        return call.empty(HttpResponseStatus.NO_CONTENT);
      }
      default -> {
        UploadState state = content.state(call.name(), id);
        return accepted(call, HttpResponseStatus.NO_CONTENT, state);
      }
    }
  }

  private static Answer accepted(Call call, HttpResponseStatus status, UploadState upload) {
    describe(call, upload);
    return call.empty(status);
  }

  private static void describe(Call call, UploadState upload) {
    call.headers().set(HttpHeaderNames.LOCATION, address(call, "blobs/uploads/" + upload.id()));
    call.headers().set(HttpHeaderNames.RANGE, "0-" + Math.max(0, upload.bytes() - 1));
    call.headers().set("Docker-Upload-UUID", upload.id());
    call.headers().set("OCI-Chunk-Min-Length", MIN_CHUNK_BYTES);
  }

  private static Answer created(Call call, Digest digest) {
    call.headers().set(HttpHeaderNames.LOCATION, address(call, "blobs/" + digest));
    call.headers().set("Docker-Content-Digest", digest.toString());
    return call.empty(HttpResponseStatus.CREATED);
  }

  private static String address(Call call, String rest) {
    return "/v2/" + call.asked() + "/" + rest;
  }

  private static Chunk chunk(Call call) throws RegistryException {
    OptionalLong length = length(call);
    String range = call.request().headers().get(HttpHeaderNames.CONTENT_RANGE, "");
    if (range.isEmpty()) {
      return new Chunk(OptionalLong.empty(), length, call.body());
    }
    Matcher chunk = CHUNK.matcher(range);
    if (!chunk.matches()) {
      throw badRange("Content-Range must be START-END, not '" + range + "'");
    }
    long from = Long.parseLong(chunk.group(1));
    long bytes = Long.parseLong(chunk.group(2)) - from + 1;
    if (bytes < 0 || (length.isPresent() && length.getAsLong() != bytes)) {
      throw badRange("Content-Range " + range + " and Content-Length do not fit together");
    }
    return new Chunk(OptionalLong.of(from), OptionalLong.of(bytes), call.body());
  }

  private static RegistryException badRange(String message) {
    return RegistryException.withStatus(416, RegistryErrorCode.BLOB_UPLOAD_INVALID, message);
  }

  private static OptionalLong length(Call call) throws RegistryException {
    String length = call.request().headers().get(HttpHeaderNames.CONTENT_LENGTH, "");
    if (length.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!length.matches("\\d{1,18}")) {
      throw new RegistryException(
          RegistryErrorCode.SIZE_INVALID, "Content-Length is no length: '" + length + "'");
    }
    return OptionalLong.of(Long.parseLong(length));
  }

  private Answer putManifest(Call call, String reference)
      throws RegistryException, InterruptedException {
    Optional<Digest> named =
        reference.indexOf(':') >= 0 ? Optional.of(digest(reference)) : Optional.empty();
    if (named.isEmpty() && !ImageReference.isTag(reference)) {
      throw new RegistryException(
          RegistryErrorCode.MANIFEST_INVALID, "not a tag: '" + reference + "'");
    }
    byte[] bytes = manifestBytes(call);
    Digest digest = named.orElseGet(() -> Digest.sha256Of(bytes));
    if (!Digest.of(digest.algorithm(), digest.algorithm().newMessageDigest().digest(bytes))
        .equals(digest)) {
      throw new RegistryException(
          RegistryErrorCode.DIGEST_INVALID, "the manifest's digest is not " + digest);
    }
    String type = call.request().headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    PushedManifest manifest = PushedManifest.read(digest, type, bytes);
    Optional<String> tag = named.isPresent() ? Optional.empty() : Optional.of(reference);
    content
        .putManifest(call.name(), tag, manifest)
        .ifPresent(subject -> call.headers().set("OCI-Subject", subject.toString()));
    call.headers().set(HttpHeaderNames.LOCATION, address(call, "manifests/" + digest));
    call.headers().set("Docker-Content-Digest", digest.toString());
    return call.empty(HttpResponseStatus.CREATED);
  }

  private static byte[] manifestBytes(Call call) throws RegistryException {
    OptionalLong length = length(call);
    try {
      byte[] bytes =
          length.orElse(0) > MAX_MANIFEST_BYTES
              ? new byte[MAX_MANIFEST_BYTES + 1]
              : call.body().readNBytes(MAX_MANIFEST_BYTES + 1);
      if (bytes.length > MAX_MANIFEST_BYTES) {
        throw new RegistryException(
            RegistryErrorCode.SIZE_INVALID,
            "a manifest has at most " + MAX_MANIFEST_BYTES + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new RegistryException(
          RegistryErrorCode.MANIFEST_INVALID, "the manifest did not arrive: " + e.getMessage());
    }
  }

  private Answer delete(Call call, String reference)
      throws RegistryException, InterruptedException {
    if (reference.indexOf(':') >= 0) {
      content.deleteManifest(call.name(), deletable(call, reference));
    } else {
      mayDelete(call);
      if (!ImageReference.isTag(reference)) {
        throw RegistryException.manifestUnknown(call.name(), reference);
      }
      content.deleteTag(call.name(), reference);
    }
    return call.empty(HttpResponseStatus.ACCEPTED);
  }

  private Digest deletable(Call call, String digest) throws RegistryException {
    mayDelete(call);
    return digest(digest);
  }

  private void mayDelete(Call call) throws RegistryException {
    if (!content.mayDelete(call.name())) {
      throw unsupported("nothing is deleted here (push.delete)");
    }
  }

  private static Digest digest(String text) throws RegistryException {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(RegistryErrorCode.DIGEST_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static RegistryException unsupported(String message) {
    return new RegistryException(RegistryErrorCode.UNSUPPORTED, message);
  }
}
