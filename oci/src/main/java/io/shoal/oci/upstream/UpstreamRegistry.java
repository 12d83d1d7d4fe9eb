package io.shoal.oci.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One central registry, read by the OCI distribution protocol. Blocking: call it on virtual
 * threads. Logs in where it must, follows redirects, and checks what can be checked at once; a
 * blob's bytes are checked by whoever puts them together.
 */
public final class UpstreamRegistry {

  /** What upstreams and clients agree on as the largest manifest (distribution spec, "Push"). */
  public static final int MAX_MANIFEST_BYTES = 4 << 20;

  private static final int MAX_REDIRECTS = 8;
  private static final long MAX_TAGS_BYTES = 16L << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OkHttpClient http;
  private final HttpUrl base;
  private final TokenSource tokens;

  /**
   * @param http with timeouts; follows no redirects itself
   * @param nanoClock for the expiry of tokens
   */
  UpstreamRegistry(OkHttpClient http, HttpUrl base, Optional<Login> login, LongSupplier nanoClock) {
    this.http = http;
    this.base = base;
    this.tokens = new TokenSource(http, base, login, nanoClock);
  }

  /**
   * Reads a manifest.
   *
   * @param reference a tag or a digest; a digest is checked
   * @param accept media types to ask for
   */
  public RemoteManifest manifest(String repository, String reference, List<String> accept)
      throws UpstreamException {
    String what = "manifest " + reference + " of " + repository;
    Request.Builder request = accepting(url(repository, "manifests", reference), accept);
    try (Response response = send(what, repository, request)) {
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      byte[] content = readCapped(what, response, MAX_MANIFEST_BYTES);
      Digest digest = digestOf(what, reference, response, content);
      return new RemoteManifest(mediaType(response), digest, ByteBuffer.wrap(content));
    } catch (IOException e) {
      throw Answers.unreachable(what, base.host(), e);
    }
  }

  /**
   * Asks which manifest a tag names, without reading it.
   *
   * @return empty if upstream answers without saying the digest; then only reading it tells
   */
  public Optional<Digest> headManifest(String repository, String reference, List<String> accept)
      throws UpstreamException {
    String what = "manifest " + reference + " of " + repository;
    Request.Builder request = accepting(url(repository, "manifests", reference), accept).head();
    try (Response response = send(what, repository, request)) {
      if (response.code() == 405) {
        return Optional.empty();
      }
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      return claimedDigest(response);
    }
  }

  /** Asks for a blob's length without reading it; empty if upstream does not say. */
  public OptionalLong headBlob(String repository, Digest digest) throws UpstreamException {
    String what = "blob " + digest + " of " + repository;
    Request.Builder request = identity(url(repository, "blobs", digest.toString())).head();
    try (Response response = send(what, repository, request)) {
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      return length(Answers.header(response, "Content-Length"));
    }
  }

  /**
   * Opens a blob.
   *
   * @param from the first byte wanted
   * @param toExclusive the end of what is wanted, or empty for all the rest
   * @return bytes from {@code from} or, if upstream ignores Range, from 0
   */
  public RemoteBlob blob(String repository, Digest digest, long from, OptionalLong toExclusive)
      throws UpstreamException {
    String what = "blob " + digest + " of " + repository;
    Request.Builder request = identity(url(repository, "blobs", digest.toString()));
    if (from > 0 || toExclusive.isPresent()) {
      String last = toExclusive.isPresent() ? Long.toString(toExclusive.getAsLong() - 1) : "";
      request.header("Range", "bytes=" + from + "-" + last);
    }
    Response response = send(what, repository, request);
    RemoteBlob blob = null;
    try {
      blob = opened(what, from, response);
      return blob;
    } finally {
      if (blob == null) {
        response.close();
      }
    }
  }

  /**
   * Lists tags.
   *
   * @param limit at most so many
   * @param last only tags after this one
   */
  public RemoteTags tags(String repository, int limit, Optional<String> last)
      throws UpstreamException {
    String what = "tags of " + repository;
    HttpUrl.Builder url =
        url(repository, "tags", "list").newBuilder().addQueryParameter("n", "" + limit);
    last.ifPresent(tag -> url.addQueryParameter("last", tag));
    try (Response response = send(what, repository, new Request.Builder().url(url.build()))) {
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      JsonNode names = JSON.readTree(readCapped(what, response, MAX_TAGS_BYTES)).path("tags");
      List<String> tags = new ArrayList<>();
      names.forEach(name -> tags.add(name.asText()));
      // Some registries ignore n and send everything: then the page is cut here.
      boolean cut = tags.size() > limit;
      return new RemoteTags(
          cut ? tags.subList(0, limit) : tags, cut || response.header("Link") != null);
    } catch (IOException e) {
      throw Answers.unreachable(what, base.host(), e);
    }
  }

  @Override
  public String toString() {
    return base.toString();
  }

  private static RemoteBlob opened(String what, long from, Response response)
      throws UpstreamException {
    long start = 0;
    OptionalLong blobBytes;
    if (response.code() == 206) {
      Answers.ContentRange range =
          Answers.contentRange(response)
              .orElseThrow(() -> new UpstreamException(Kind.FAILED, what + ": bad Content-Range"));
      start = range.from();
      blobBytes = range.blobBytes();
      if (start != from) {
        throw new UpstreamException(
            Kind.FAILED, what + ": asked from " + from + ", got from " + start);
      }
    } else if (response.code() == 200) {
      blobBytes = length(Answers.header(response, "Content-Length"));
    } else {
      throw Answers.failure(what, response);
    }
    Response open = response;
    return new RemoteBlob(
        open.body().byteStream(), start, blobBytes, open.code() == 206, open::close);
  }

  /** Sends, logs in if told to, follows redirects. */
  private Response send(String what, String repository, Request.Builder template)
      throws UpstreamException {
    Request plain = template.header("User-Agent", "shoal").header("Via", "1.1 shoal").build();
    Optional<String> header = tokens.known(repository);
    try {
      Response response = follow(what, authorized(plain, header));
      if (response.code() != 401 || !sameServer(response.request().url(), base)) {
        return response;
      }
      Optional<String> better;
      try (response) {
        better = tokens.renew(repository, header, response);
        if (better.isEmpty()) {
          throw Answers.failure(what, response);
        }
      }
      return follow(what, authorized(plain, better));
    } catch (UncheckedIOException e) {
      throw new UpstreamException(Kind.DENIED, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw Answers.unreachable(what, base.host(), e);
    }
  }

  private Response follow(String what, Request first) throws UpstreamException, IOException {
    Request request = first;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      Call call = http.newCall(request);
      Response response = call.execute();
      if (!response.isRedirect()) {
        return response;
      }
      try (response) {
        String location = Answers.header(response, "Location");
        HttpUrl target = request.url().resolve(location);
        if (target == null || (request.url().isHttps() && !target.isHttps())) {
          throw new UpstreamException(Kind.FAILED, what + ": redirected from https to " + location);
        }
        Request.Builder next = request.newBuilder().url(target);
        if (!sameServer(target, base)) {
          next.removeHeader("Authorization");
        }
        request = next.build();
      }
    }
    throw new UpstreamException(Kind.FAILED, what + ": more than " + MAX_REDIRECTS + " redirects");
  }

  private static boolean sameServer(HttpUrl a, HttpUrl b) {
    return a.host().equals(b.host()) && a.port() == b.port() && a.scheme().equals(b.scheme());
  }

  private static Request authorized(Request request, Optional<String> header) {
    return header
        .map(value -> request.newBuilder().header("Authorization", value).build())
        .orElse(request);
  }

  private HttpUrl url(String repository, String kind, String reference) {
    return base.newBuilder()
        .addPathSegment("v2")
        .addPathSegments(repository)
        .addPathSegment(kind)
        .addPathSegment(reference)
        .build();
  }

  private static Request.Builder accepting(HttpUrl url, List<String> accept) {
    Headers.Builder headers = new Headers.Builder();
    accept.forEach(type -> headers.add("Accept", type));
    return new Request.Builder().url(url).headers(headers.build());
  }

  /** A blob's digest is over its bytes as stored, so nobody on the way may compress them. */
  private static Request.Builder identity(HttpUrl url) {
    return new Request.Builder().url(url).header("Accept-Encoding", "identity");
  }

  private static byte[] readCapped(String what, Response response, long maxBytes)
      throws UpstreamException, IOException {
    byte[] content = response.body().byteStream().readNBytes(Math.toIntExact(maxBytes + 1));
    if (content.length > maxBytes) {
      throw new UpstreamException(Kind.FAILED, what + " has more than " + maxBytes + " bytes");
    }
    return content;
  }

  private static Digest digestOf(String what, String reference, Response response, byte[] content)
      throws UpstreamException {
    Optional<Digest> named = digest(reference);
    Digest expected = named.or(() -> claimedDigest(response)).orElse(Digest.sha256Of(content));
    Digest actual =
        Digest.of(expected.algorithm(), expected.algorithm().newMessageDigest().digest(content));
    if (!actual.equals(expected)) {
      throw new UpstreamException(Kind.FAILED, what + " has other content than " + expected);
    }
    return actual;
  }

  private static Optional<Digest> claimedDigest(Response response) {
    return digest(Answers.header(response, "Docker-Content-Digest"));
  }

  private static Optional<Digest> digest(String text) {
    try {
      return Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static OptionalLong length(String text) {
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  private static String mediaType(Response response) {
    String type = Answers.header(response, "Content-Type");
    int semicolon = type.indexOf(';');
    String plain = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    return plain.isEmpty() ? "application/octet-stream" : plain;
  }
}
