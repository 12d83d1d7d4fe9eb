package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpstreamRateTest {

  private static final Digest BLOB = Digest.sha256Of(new byte[1]);

  private final MockWebServer server = new MockWebServer();
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> observed = new CopyOnWriteArrayList<>();
  private UpstreamDirectory directory;
  private UpstreamRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server.start();
    directory =
        new UpstreamDirectory(
            Settings.upstreams(
                "{docker.io: {url: 'http://127.0.0.1:%d'}}".formatted(server.getPort())),
            (name, status, limit, remaining) ->
                observed.add(
                    "%s %d %d %d".formatted(name, status, limit.orElse(-1), remaining.orElse(-1))),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            nanos::get);
    registry = directory.registry("docker.io").orElseThrow();
  }

  @AfterEach
  void stop() {
    directory.close();
    server.close();
  }

  @Test
  void leavesUpstreamAloneAsLongAsItAskedFor() throws Exception {
    server.enqueue(status(429).setHeader("Retry-After", 7).build());
    assertFailed(() -> registry.manifest("a/b", "1", List.of()));
    nanos.set(Duration.ofSeconds(6).toNanos());
    assertThatThrownBy(() -> registry.manifest("c/d", "1", List.of()))
        .asInstanceOf(type(UpstreamException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED))
        .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(1)));
    assertThat(server.getRequestCount()).isEqualTo(1);
    server.enqueue(ok().body("0123456789").build());
    registry.blob("a/b", BLOB, 0, OptionalLong.empty()).close();
    nanos.set(Duration.ofSeconds(7).toNanos());
    server.enqueue(manifest().build());
    registry.manifest("a/b", "1", List.of());
  }

  @Test
  void waitsLongerEachTimeIfUpstreamDoesNotSayHowLong() {
    for (long expected : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      server.enqueue(status(429).build());
      assertFailed(() -> registry.headBlob("a/b", BLOB));
      assertThatThrownBy(() -> registry.headBlob("a/b", BLOB))
          .asInstanceOf(type(UpstreamException.class))
          .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(expected)));
      nanos.addAndGet(Duration.ofSeconds(expected).toNanos());
    }
    assertThat(server.getRequestCount()).isEqualTo(8);
  }

  @Test
  void readsADateByUpstreamsOwnClock() {
    server.enqueue(
        status(429)
            .setHeader("Date", "Wed, 21 Oct 2015 07:28:00 GMT")
            .setHeader("Retry-After", "Wed, 21 Oct 2015 07:28:30 GMT")
            .build());
    assertThatThrownBy(() -> registry.headBlob("a/b", BLOB))
        .asInstanceOf(type(UpstreamException.class))
        .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(30)));
  }

  @Test
  void tellsHowManyPullsAreLeft() throws Exception {
    server.enqueue(
        manifest()
            .setHeader("ratelimit-limit", "100;w=21600")
            .setHeader("ratelimit-remaining", "76;w=21600")
            .build());
    registry.manifest("a/b", "1", List.of());
    server.enqueue(manifest().setHeader("ratelimit-limit", "many").build());
    registry.manifest("a/b", "1", List.of());
    assertThat(observed).containsExactly("docker.io 200 100 76", "docker.io 200 -1 -1");
  }

  private static void assertFailed(ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(UpstreamException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED));
  }

  private static MockResponse.Builder manifest() {
    return ok().body("{}");
  }

  private static MockResponse.Builder ok() {
    return status(200);
  }

  private static MockResponse.Builder status(int code) {
    return new MockResponse.Builder().code(code);
  }
}
