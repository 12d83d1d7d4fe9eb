package io.shoal.cli.pull;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * One blob's way to the client. Bytes are hashed as they arrive. A stream that is broken off is
 * resumed by a Range from where it ended, as Docker does it.
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
  private final BlobTarget target;
  private final MessageDigest hash;
  private long received;

  BlobPull(
      URI uri, RemoteManifest.Blob blob, boolean layer, PullProgress progress, BlobTarget target) {
    this.uri = uri;
    this.blob = blob;
    this.layer = layer;
    this.progress = progress;
    this.target = target;
    this.hash = blob.digest().algorithm().newMessageDigest();
  }

  /**
   * Returns when the whole blob is here and its digest is right. To be run by a virtual thread:
   * interrupting one ends its read.
   */
  void run() throws PullException, InterruptedException {
    try (BlobTarget.BlobFile file = target.open(blob.digest(), blob.bytes())) {
      received = file.resume(hash);
      progress.resumed(received);
      boolean resumed = received > 0;
      Digest actual = pull(file);
      if (resumed && !actual.equals(blob.digest())) {
        // What an earlier pull left was worth nothing.
        progress.resumed(-received);
        received = 0;
        file.discard();
        actual = pull(file);
      }
      if (!actual.equals(blob.digest())) {
        file.discard();
        throw new PullException("GET " + uri + " answered other content, of digest " + actual);
      }
      file.complete();
    } catch (IOException e) {
      throw new PullException("keeping " + blob.digest() + " failed: " + e.getMessage(), e);
    }
  }

  /** Gets what is missing; the digest of all. */
  private Digest pull(BlobTarget.BlobFile file) throws PullException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        request(file);
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
    return Digest.of(blob.digest().algorithm(), hash.digest());
  }

  private void request(BlobTarget.BlobFile file) throws IOException, PullException {
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
      read(connection.getInputStream(), file);
    } catch (IOException | PullException e) {
      connection.disconnect();
      throw e;
    }
  }

  private void read(InputStream body, BlobTarget.BlobFile file) throws IOException, PullException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      if (received + n > blob.bytes()) {
        throw new PullException(
            "GET %s answered more than the %d bytes of the manifest".formatted(uri, blob.bytes()));
      }
      keep(file, ByteBuffer.wrap(buffer, 0, n));
      hash.update(buffer, 0, n);
      received += n;
      progress.received(n, layer);
    }
    if (received != blob.bytes()) {
      throw new IOException("the answer ended early");
    }
  }

  /** Asking again does not help where there is no room. */
  private static void keep(BlobTarget.BlobFile file, ByteBuffer bytes) throws PullException {
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw new PullException("the bytes cannot be kept: " + e.getMessage(), e);
    }
  }
}
