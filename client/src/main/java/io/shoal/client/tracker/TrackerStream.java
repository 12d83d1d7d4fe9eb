package io.shoal.client.tracker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.tracker.AgentMessage.Announce;
import io.shoal.client.tracker.AgentMessage.Estimated;
import io.shoal.client.tracker.AgentMessage.Heartbeat;
import io.shoal.client.tracker.AgentMessage.Hello;
import io.shoal.client.tracker.AgentMessage.Prewarmed;
import io.shoal.client.tracker.AgentMessage.Report;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * One long-lived stream to the tracker. It reconnects by itself, and after every reconnect tells
 * the tracker again who this peer is and which blobs it has and wants: a tracker may lose
 * everything it knows at any time.
 *
 * <p>Thread-safe. All work is done on one thread; callers never wait for the network. What waits to
 * be sent is at most one state per blob, so it is bounded by the number of blobs; reports and
 * heartbeats are dropped while the stream is down.
 */
public final class TrackerStream implements AutoCloseable {

  /** Where a tracker accepts streams. */
  public static final String PATH = "/shoal/v1/stream";

  /** The longest message in either direction, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 4 << 20;

  private static final long OUTBOX_BYTES = 8L << 20;
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(5);
  private static final Duration WELCOME_LIMIT = Duration.ofSeconds(30);
  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration BATCH = Duration.ofMillis(5);
  private static final int NORMAL_CLOSURE = 1000;

  private final OkHttpClient http;
  private final Request request;
  private final Hello hello;
  private final TrackerListener listener;
  private final Supplier<NodeStats> stats;
  private final Duration welcomeLimit;
  private final ScheduledExecutorService thread;

  // Below: touched by the one thread alone.
  private final Map<Digest, BlobState> active = new LinkedHashMap<>();
  private final Map<Digest, BlobState> unsent = new LinkedHashMap<>();
  private @Nullable Connection current;
  private @Nullable ScheduledFuture<?> heartbeat;
  private @Nullable ScheduledFuture<?> patience;
  private boolean welcomed;
  private boolean flushDue;
  private int failures;

  private volatile boolean connected;
  private volatile boolean closed;

  private TrackerStream(
      OkHttpClient http,
      URI tracker,
      Hello hello,
      Supplier<NodeStats> stats,
      TrackerListener listener,
      Duration welcomeLimit) {
    this.welcomeLimit = welcomeLimit;
    this.http =
        http.newBuilder()
            .pingInterval(PING)
            .readTimeout(HANDSHAKE_LIMIT)
            .retryOnConnectionFailure(false)
            .build();
    this.request = new Request.Builder().url(tracker.resolve(PATH).toString()).build();
    this.hello = hello;
    this.stats = stats;
    this.listener = listener;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tracker-stream").daemon().factory());
  }

  /**
   * Opens the stream; returns at once and connects in the background.
   *
   * @param http a client that knows the cluster's certificate and token
   * @param tracker base URL, such as {@code https://tracker:4620}
   * @param hello who this peer is
   * @param stats asked for before every heartbeat; must neither wait nor throw
   * @param listener hears what the tracker says
   */
  public static TrackerStream open(
      OkHttpClient http,
      URI tracker,
      Hello hello,
      Supplier<NodeStats> stats,
      TrackerListener listener) {
    return open(http, tracker, hello, stats, listener, WELCOME_LIMIT);
  }

  static TrackerStream open(
      OkHttpClient http,
      URI tracker,
      Hello hello,
      Supplier<NodeStats> stats,
      TrackerListener listener,
      Duration welcomeLimit) {
    TrackerStream stream = new TrackerStream(http, tracker, hello, stats, listener, welcomeLimit);
    stream.thread.execute(stream::connect);
    return stream;
  }

  /** Tells the tracker, now or after the next reconnect; replaces what it knew of this blob. */
  public void announce(BlobState blob) {
    onThread(() -> {
      if (blob.phase() == BlobState.Phase.GONE) {
        active.remove(blob.digest());
      } else {
        active.put(blob.digest(), blob);
      }
      if (welcomed) {
        unsent.put(blob.digest(), blob);
        flushSoon();
      }
    });
  }

  /** This peer neither has nor wants the blob any longer. */
  public void withdraw(Digest digest) {
    announce(BlobState.gone(digest));
  }

  /** A peer misbehaved. Dropped if the stream is down. */
  public void report(PeerId peer, Digest digest, String reason) {
    onThread(() -> {
      if (welcomed) {
        send(new Report(peer, digest, reason));
      }
    });
  }

  /** How pre-warm jobs stand here. Dropped if the stream is down: the tracker will ask again. */
  public void prewarmed(List<NodeReport> jobs) {
    onThread(() -> {
      if (welcomed) {
        send(new Prewarmed(jobs));
      }
    });
  }

  /** Answers what the tracker asked. Dropped if the stream is down: it waits a moment only. */
  public void estimated(Estimated answer) {
    onThread(() -> {
      if (welcomed) {
        send(answer);
      }
    });
  }

  /** Whether the tracker has welcomed this peer on the connection that is open now. */
  public boolean connected() {
    return connected;
  }

  /** Leaves the tracker, which forgets this peer at once. */
  @Override
  public void close() {
    closed = true;
    onThread(() -> {
      stop(heartbeat);
      stop(patience);
      if (current != null) {
        current.socket.close(NORMAL_CLOSURE, "leaving");
      }
      down();
    });
    thread.shutdown();
  }

  private void onThread(Runnable work) {
    if (!thread.isShutdown()) {
      thread.execute(work);
    }
  }

  private void connect() {
    if (!closed) {
      Connection opening = new Connection();
      current = opening;
      // One that answers pings and says nothing would be waited for without an end.
      long limit = welcomeLimit.toMillis();
      patience =
          thread.schedule(
              () -> lost(opening, "no welcome within " + limit + " ms"),
              limit,
              TimeUnit.MILLISECONDS);
    }
  }

  private void opened(Connection opened) {
    if (opened == current) {
      send(hello);
    }
  }

  private void received(Connection from, String text) {
    if (from != current || closed) {
      return;
    }
    try {
      TrackerMessage message = ShoalJson.read(text, TrackerMessage.class);
      if (message instanceof TrackerMessage.Welcome welcome) {
        welcomed(welcome.heartbeat());
      }
      listener.message(message);
    } catch (JsonProcessingException e) {
      // A tracker that talks nonsense is as good as none: start again with a clean stream.
      lost(from, "the tracker said something this version does not understand: ");
    }
  }

  private void welcomed(Duration interval) {
    failures = 0;
    welcomed = true;
    connected = true;
    unsent.clear();
    unsent.putAll(active);
    listener.connected(true);
    flush();
    stop(patience);
    stop(heartbeat);
    long millis = interval.toMillis();
    heartbeat =
        thread.scheduleAtFixedRate(
            () -> send(new Heartbeat(stats.get())), 0, millis, TimeUnit.MILLISECONDS);
  }

  private void lost(Connection which, String reason) {
    if (which != current) {
      return;
    }
    which.socket.cancel();
    current = null;
    stop(heartbeat);
    stop(patience);
    down();
    if (!closed) {
      listener.lost(reason);
      long cap =
          Math.min(LONGEST_RETRY.toMillis(), FIRST_RETRY.toMillis() << Math.min(failures++, 10));
      // Full jitter: a restarted tracker must not be met by its whole fleet at once.
      long wait = ThreadLocalRandom.current().nextLong(cap + 1);
      thread.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
    }
  }

  private void down() {
    boolean wasUp = welcomed;
    unsent.clear();
    welcomed = false;
    connected = false;
    if (wasUp) {
      listener.connected(false);
    }
  }

  private static void stop(@Nullable ScheduledFuture<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }

  /** Waits a moment, for announces come in flocks. */
  private void flushSoon() {
    if (welcomed && !flushDue) {
      flushDue = true;
      thread.schedule(this::flush, BATCH.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void flush() {
    flushDue = false;
    if (!welcomed) {
      return;
    }
    List<BlobState> all = new ArrayList<>(unsent.values());
    unsent.clear();
    for (int from = 0; from < all.size(); from += Announce.MAX_BLOBS) {
      int to = Math.min(all.size(), from + Announce.MAX_BLOBS);
      send(new Announce(all.subList(from, to)));
    }
  }

  private void send(AgentMessage message) {
    Connection to = current;
    if (to == null) {
      return;
    }
    if (to.socket.queueSize() > OUTBOX_BYTES || !to.socket.send(ShoalJson.write(message))) {
      // Start again; the announces are told anew then.
      lost(to, "the tracker does not keep up");
    }
  }

  private static String denied(Response response) {
    return response.code() == 401 ? " (is this node's cluster file the tracker's?)" : "";
  }

  /** One attempt to reach the tracker; hands everything it hears to the one thread. */
  private final class Connection extends WebSocketListener {

    private final WebSocket socket = http.newWebSocket(request, this);

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
      onThread(() -> opened(this));
    }

    @Override
    public void onMessage(WebSocket webSocket, String text) {
      onThread(() -> received(this, text));
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      onThread(() -> lost(this, "closed by the tracker: " + code + " " + reason));
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable cause, @Nullable Response response) {
      String reason =
          response == null
              ? cause.toString()
              : "answered HTTP " + response.code() + denied(response);
      onThread(() -> lost(this, reason));
    }
  }
}
