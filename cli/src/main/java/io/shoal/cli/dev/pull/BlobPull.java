package io.shoal.cli.dev.pull;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * One blob's way to the client. Bytes are hashed as they arrive and thrown away. A stream that is
 * broken off is resumed by a Range from where it ended, as Docker does it.
 */
final class BlobPull {

  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** What one read of the kernel may bring; small reads are most of what a client costs. */
  private static final int BUFFER_BYTES = 128 << 10;

  private final URI uri;
  private final RemoteManifest.Blob blob;
  private final boolean layer;
  private final PullProgress progress;
  private final MessageDigest hash;
  private long received;

  BlobPull(URI uri, RemoteManifest.Blob blob, boolean layer, PullProgress progress) {
    this.uri = uri;
    this.blob = blob;
    this.layer = layer;
    this.progress = progress;
    this.hash = blob.digest().algorithm().newMessageDigest();
  }

  /**
   * Returns when the whole blob is here and its digest is right. To be run by a virtual thread:
   * interrupting one ends its read.
   */
  void run() throws PullException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        request();
        break;
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (attempt == ATTEMPTS) {
          throw new PullException(
              "GET %s broke off at byte %d of %d (%d attempts): %s"
                  .formatted(uri, received, blob.bytes(), ATTEMPTS, e.getMessage()),
              e);
        }
        Thread.sleep(PAUSE);
      }
    }
    Digest actual = Digest.of(blob.digest().algorithm(), hash.digest());
    if (!actual.equals(blob.digest())) {
      throw new PullException("GET " + uri + " answered other content, of digest " + actual);
    }
  }

  private void request() throws IOException, PullException {
    if (received == blob.bytes()) {
      return;
    }
    HttpURLConnection connection = Get.open(uri);
    try {
      int wanted = 200;
      if (received > 0) {
        connection.setRequestProperty("Range", "bytes=" + received + "-");
        wanted = 206;
      }
      int status = connection.getResponseCode();
      if (status >= 500) {
        throw new IOException("status " + status + ": " + Get.reason(connection));
      }
      if (status != wanted) {
        throw new PullException(
            "GET %s answered %d: %s".formatted(uri, status, Get.reason(connection)));
      }
      read(connection.getInputStream());
    } catch (IOException | PullException e) {
      connection.disconnect();
      throw e;
    }
  }

  private void read(InputStream body) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      hash.update(buffer, 0, n);
      received += n;
      progress.received(n, layer);
    }
    if (received != blob.bytes()) {
      throw new IOException("the answer ended early");
    }
  }
}
