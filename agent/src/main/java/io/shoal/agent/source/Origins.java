package io.shoal.agent.source;

import io.shoal.client.origin.OriginClient;
import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.OriginUnreachableException;
import io.shoal.core.content.Digest;
import io.shoal.core.ring.RendezvousRing;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The origins, most responsible first for each digest. Remembers since when each one has not
 * answered. Thread-safe.
 */
public final class Origins {

  private static final Logger log = LoggerFactory.getLogger(Origins.class);

  /** Asks one origin. */
  @FunctionalInterface
  public interface Question<T> {
    /** The answer. */
    T ask(OriginClient origin) throws IOException;
  }

  private final List<OriginClient> clients;
  private final RendezvousRing<URI> ring;
  private final Map<URI, Long> silentSinceNanos = new ConcurrentHashMap<>();

  /** Origins at these base URLs. */
  public Origins(OkHttpClient http, List<URI> urls) {
    this.clients = urls.stream().map(url -> new OriginClient(http, url)).toList();
    this.ring = new RendezvousRing<>(clients.stream().map(OriginClient::origin).toList());
  }

  /** Whether there are any. */
  public boolean exist() {
    return !clients.isEmpty();
  }

  /**
   * Asks the origins in order of responsibility until one answers. One that says no is believed,
   * unless it says that another one may help.
   *
   * @throws OriginException if an origin says no
   * @throws OriginUnreachableException if none answers
   */
  public <T> T ask(String key, Question<T> question) throws IOException {
    IOException last = null;
    for (URI url : ring.owners(key, clients.size())) {
      OriginClient client = client(url);
      try {
        T answer = question.ask(client);
        silentSinceNanos.remove(url);
        return answer;
      } catch (OriginUnreachableException e) {
        silentSinceNanos.putIfAbsent(url, System.nanoTime());
        log.debug("{}", e.getMessage());
        last = e;
      } catch (OriginException e) {
        if (e.status() != 503) {
          silentSinceNanos.remove(url);
          throw e;
        }
        silentSinceNanos.putIfAbsent(url, System.nanoTime());
        last = e;
      }
    }
    throw last == null ? new IOException("no origin is configured") : last;
  }

  /** Asks about a blob. */
  public <T> T ask(Digest digest, Question<T> question) throws IOException {
    return ask(digest.toString(), question);
  }

  /** Whether every origin has been silent or failing for this long. True if there is none. */
  public boolean allSilentFor(Duration time) {
    long now = System.nanoTime();
    for (OriginClient client : clients) {
      Long since = silentSinceNanos.get(client.origin());
      if (since == null || now - since < time.toNanos()) {
        return false;
      }
    }
    return true;
  }

  private OriginClient client(URI url) {
    for (OriginClient client : clients) {
      if (client.origin().equals(url)) {
        return client;
      }
    }
    throw new IllegalStateException("the ring names an unknown origin");
  }
}
