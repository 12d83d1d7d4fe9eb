package io.shoal.oci.upstream;

import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import okhttp3.Headers;
import okhttp3.HttpUrl;
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

  /** The types of images' manifests and of their indexes, the richer ones first. */
  public static final List<String> IMAGE_TYPES =
      List.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  private static final int MAX_TYPES = 32;

  private final UpstreamCalls calls;
  private final Discovery discovery;
  private final ClientLogin login;

  UpstreamRegistry(UpstreamCalls calls, ClientLogin login) {
    this.calls = calls;
    this.login = login;
    this.discovery = new Discovery(calls);
  }

  /** This registry as a client with this token sees it; without one, as anybody does. */
  public UpstreamRegistry as(Optional<ClientToken> token) {
    return token.map(t -> new UpstreamRegistry(calls.as(t), login)).orElse(this);
  }

  /** Where its clients log in. */
  public ClientLogin login() {
    return login;
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
    Request.Builder request = accepting(calls.url(repository, "manifests", reference), accept);
    try (Response response = calls.send(what, repository, request)) {
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      byte[] content = Answers.readCapped(what, response, MAX_MANIFEST_BYTES);
      Digest digest = digestOf(what, reference, response, content);
      return new RemoteManifest(Answers.mediaType(response), digest, ByteBuffer.wrap(content));
    } catch (IOException e) {
      throw Answers.unreachable(what, calls.host(), e);
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
    Request.Builder request =
        accepting(calls.url(repository, "manifests", reference), accept).head();
    try (Response response = calls.send(what, repository, request)) {
      if (response.code() == 405) {
        return Optional.empty();
      }
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      return claimedDigest(response);
    }
  }

  /** What a client understands, and every other kind of manifest before it. */
  public static List<String> allTypes(List<String> accept) {
    return Stream.concat(IMAGE_TYPES.stream(), accept.stream().limit(MAX_TYPES))
        .distinct()
        .toList();
  }

  /** Asks whether this manifest may be read; reads it only if a HEAD does not tell. */
  public void checkManifest(String repository, String reference, List<String> accept)
      throws UpstreamException {
    if (headManifest(repository, reference, allTypes(accept)).isEmpty()) {
      manifest(repository, reference, allTypes(accept));
    }
  }

  /** Asks for a blob's length without reading it; empty if upstream does not say. */
  public OptionalLong headBlob(String repository, Digest digest) throws UpstreamException {
    String what = "blob " + digest + " of " + repository;
    Request.Builder request = identity(calls.url(repository, "blobs", digest.toString())).head();
    try (Response response = calls.send(what, repository, request)) {
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
    Request.Builder request = identity(calls.url(repository, "blobs", digest.toString()));
    if (from > 0 || toExclusive.isPresent()) {
      String last = toExclusive.isPresent() ? Long.toString(toExclusive.getAsLong() - 1) : "";
      request.header("Range", "bytes=" + from + "-" + last);
    }
    Response response = calls.send(what, repository, request);
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
    return discovery.tags(repository, limit, last);
  }

  /**
   * Lists repositories, where the registry lets us.
   *
   * @param limit at most so many
   * @param last only names after this one
   */
  public RemoteCatalog catalog(int limit, Optional<String> last) throws UpstreamException {
    return discovery.catalog(limit, last);
  }

  /**
   * The manifests that refer to this one: what the registry's referrers API says, else what stands
   * under the tag that clients use where there is no such API.
   *
   * @return an OCI image index, maybe an empty one
   */
  public ByteBuffer referrers(String repository, Digest subject) throws UpstreamException {
    return discovery.referrers(repository, subject);
  }

  @Override
  public String toString() {
    return calls.toString();
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

  private static Request.Builder accepting(HttpUrl url, List<String> accept) {
    Headers.Builder headers = new Headers.Builder();
    accept.forEach(type -> headers.add("Accept", type));
    return new Request.Builder().url(url).headers(headers.build());
  }

  /** A blob's digest is over its bytes as stored, so nobody on the way may compress them. */
  private static Request.Builder identity(HttpUrl url) {
    return new Request.Builder().url(url).header("Accept-Encoding", "identity");
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
}
