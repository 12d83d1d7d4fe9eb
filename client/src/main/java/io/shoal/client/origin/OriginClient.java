package io.shoal.client.origin;

import io.shoal.client.json.ShoalJson;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Asks one origin. Blocks, so call it on virtual threads; an interrupt ends the call. Thread-safe.
 *
 * <p>Every call fails with {@link OriginException} if the origin says no, and with {@link
 * OriginUnreachableException} if it does not say anything usable.
 */
public final class OriginClient {

  /**
   * An origin answers once upstream has, and sends bytes as they arrive there: as long as upstream
   * may be silent, and a little longer, so that the origin's own limit speaks first.
   */
  private static final Duration SILENCE = Duration.ofSeconds(70);

  /** A call that lasts this long has the origin asked whether it is still there, as long again. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

  private static final int MAX_JSON_BYTES = 8 << 20;

  /** What is sent to such a host does not leave this one. */
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1");

  private final OkHttpClient http;
  private final HttpUrl base;
  private final Optional<String> client;

  /**
   * A client of the origin at this base URL.
   *
   * @param http knows the cluster's certificate and token
   */
  public OriginClient(OkHttpClient http, URI origin) {
    this(http, Objects.requireNonNull(HttpUrl.get(origin), "http or https URL"));
  }

  private OriginClient(OkHttpClient http, HttpUrl origin) {
    this(
        OriginWatch.watched(
            http.newBuilder()
                .readTimeout(SILENCE)
                .retryOnConnectionFailure(true)
                // No origin redirects, and what is sent to one is for nobody else.
                .followRedirects(false)
                .build(),
            origin,
            SIGN_OF_LIFE,
            SIGN_OF_LIFE),
        origin,
        Optional.empty());
  }

  private OriginClient(OkHttpClient http, HttpUrl base, Optional<String> client) {
    this.http = http;
    this.base = base;
    this.client = client;
  }

  /**
   * The same origin, asked on behalf of a client whose own token decides. The token leaves this
   * host over TLS only: without it, every call fails as if the origin could not be reached.
   *
   * @param authorization the client's Authorization header, if he sent one
   */
  public OriginClient as(Optional<String> authorization) {
    return authorization.isEmpty() ? this : new OriginClient(http, base, authorization);
  }

  /** Which origin this asks. */
  public URI origin() {
    return base.uri();
  }

  /**
   * A manifest by tag or digest, checked against its digest.
   *
   * @param accept media types the client understands, best first
   */
  public ManifestAnswer manifest(
      String upstream, String repository, String reference, List<String> accept)
      throws IOException {
    HttpUrl url =
        url(OriginApi.MANIFESTS, upstream, repository)
            .addQueryParameter("reference", reference)
            .build();
    Request.Builder request = new Request.Builder().url(url);
    accept.forEach(type -> request.addHeader("Accept", type));
    String action = "manifest " + repository + ":" + reference + " from " + base.host();
    try (Response response = call(action, request.build())) {
      byte[] content = read(action, response, OriginApi.MAX_MANIFEST_BYTES);
      Digest digest = digest(action, header(response, OriginApi.DIGEST_HEADER, ""));
      byte[] hash = digest.algorithm().newMessageDigest().digest(content);
      if (!Digest.of(digest.algorithm(), hash).equals(digest)
          || (reference.indexOf(':') > 0 && !reference.equals(digest.toString()))) {
        throw unusable(action, "the manifest does not match its digest");
      }
      return new ManifestAnswer(
          header(response, "Content-Type", "application/octet-stream"),
          digest,
          content,
          "true".equals(response.header(OriginApi.STALE_HEADER)));
    }
  }

  /** Makes the origin fetch a blob if it has not got it; answers once the length is known. */
  public BlobAnswer open(String upstream, String repository, Digest digest) throws IOException {
    HttpUrl url = url(OriginApi.BLOBS + "/" + digest + "/open", upstream, repository).build();
    Request request = new Request.Builder().url(url).post(RequestBody.EMPTY).build();
    return json("open " + digest + " at " + base.host(), request, BlobAnswer.class);
  }

  /** Whether the client may be told about this manifest, a tag or a digest. */
  public RightAnswer manifestRight(
      String upstream, String repository, String reference, List<String> accept)
      throws IOException {
    HttpUrl url =
        url(OriginApi.RIGHTS, upstream, repository)
            .addQueryParameter("manifest", reference)
            .build();
    Request.Builder request = new Request.Builder().url(url);
    accept.forEach(type -> request.addHeader("Accept", type));
    String action = "right to " + repository + ":" + reference + " from " + base.host();
    return json(action, request.build(), RightAnswer.class);
  }

  /** Whether the client may be told about this blob. */
  public RightAnswer blobRight(String upstream, String repository, Digest digest)
      throws IOException {
    HttpUrl url =
        url(OriginApi.RIGHTS, upstream, repository)
            .addQueryParameter("blob", digest.toString())
            .build();
    String action = "right to " + digest + " from " + base.host();
    return json(action, new Request.Builder().url(url).build(), RightAnswer.class);
  }

  /** A blob's length; unlike {@link #open} it does not make the origin fetch anything. */
  public long blobBytes(String upstream, String repository, Digest digest) throws IOException {
    Request request =
        new Request.Builder()
            .url(url(OriginApi.BLOBS + "/" + digest, upstream, repository).build())
            .header("Accept-Encoding", "identity")
            .head()
            .build();
    String action = "length of " + digest + " at " + base.host();
    try (Response response = call(action, request)) {
      String length = header(response, "Content-Length", "");
      if (!length.matches("\\d{1,18}")) {
        throw unusable(action, "the answer names no length");
      }
      return Long.parseLong(length);
    }
  }

  /**
   * Bytes of a blob; waits at the origin for those that are still arriving there. The caller closes
   * the answer.
   */
  public BlobBytes read(
      String upstream, String repository, Digest digest, long from, long toExclusive)
      throws IOException {
    if (from < 0 || toExclusive <= from) {
      throw new IllegalArgumentException("no bytes: " + from + " to " + toExclusive);
    }
    Request request =
        new Request.Builder()
            .url(url(OriginApi.BLOBS + "/" + digest, upstream, repository).build())
            .header("Range", "bytes=" + from + "-" + (toExclusive - 1))
            .header("Accept-Encoding", "identity")
            .build();
    String action = "read " + digest + " from " + base.host();
    Response response = call(action, request);
    String range = "bytes " + from + "-" + (toExclusive - 1) + "/";
    if (response.code() != 206
        || !header(response, "Content-Range", "").startsWith(range)
        || response.body().contentLength() != toExclusive - from) {
      response.close();
      throw unusable(action, "the answer is not the range that was asked for");
    }
    return new BlobBytes(response, toExclusive - from);
  }

  /** A page of tags. */
  public TagList tags(String upstream, String repository, int n, Optional<String> last)
      throws IOException {
    HttpUrl.Builder url =
        url(OriginApi.TAGS, upstream, repository).addQueryParameter("n", String.valueOf(n));
    last.ifPresent(tag -> url.addQueryParameter("last", tag));
    Request request = new Request.Builder().url(url.build()).build();
    return json("tags of " + repository + " from " + base.host(), request, TagList.class);
  }

  /** The manifests that refer to this one, as an OCI image index. */
  public byte[] referrers(String upstream, String repository, Digest subject) throws IOException {
    HttpUrl url =
        url(OriginApi.REFERRERS, upstream, repository)
            .addQueryParameter("digest", subject.toString())
            .build();
    String action = "referrers of " + subject + " from " + base.host();
    try (Response response = call(action, new Request.Builder().url(url).build())) {
      return read(action, response, OriginApi.MAX_MANIFEST_BYTES);
    }
  }

  /** A page of an upstream's repositories. */
  public RepositoryList catalog(String upstream, int n, Optional<String> last) throws IOException {
    HttpUrl.Builder url =
        base.newBuilder()
            .encodedPath(OriginApi.CATALOG)
            .addQueryParameter("upstream", upstream)
            .addQueryParameter("n", String.valueOf(n));
    last.ifPresent(name -> url.addQueryParameter("last", name));
    Request request = new Request.Builder().url(url.build()).build();
    return json("catalog of " + upstream + " from " + base.host(), request, RepositoryList.class);
  }

  private HttpUrl.Builder url(String path, String upstream, String repository) {
    return base.newBuilder()
        .encodedPath(path)
        .addQueryParameter("upstream", upstream)
        .addQueryParameter("repository", repository);
  }

  private <T> T json(String action, Request request, Class<T> type) throws IOException {
    try (Response response = call(action, request)) {
      byte[] body = read(action, response, MAX_JSON_BYTES);
      try {
        return ShoalJson.read(new String(body, StandardCharsets.UTF_8), type);
      } catch (IOException e) {
        throw new OriginUnreachableException(action, e);
      }
    }
  }

  private Response call(String action, Request request) throws IOException {
    Response response;
    try {
      response = http.newCall(withClient(request)).execute();
    } catch (IOException e) {
      throw new OriginUnreachableException(action, e);
    }
    if (response.isSuccessful()) {
      return response;
    }
    try (response) {
      throw new OriginException(action, response.code(), error(action, response));
    }
  }

  private Request withClient(Request request) throws IOException {
    if (client.isEmpty()) {
      return request;
    }
    if (!base.isHttps() && !LOOPBACK.matcher(base.host()).matches()) {
      throw new IOException("a client's token goes to an origin over TLS only");
    }
    return request.newBuilder().header(OriginApi.CLIENT_HEADER, client.get()).build();
  }

  private static OriginError error(String action, Response response) throws IOException {
    byte[] body = read(action, response, MAX_JSON_BYTES);
    try {
      return ShoalJson.read(new String(body, StandardCharsets.UTF_8), OriginError.class);
    } catch (IOException e) {
      OriginReason reason = OriginReason.ofStatus(response.code());
      return new OriginError(reason, "the origin gave no reason", Optional.empty());
    }
  }

  private static byte[] read(String action, Response response, int mostBytes) throws IOException {
    try (InputStream body = response.body().byteStream()) {
      byte[] bytes = body.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw unusable(action, "the answer is longer than " + mostBytes + " bytes");
      }
      return bytes;
    } catch (OriginUnreachableException e) {
      throw e;
    } catch (IOException e) {
      throw new OriginUnreachableException(action, e);
    }
  }

  private static String header(Response response, String name, String otherwise) {
    return Objects.requireNonNullElse(response.header(name), otherwise);
  }

  private static Digest digest(String action, String text) throws IOException {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw unusable(action, "the answer names no digest");
    }
  }

  private static OriginUnreachableException unusable(String action, String problem) {
    return new OriginUnreachableException(action, new IOException(problem));
  }
}
