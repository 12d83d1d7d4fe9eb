package io.shoal.tracker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.HttpRequest;
import io.micronaut.websocket.CloseReason;
import io.micronaut.websocket.WebSocketSession;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.tracker.AgentMessage;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.HoldingsRequest;
import io.shoal.client.tracker.HoldingsView;
import io.shoal.client.tracker.TrackerMessage;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.service.ClusterAccess;
import io.shoal.tracker.fleet.Fleet;
import io.shoal.tracker.fleet.Outgoing;
import io.shoal.tracker.fleet.RefusedException;
import io.shoal.tracker.jobs.FleetNode;
import io.shoal.tracker.jobs.JobService;
import io.shoal.tracker.jobs.Previews;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around {@link Fleet}: sockets, the clock and one lock. What the fleet decides is sent
 * under the lock, so that every peer hears things in the order in which they were decided; sending
 * only queues.
 */
final class Streams implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
  private static final long TICK_MILLIS = 50;

  private final Fleet fleet;
  private final JobService jobs;
  private final Previews previews;
  private final ClusterAccess access;
  private final LongSupplier nanos;
  private final Counter received;
  private final Counter refused;
  private final Map<String, PeerStream> bySession = new HashMap<>();
  private final Map<PeerId, PeerStream> byPeer = new HashMap<>();

  /** The agent of each node; one that comes back has another id. */
  private final Map<String, PeerId> agentByNode = new HashMap<>();

  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tracker-tick").daemon().factory());
  private boolean closed;

  Streams(
      Fleet fleet,
      JobService jobs,
      Previews previews,
      ClusterAccess access,
      LongSupplier nanos,
      MeterRegistry metrics) {
    this.fleet = fleet;
    this.jobs = jobs;
    this.previews = previews;
    this.access = access;
    this.nanos = nanos;
    this.received =
        Counter.builder("shoal.tracker.messages.received")
            .description("Messages from peers")
            .register(metrics);
    this.refused =
        Counter.builder("shoal.tracker.messages.refused")
            .description("Messages that ended a peer's stream")
            .register(metrics);
    for (PeerRole role : PeerRole.values()) {
      Gauge.builder("shoal.tracker.members", () -> count(role))
          .description("Connected peers")
          .tag("role", role.name().toLowerCase(Locale.ROOT))
          .register(metrics);
    }
    Gauge.builder("shoal.tracker.swarms", this::swarmCount)
        .description("Blobs that somebody has or wants")
        .register(metrics);
    Gauge.builder("shoal.tracker.quarantined", this::quarantined)
        .description("Peers that nobody is told of, because others reported bad pieces of them")
        .register(metrics);
    Gauge.builder("shoal.tracker.saved", () -> view().bytesSaved())
        .baseUnit("bytes")
        .description(
            "Content that agents did not have to get from central registries, since the members"
                + " started")
        .register(metrics);
  }

  void start() {
    ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  synchronized void opened(WebSocketSession session, HttpRequest<?> request) {
    if (closed) {
      session.close(CloseReason.GOING_AWAY);
      return;
    }
    bySession.put(session.getId(), new PeerStream(session, request));
  }

  synchronized void received(WebSocketSession session, String text) {
    PeerStream stream = bySession.get(session.getId());
    if (stream == null) {
      return;
    }
    received.increment();
    try {
      send(handle(stream, ShoalJson.read(text, AgentMessage.class)));
    } catch (JsonProcessingException e) {
      refuse(stream, "not a message of this protocol");
    } catch (RefusedException e) {
      refuse(stream, String.valueOf(e.getMessage()));
    }
  }

  private List<Outgoing> handle(PeerStream stream, AgentMessage message) throws RefusedException {
    long now = nanos.getAsLong();
    if (message instanceof AgentMessage.Hello hello) {
      return hello(stream, hello, now);
    }
    PeerId peer = stream.peer();
    if (peer == null) {
      refuse(stream, "a stream begins with hello");
      return List.of();
    }
    return switch (message) {
      case AgentMessage.Announce announce -> fleet.announce(peer, announce.blobs(), now);
      case AgentMessage.Heartbeat heartbeat -> {
        fleet.heartbeat(peer, heartbeat.stats(), now);
        yield List.of();
      }
      case AgentMessage.Report report -> {
        LOG.warn("{} reports {}: {}", peer.shortHex(), report.peer().shortHex(), report.reason());
        yield fleet.report(peer, report.peer(), now);
      }
      case AgentMessage.Prewarmed prewarmed -> {
        Optional<String> node = fleet.nodeName(peer);
        node.ifPresent(name -> jobs.report(name, prewarmed.jobs()));
        yield List.of();
      }
      case AgentMessage.Estimated estimated -> {
        fleet.nodeName(peer).ifPresent(node -> previews.answered(node, estimated));
        yield List.of();
      }
      case AgentMessage.Hello hello -> hello(stream, hello, now);
    };
  }

  private List<Outgoing> hello(PeerStream stream, AgentMessage.Hello hello, long now)
      throws RefusedException {
    if (stream.peer() != null) {
      refuse(stream, "hello is said once");
      return List.of();
    }
    if (!access.allows(stream.request().getHeaders().get("Authorization"), hello.role())) {
      refuse(stream, "the token is not that of an " + hello.role());
      return List.of();
    }
    List<Outgoing> answer = fleet.hello(hello, stream.sourceHost(), now);
    PeerStream before = byPeer.put(hello.peerId(), stream);
    stream.is(hello.peerId());
    if (before != null) {
      drop(before, CloseReason.GOING_AWAY);
    }
    if (hello.role() == PeerRole.AGENT) {
      agentByNode.put(hello.nodeName(), hello.peerId());
      jobs.connected(hello.nodeName());
    }
    LOG.info(
        "{} {} on {} joined from {}",
        hello.role(),
        hello.peerId().shortHex(),
        hello.nodeName(),
        stream.sourceHost());
    return answer;
  }

  synchronized void closed(WebSocketSession session) {
    PeerStream stream = bySession.remove(session.getId());
    if (stream != null) {
      forget(stream);
    }
  }

  synchronized void failed(WebSocketSession session, Throwable cause) {
    LOG.debug("stream {} failed", session.getId(), cause);
    PeerStream stream = bySession.get(session.getId());
    if (stream != null) {
      refuse(stream, "the connection failed");
    }
  }

  private void refuse(PeerStream stream, String reason) {
    refused.increment();
    LOG.warn("closing the stream from {}: {}", stream.sourceHost(), reason);
    drop(stream, new CloseReason(CloseReason.POLICY_VIOLATION.getCode(), reason));
  }

  private void drop(PeerStream stream, CloseReason reason) {
    bySession.remove(stream.sessionId());
    forget(stream);
    stream.close(reason);
  }

  private void forget(PeerStream stream) {
    PeerId peer = stream.peer();
    if (peer != null && byPeer.remove(peer, stream)) {
      fleet
          .nodeName(peer)
          .filter(node -> agentByNode.remove(node, peer))
          .ifPresent(jobs::disconnected);
      fleet.leave(peer);
      LOG.info("{} left", peer.shortHex());
    }
  }

  private synchronized void tick() {
    try {
      long now = nanos.getAsLong();
      for (PeerId silent : fleet.expired(now)) {
        PeerStream stream = byPeer.get(silent);
        if (stream != null) {
          refuse(stream, "silent for three heartbeats");
        }
      }
      send(fleet.tick(now));
      send(orders());
    } catch (RuntimeException e) {
      LOG.error("a tick failed; the next one follows", e);
    }
  }

  private List<Outgoing> orders() {
    List<Outgoing> out = new ArrayList<>();
    jobs.tick()
        .forEach((node, messages) -> {
          PeerId agent = agentByNode.get(node);
          if (agent != null) {
            messages.forEach(m -> out.add(new Outgoing(List.of(agent), m)));
          }
        });
    return out;
  }

  /** Tells the agents of these nodes something; those of them that are connected. */
  synchronized Set<String> tell(List<String> nodes, TrackerMessage message) {
    List<String> there = nodes.stream().filter(agentByNode::containsKey).toList();
    // At the next look they may have gone again: sending breaks connections that do not keep up.
    send(List.of(new Outgoing(there.stream().map(agentByNode::get).toList(), message)));
    return Set.copyOf(there);
  }

  /** The agents that are connected. */
  synchronized List<FleetNode> agents() {
    return agentByNode.entrySet().stream()
        .map(e -> new FleetNode(e.getKey(), fleet.labels(e.getValue())))
        .toList();
  }

  private void send(List<Outgoing> messages) {
    for (Outgoing outgoing : messages) {
      String text = ShoalJson.write(outgoing.message());
      for (PeerId to : outgoing.to()) {
        PeerStream stream = byPeer.get(to);
        if (stream != null && !stream.send(text)) {
          refuse(stream, "does not keep up with what it is told");
        }
      }
    }
  }

  private synchronized int count(PeerRole role) {
    return fleet.memberCount(role);
  }

  private int quarantined() {
    return (int) view().members().stream().filter(FleetView.MemberView::quarantined).count();
  }

  private synchronized int swarmCount() {
    return fleet.swarmCount();
  }

  synchronized FleetView view() {
    return fleet.view(nanos.getAsLong());
  }

  synchronized HoldingsView holdings(HoldingsRequest request) {
    return fleet.holdings(request.blobs());
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Tells every peer that the tracker goes away; they look for it again. */
  @Override
  public void close() {
    ticker.shutdown();
    synchronized (this) {
      closed = true;
      new ArrayList<>(bySession.values()).forEach(s -> drop(s, CloseReason.GOING_AWAY));
    }
  }
}
