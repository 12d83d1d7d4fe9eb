package io.shoal.proxy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.shoal.client.origin.OriginApi;
import io.shoal.oci.push.PushRoute;
import io.shoal.oci.registry.Answer;
import io.shoal.oci.registry.Bodies;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.registry.RequestResponder;
import io.shoal.oci.registry.UpstreamSelector;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Hands pushes on to the origin, which answers them as a registry does; this process only says
 * which repository is meant, and passes bytes on as they arrive. So an upload survives a restart of
 * it.
 */
final class PushForwarder implements RequestResponder {

  /** An origin that has all bytes of a blob still has to write them to its store. */
  private static final Duration SILENCE = Duration.ofMinutes(15);

  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final List<String> TOLD =
      List.of("Content-Type", "Content-Range", "Content-Length", "User-Agent");
  private static final List<String> ANSWERED =
      List.of(
          "Content-Type",
          "Range",
          "Allow",
          "Retry-After",
          "Docker-Content-Digest",
          "Docker-Upload-UUID",
          "OCI-Chunk-Min-Length",
          "OCI-Subject");

  private final RequestResponder pulls;
  private final UpstreamSelector selector;
  private final OkHttpClient http;
  private final HttpUrl origin;

  /**
   * @param pulls answers what is no push
   * @param http knows the cluster's certificate and token
   */
  PushForwarder(RequestResponder pulls, UpstreamSelector selector, OkHttpClient http, URI origin) {
    this.pulls = pulls;
    this.selector = selector;
    // A body can be sent once only, and the origin is asked before it is.
    this.http =
        http.newBuilder()
            .readTimeout(SILENCE)
            .writeTimeout(SILENCE)
            .retryOnConnectionFailure(false)
            .build();
    this.origin = Objects.requireNonNull(HttpUrl.get(origin), "http or https URL");
  }

  @Override
  public boolean claims(String uri) {
    return pulls.claims(uri);
  }

  @Override
  public boolean takesBody(HttpRequest request) {
    return isPush(request);
  }

  private static boolean isPush(HttpRequest request) {
    String method = request.method().name();
    return route(request)
        .filter(route -> WRITING.contains(method) || route instanceof PushRoute.Upload)
        .isPresent();
  }

  private static Optional<PushRoute> route(HttpRequest request) {
    try {
      return PushRoute.parse(new QueryStringDecoder(request.uri()).path());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    return pulls.answer(request);
  }

  @Override
  public Answer answer(HttpRequest request, InputStream body) throws InterruptedException {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set("Docker-Distribution-API-Version", "registry/2.0");
    try {
      return forward(request, route(request).orElseThrow(), headers, body);
    } catch (RegistryException e) {
      return Bodies.error(headers, request, e);
    }
  }

  private Answer forward(
      HttpRequest request, PushRoute route, HttpHeaders headers, InputStream body)
      throws RegistryException, InterruptedException {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    Optional<String> namespace =
        uri.parameters().getOrDefault("ns", List.of()).stream().findFirst();
    ContentName name = selector.select(route.name(), namespace);
    Request.Builder onward =
        new Request.Builder()
            .url(address(uri, route, name, namespace))
            .method(request.method().name(), body(request, body));
    for (String header : TOLD) {
      String value = request.headers().get(header);
      if (value != null) {
        onward.header(header, value);
      }
    }
    if (hasBody(request)) {
      // What the origin refuses at once need not be sent to it.
      onward.header("Expect", "100-continue");
    }
    try (Response response = http.newCall(onward.build()).execute()) {
      return answer(response, route, name, namespace, headers);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw RegistryException.unavailable(
          503, "the origin did not take it: " + e.getMessage(), Optional.empty(), e);
    }
  }

  private HttpUrl address(
      QueryStringDecoder uri, PushRoute route, ContentName name, Optional<String> namespace)
      throws RegistryException {
    HttpUrl.Builder url =
        origin
            .newBuilder()
            .encodedPath(OriginApi.PUSH)
            .addPathSegment("v2")
            .addPathSegments(name.repository())
            .addPathSegments(route.rest())
            .addQueryParameter("ns", name.upstream());
    for (Map.Entry<String, List<String>> parameter : uri.parameters().entrySet()) {
      String key = parameter.getKey();
      for (String value : parameter.getValue()) {
        if (key.equals("from")) {
          ContentName from = selector.select(value, namespace);
          if (from.upstream().equals(name.upstream())) {
            url.addQueryParameter(key, from.repository());
          }
        } else if (!key.equals("ns")) {
          url.addQueryParameter(key, value);
        }
      }
    }
    return url.build();
  }

  private static boolean hasBody(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || !headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
  }

  private static @Nullable RequestBody body(HttpRequest request, InputStream bytes)
      throws RegistryException {
    if (Set.of("GET", "HEAD").contains(request.method().name())) {
      return null;
    }
    if (!hasBody(request)) {
      return RequestBody.EMPTY;
    }
    String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH, "-1");
    if (!length.matches("-1|\\d{1,18}")) {
      throw new RegistryException(
          RegistryErrorCode.SIZE_INVALID, "Content-Length is no length: '" + length + "'");
    }
    return new Streamed(bytes, Long.parseLong(length));
  }

  /** A body that is passed on as it arrives. */
  private static final class Streamed extends RequestBody {

    private final InputStream bytes;
    private final long length;

    Streamed(InputStream bytes, long length) {
      this.bytes = bytes;
      this.length = length;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public long contentLength() {
      return length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      try (Source source = Okio.source(bytes)) {
        sink.writeAll(source);
      }
    }
  }

  private static Answer answer(
      Response response,
      PushRoute route,
      ContentName name,
      Optional<String> namespace,
      HttpHeaders headers)
      throws IOException, RegistryException {
    if (response.code() == 401) {
      throw RegistryException.withStatus(
          503, RegistryErrorCode.UNAVAILABLE, "this proxy is not of the origin's cluster");
    }
    for (String header : ANSWERED) {
      String value = response.header(header);
      if (value != null) {
        headers.set(header, value);
      }
    }
    String location = response.header("Location");
    String prefix = "/v2/" + name.repository() + "/";
    if (location != null && location.startsWith(prefix)) {
      // Under the name by which the client knows the repository.
      String same = namespace.map(host -> "?ns=" + host).orElse("");
      headers.set(
          HttpHeaderNames.LOCATION,
          "/v2/" + route.name() + "/" + location.substring(prefix.length()) + same);
    }
    byte[] body = response.body().byteStream().readNBytes(MAX_ANSWER_BYTES);
    HttpResponseStatus status = HttpResponseStatus.valueOf(response.code());
    if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    return new Answer(
        status,
        headers,
        body.length == 0 ? new Answer.Nothing() : new Answer.Memory(ByteBuffer.wrap(body)));
  }
}
