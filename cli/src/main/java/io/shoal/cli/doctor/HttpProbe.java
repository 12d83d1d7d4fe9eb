package io.shoal.cli.doctor;

import io.shoal.oci.upstream.UpstreamRoute;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Asks one thing over HTTP. */
final class HttpProbe {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 1 << 20;

  private final OkHttpClient http;
  private final InstantSource clock;

  HttpProbe(OkHttpClient http, InstantSource clock) {
    this.http = http.newBuilder().callTimeout(LIMIT).build();
    this.clock = clock;
  }

  /** Asks by the way that the settings of a registry describe. */
  HttpProbe through(UpstreamRoute route) {
    return new HttpProbe(route.client(http), clock);
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body at most a MiB of it
   * @param ahead how far the other clock is ahead of ours; negative if it is behind, empty if the
   *     answer has no time
   */
  record Reply(int status, String body, Optional<Duration> ahead) {}

  /** Asks. */
  Reply get(URI base, String path) throws IOException {
    Request request = new Request.Builder().url(base.resolve(path).toString()).build();
    Instant before = clock.instant();
    try (Response response = http.newCall(request).execute()) {
      Instant middle = before.plus(Duration.between(before, clock.instant()).dividedBy(2));
      return new Reply(
          response.code(),
          response.peekBody(MOST_BYTES).string(),
          Optional.ofNullable(response.headers().getInstant("Date"))
              .map(date -> Duration.between(middle, date)));
    }
  }
}
