package io.shoal.cli.dev.pull;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One blob's way to the client. Bytes are hashed as they arrive and thrown away. A stream that is
 * broken off is resumed by a Range from where it ended, as Docker does it.
 */
final class BlobPull {

  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration STALL_LIMIT = Duration.ofSeconds(90);

  private final HttpClient http;
  private final URI uri;
  private final RemoteManifest.Blob blob;
  private final boolean layer;
  private final PullProgress progress;
  private final MessageDigest hash;
  private final AtomicLong received = new AtomicLong();

  BlobPull(
      HttpClient http, URI uri, RemoteManifest.Blob blob, boolean layer, PullProgress progress) {
    this.http = http;
    this.uri = uri;
    this.blob = blob;
    this.layer = layer;
    this.progress = progress;
    this.hash = blob.digest().algorithm().newMessageDigest();
  }

  /** Returns when the whole blob is here and its digest is right. */
  void run() throws PullException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        request();
        break;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new PullException(
              "GET %s broke off at byte %d of %d (%d attempts): %s"
                  .formatted(uri, received.get(), blob.bytes(), ATTEMPTS, e.getMessage()),
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

  private void request() throws IOException, PullException, InterruptedException {
    long from = received.get();
    if (from == blob.bytes()) {
      return;
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    HttpResponse<String> response =
        await(
            http.sendAsync(
                request.build(), info -> subscriber(info.statusCode(), from > 0 ? 206 : 200)));
    int wanted = from > 0 ? 206 : 200;
    if (response.statusCode() >= 500) {
      throw new IOException(
          "status " + response.statusCode() + ": " + RegistryReason.of(response.body()));
    }
    if (response.statusCode() != wanted) {
      throw new PullException(
          "GET %s answered %d: %s"
              .formatted(uri, response.statusCode(), RegistryReason.of(response.body())));
    }
    if (received.get() != blob.bytes()) {
      throw new IOException("the answer ended early");
    }
  }

  /** Errors have a text worth quoting; the blob itself goes through the hash. */
  private BodySubscriber<String> subscriber(int status, int wanted) {
    return status == wanted
        ? new HashingSubscriber()
        : BodySubscribers.ofString(StandardCharsets.UTF_8);
  }

  private HttpResponse<String> await(CompletableFuture<HttpResponse<String>> answer)
      throws IOException, InterruptedException {
    long before = -1;
    while (true) {
      try {
        return answer.get(STALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        if (received.get() == before) {
          answer.cancel(true);
          throw new IOException("no byte for " + STALL_LIMIT.toSeconds() + " s", e);
        }
        before = received.get();
      } catch (ExecutionException e) {
        throw new IOException(String.valueOf(e.getCause()), e);
      } catch (InterruptedException e) {
        answer.cancel(true);
        throw e;
      }
    }
  }

  private final class HashingSubscriber implements BodySubscriber<String> {

    private final CompletableFuture<String> body = new CompletableFuture<>();

    @Override
    public CompletionStage<String> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        int bytes = buffer.remaining();
        hash.update(buffer);
        received.addAndGet(bytes);
        progress.received(bytes, layer);
      }
    }

    @Override
    public void onError(Throwable e) {
      body.completeExceptionally(e);
    }

    @Override
    public void onComplete() {
      body.complete("");
    }
  }
}
