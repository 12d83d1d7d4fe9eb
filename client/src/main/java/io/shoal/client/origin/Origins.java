package io.shoal.client.origin;

import io.shoal.core.content.Digest;
import io.shoal.core.ring.RendezvousRing;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.OkHttpClient;

/**
 * The origins, most responsible first for each digest. Remembers since when each one has not
 * answered. Thread-safe.
 */
public final class Origins {

  /** Asks one origin. */
  @FunctionalInterface
  public interface Question<T> {
    /** The answer. */
    T ask(OriginClient origin) throws IOException;
  }

  private final Map<URI, OriginClient> clients = new LinkedHashMap<>();
  private final RendezvousRing<URI> ring;
  private final Map<URI, Long> silentSinceNanos = new ConcurrentHashMap<>();

  /** Origins at these base URLs. */
  public Origins(OkHttpClient http, List<URI> urls) {
    urls.forEach(url -> clients.put(url, new OriginClient(http, url)));
    this.ring = new RendezvousRing<>(List.copyOf(clients.keySet()));
  }

  /** Whether there are any. */
  public boolean exist() {
    return !clients.isEmpty();
  }

  /**
   * Asks the origins in order of responsibility until one answers. One that cannot answer is passed
   * over; one that says no speaks for all.
   *
   * @param key what the origins are shared out by
   * @throws OriginException if an origin says no
   * @throws OriginUnreachableException if none answers
   */
  public <T> T ask(String key, Question<T> question) throws IOException {
    IOException last = null;
    for (Map.Entry<URI, OriginClient> origin : inOrder(key)) {
      long asked = System.nanoTime();
      try {
        T answer = question.ask(origin.getValue());
        silentSinceNanos.remove(origin.getKey());
        return answer;
      } catch (OriginException e) {
        if (!mayAnotherHelp(e)) {
          silentSinceNanos.remove(origin.getKey());
          throw e;
        }
        last = e;
      } catch (OriginUnreachableException e) {
        last = e;
      }
      silentSinceNanos.putIfAbsent(origin.getKey(), asked);
    }
    throw last == null ? new IOException("no origin is configured") : last;
  }

  private List<Map.Entry<URI, OriginClient>> inOrder(String key) {
    return ring.owners(key, clients.size()).stream()
        .map(url -> Map.entry(url, Objects.requireNonNull(clients.get(url))))
        .toList();
  }

  private static boolean mayAnotherHelp(OriginException e) {
    return switch (e.reason()) {
      case INTERNAL, UNAVAILABLE, UNAUTHORIZED -> true;
      case BAD_REQUEST,
          DENIED,
          NOT_FOUND,
          RANGE,
          RATE_LIMITED,
          UPSTREAM_FAILED,
          UPSTREAM_UNREACHABLE ->
          false;
    };
  }

  /** Asks about a blob. */
  public <T> T ask(Digest digest, Question<T> question) throws IOException {
    return ask(digest.toString(), question);
  }

  /** Whether every origin has been silent or failing for this long. True if there is none. */
  public boolean allSilentFor(Duration time) {
    long now = System.nanoTime();
    for (URI url : clients.keySet()) {
      Long since = silentSinceNanos.get(url);
      if (since == null || now - since < time.toNanos()) {
        return false;
      }
    }
    return true;
  }
}
