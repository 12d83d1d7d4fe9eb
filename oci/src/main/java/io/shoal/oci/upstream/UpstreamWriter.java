package io.shoal.oci.upstream;

import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * One central registry, written to by the OCI distribution protocol ("Push" and "Content
 * Management"), in the order of requests that Docker sends and every registry knows. Blocking.
 * Whoever repeats what failed sends nothing twice: what is there already is asked for first.
 */
public final class UpstreamWriter {

  private final UpstreamCalls calls;

  UpstreamWriter(UpstreamCalls calls) {
    this.calls = calls;
  }

  /** Whether the repository has this blob. */
  public boolean hasBlob(String repository, Digest digest) throws UpstreamException {
    Request.Builder head =
        new Request.Builder()
            .url(calls.url(repository, "blobs", digest.toString()))
            .header("Accept-Encoding", "identity")
            .head();
    return isThere("blob " + digest + " of " + repository, repository, head);
  }

  /** Whether the repository has this manifest. */
  public boolean hasManifest(String repository, Digest digest) throws UpstreamException {
    Request.Builder head =
        new Request.Builder()
            .url(calls.url(repository, "manifests", digest.toString()))
            .header("Accept", "*/*")
            .head();
    return isThere("manifest " + digest + " of " + repository, repository, head);
  }

  private boolean isThere(String what, String repository, Request.Builder head)
      throws UpstreamException {
    try (Response response = calls.send(what, repository, head)) {
      return switch (response.code()) {
        case 200 -> true;
        case 404 -> false;
        default -> throw Answers.failure(what, response);
      };
    }
  }

  /** Makes a blob of one repository part of another; false if the registry does not do that. */
  public boolean mount(String repository, String from, Digest digest) throws UpstreamException {
    Optional<HttpUrl> upload = begin(repository, digest, Optional.of(from));
    if (upload.isPresent()) {
      cancel(repository, upload.get());
    }
    return upload.isEmpty();
  }

  /**
   * Sends a blob, unless the repository has it.
   *
   * @param from a repository of the same registry that may have it
   * @param content its bytes, from the beginning of the file
   */
  public void putBlob(
      String repository, Digest digest, Optional<String> from, FileChannel content, long blobBytes)
      throws UpstreamException {
    if (hasBlob(repository, digest)) {
      return;
    }
    Optional<HttpUrl> begun = begin(repository, digest, from);
    if (begun.isEmpty()) {
      return;
    }
    String what = "sending blob " + digest + " to " + repository;
    HttpUrl upload = begun.get();
    if (blobBytes > 0) {
      Request.Builder patch =
          new Request.Builder().url(upload).patch(new FileBody(content, blobBytes));
      try (Response response = calls.send(what, repository, patch)) {
        upload = location(what, response, 202);
      }
    }
    HttpUrl end = upload.newBuilder().addQueryParameter("digest", digest.toString()).build();
    Request.Builder put = new Request.Builder().url(end).put(RequestBody.EMPTY);
    try (Response response = calls.send(what, repository, put)) {
      if (response.code() != 201) {
        throw Answers.failure(what, response);
      }
    }
  }

  /** Where to send the bytes, or empty if the blob was there already. */
  private Optional<HttpUrl> begin(String repository, Digest digest, Optional<String> from)
      throws UpstreamException {
    String what = "beginning to send blob " + digest + " to " + repository;
    HttpUrl.Builder url =
        calls
            .api()
            .addPathSegments(calls.rules().there(repository))
            .addPathSegments("blobs/uploads/");
    if (from.isPresent()) {
      url.addQueryParameter("mount", digest.toString());
      url.addQueryParameter("from", calls.rules().there(from.get()));
    }
    Request.Builder post = new Request.Builder().url(url.build()).post(RequestBody.EMPTY);
    try (Response response = calls.send(what, repository, post)) {
      return response.code() == 201 && from.isPresent()
          ? Optional.empty()
          : Optional.of(location(what, response, 202));
    }
  }

  private static HttpUrl location(String what, Response response, int expected)
      throws UpstreamException {
    if (response.code() != expected) {
      throw Answers.failure(what, response);
    }
    String location = Answers.header(response, "Location");
    HttpUrl asked = response.request().url();
    HttpUrl target = asked.resolve(location);
    if (location.isEmpty() || target == null || (asked.isHttps() && !target.isHttps())) {
      throw new UpstreamException(
          Kind.FAILED, what + ": " + asked.host() + " wants the bytes at '" + location + "'");
    }
    return target;
  }

  /** The registry clears away by itself what nobody goes on with; this is a courtesy. */
  private void cancel(String repository, HttpUrl upload) throws UpstreamException {
    String what = "ending an upload to " + repository;
    calls.send(what, repository, new Request.Builder().url(upload).delete()).close();
  }

  /**
   * Sends a manifest whose blobs are there.
   *
   * @param reference a tag, or its digest
   * @return the manifest that the registry lists it under from now on, if it does that
   */
  public Optional<Digest> putManifest(
      String repository, String reference, String mediaType, byte[] content)
      throws UpstreamException {
    String what = "sending manifest " + reference + " to " + repository;
    Request.Builder put =
        new Request.Builder()
            .url(calls.url(repository, "manifests", reference))
            .header("Content-Type", mediaType)
            .put(RequestBody.create(content));
    try (Response response = calls.send(what, repository, put)) {
      if (!response.isSuccessful()) {
        throw Answers.failure(what, response);
      }
      return subject(Answers.header(response, "OCI-Subject"));
    }
  }

  private static Optional<Digest> subject(String header) {
    try {
      return header.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(header));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Deletes a tag, or a manifest by its digest. */
  public void deleteManifest(String repository, String reference) throws UpstreamException {
    delete(repository, "manifests", reference);
  }

  /** Deletes a blob. */
  public void deleteBlob(String repository, Digest digest) throws UpstreamException {
    delete(repository, "blobs", digest.toString());
  }

  private void delete(String repository, String kind, String reference) throws UpstreamException {
    String what = "deleting " + reference + " of " + repository;
    Request.Builder delete =
        new Request.Builder().url(calls.url(repository, kind, reference)).delete();
    try (Response response = calls.send(what, repository, delete)) {
      if (!response.isSuccessful()) {
        throw Answers.failure(what, response);
      }
    }
  }

  @Override
  public String toString() {
    return calls.toString();
  }

  /**
   * A file's bytes. They can be sent again, as a new login or a redirect needs it; but not by the
   * HTTP client of its own accord when a connection breaks, for the upload has some of them then.
   */
  private static final class FileBody extends RequestBody {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final MediaType BYTES = MediaType.get("application/octet-stream");

    private final FileChannel file;
    private final long length;

    FileBody(FileChannel file, long length) {
      this.file = file;
      this.length = length;
    }

    @Override
    public @Nullable MediaType contentType() {
      return BYTES;
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
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      for (long at = 0; at < length; ) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, length - at));
        int read = file.read(buffer, at);
        if (read <= 0) {
          throw new EOFException("the file ends at " + at + " of " + length);
        }
        at += read;
        sink.write(buffer.flip());
      }
    }
  }
}
