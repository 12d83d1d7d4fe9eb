package io.shoal.tracker.fleet;

import io.shoal.client.tracker.AgentMessage.Hello;
import io.shoal.client.tracker.BlobState;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.HoldingsRequest;
import io.shoal.client.tracker.HoldingsView;
import io.shoal.client.tracker.NodeStats;
import io.shoal.client.tracker.TrackerMessage;
import io.shoal.client.tracker.TrackerMessage.Handout;
import io.shoal.client.tracker.TrackerMessage.Members;
import io.shoal.client.tracker.TrackerMessage.Quarantine;
import io.shoal.client.tracker.TrackerMessage.Welcome;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.handout.HandoutPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The fleet and its swarms: what a peer says goes in, what to tell which peer comes out. All of it
 * is soft state that the peers' announces rebuild. Not thread-safe: the caller holds a lock.
 */
public final class Fleet {

  /**
   * A snapshot of the membership costs bytes in the square of the fleet's size, so the pause
   * between two grows with the fleet: a second, or 5 ms per member.
   */
  private static final long SNAPSHOT_PAUSE_NANOS = 1_000_000_000L;

  private static final long SNAPSHOT_PAUSE_NANOS_PER_MEMBER = 5_000_000L;

  private final FleetLimits limits;
  private final HandoutPolicy policy;
  private final QuarantineRules quarantine = new QuarantineRules();
  private final Map<PeerId, Member> members = new TreeMap<>();
  private final Map<Digest, Swarm> swarms = new TreeMap<>();
  private final Set<Digest> changedSwarms = new LinkedHashSet<>();
  private long epoch;
  private boolean membersChanged;
  private long nextSnapshotNanos;

  /**
   * An empty fleet.
   *
   * @param firstEpoch above every epoch of a tracker that ran before, such as the time of day
   * @param nowNanos the current time
   */
  public Fleet(FleetLimits limits, RandomGenerator random, long firstEpoch, long nowNanos) {
    this.limits = limits;
    this.policy = new HandoutPolicy(random);
    this.epoch = firstEpoch;
    this.nextSnapshotNanos = nowNanos;
  }

  /**
   * A peer has come. It replaces one of the same id, whose connection broke without our noticing.
   *
   * @param sourceHost where its connection comes from
   * @throws RefusedException if the fleet is full
   */
  public List<Outgoing> hello(Hello hello, String sourceHost, long nowNanos)
      throws RefusedException {
    PeerId id = hello.peerId();
    if (!members.containsKey(id) && members.size() >= limits.members()) {
      throw new RefusedException("this tracker serves at most " + limits.members() + " peers");
    }
    leave(id);
    PeerAddress address = new PeerAddress(hello.host().orElse(sourceHost), hello.port());
    PeerInfo peer = new PeerInfo(id, address, hello.role(), Locality.of(hello.labels()));
    members.put(id, new Member(peer, hello, sourceHost, nowNanos));
    changed();
    return List.of(Outgoing.to(id, new Welcome(limits.heartbeat(), epoch)));
  }

  /**
   * A peer tells of its blobs. Those it wants are answered by a handout at once; the other peers of
   * the swarm hear of it at the next {@link #tick}.
   *
   * @throws RefusedException if the peer announces too many blobs
   */
  public List<Outgoing> announce(PeerId id, List<BlobState> blobs, long nowNanos)
      throws RefusedException {
    Member member = heard(id, nowNanos);
    List<Outgoing> out = new ArrayList<>();
    for (BlobState blob : blobs) {
      Digest digest = blob.digest();
      if (blob.phase() == BlobState.Phase.GONE) {
        leaveSwarm(member, digest);
        continue;
      }
      if (member.blobs.add(digest) && member.blobs.size() > limits.blobsPerMember()) {
        throw new RefusedException(
            "a peer may announce " + limits.blobsPerMember() + " blobs, not more");
      }
      Swarm swarm = swarms.computeIfAbsent(digest, Swarm::new);
      boolean joined = swarm.update(member.peer, blob);
      if (joined) {
        changedSwarms.add(digest);
      }
      if ((joined && blob.phase() != BlobState.Phase.SEED)
          || blob.phase() == BlobState.Phase.WANTED) {
        out.add(Outgoing.to(id, swarm.handout(id, policy, quarantine::contains)));
      }
    }
    return out;
  }

  /** A peer is alive and says how it is. */
  public void heartbeat(PeerId id, NodeStats stats, long nowNanos) throws RefusedException {
    heard(id, nowNanos).stats = stats;
  }

  /** A peer complains about another. */
  public List<Outgoing> report(PeerId id, PeerId suspect, long nowNanos) throws RefusedException {
    Member reporter = heard(id, nowNanos);
    Member accused = members.get(suspect);
    if (accused == null
        || accused.peer.id().equals(id)
        || !quarantine.report(accused.peer, reporter.sourceHost, members.size(), nowNanos)) {
      return List.of();
    }
    return List.of(
        new Outgoing(
            List.copyOf(members.keySet()), new Quarantine(suspect, QuarantineRules.LASTS)));
  }

  /** A peer has gone. */
  public void leave(PeerId id) {
    Member member = members.remove(id);
    if (member == null) {
      return;
    }
    List.copyOf(member.blobs).forEach(digest -> leaveSwarm(member, digest));
    quarantine.forget(id);
    changed();
  }

  /** Peers that have been silent for too long; their connections are to be closed. */
  public List<PeerId> expired(long nowNanos) {
    return members.values().stream()
        .filter(m -> nowNanos - m.lastHeardNanos > limits.silenceNanos())
        .map(m -> m.peer.id())
        .toList();
  }

  /** What has gathered since the last call; to be called several times a second. */
  public List<Outgoing> tick(long nowNanos) {
    quarantine.expire(nowNanos);
    List<Outgoing> out = new ArrayList<>();
    for (Digest digest : changedSwarms) {
      Swarm swarm = swarms.get(digest);
      if (swarm == null) {
        continue;
      }
      for (PeerId leecher : swarm.leechers()) {
        Handout handout = swarm.handout(leecher, policy, quarantine::contains);
        if (!handout.peers().isEmpty()) {
          out.add(Outgoing.to(leecher, handout));
        }
      }
    }
    changedSwarms.clear();
    if (membersChanged && nowNanos - nextSnapshotNanos >= 0) {
      out.add(new Outgoing(List.copyOf(members.keySet()), snapshot()));
      membersChanged = false;
      nextSnapshotNanos =
          nowNanos
              + Math.max(SNAPSHOT_PAUSE_NANOS, members.size() * SNAPSHOT_PAUSE_NANOS_PER_MEMBER);
    }
    return out;
  }

  /** The node on which a member runs, if it is one. */
  public Optional<String> nodeName(PeerId id) {
    return Optional.ofNullable(members.get(id)).map(m -> m.hello.nodeName());
  }

  /** The labels of a member's node. */
  public Map<String, String> labels(PeerId id) {
    Member member = members.get(id);
    return member == null ? Map.of() : member.hello.labels();
  }

  /** How many peers of this role there are. */
  public int memberCount(PeerRole role) {
    return (int) members.values().stream().filter(m -> m.peer.role() == role).count();
  }

  /** How many blobs are known. */
  public int swarmCount() {
    return swarms.size();
  }

  /** Everything, for people. */
  public FleetView view(long nowNanos) {
    List<FleetView.SwarmView> busiestFirst =
        swarms.values().stream()
            .map(Swarm::view)
            .sorted(Comparator.comparingInt(FleetView.SwarmView::leechers).reversed())
            .limit(FleetView.MAX_SWARMS)
            .toList();
    return new FleetView(
        epoch,
        members.values().stream().map(m -> view(m, nowNanos)).toList(),
        busiestFirst,
        swarms.size(),
        new FleetView.Totals(
            sum(NodeStats::upstreamBytes),
            sum(NodeStats::originBytes),
            sum(NodeStats::peerBytes),
            sum(NodeStats::cacheBytes),
            sum(NodeStats::uploadedBytes),
            sum(NodeStats::storedBytes)));
  }

  /** Who has how much of these blobs. */
  public HoldingsView holdings(List<HoldingsRequest.Blob> blobs) {
    Map<PeerId, Holdings> byMember = new HashMap<>();
    members.keySet().forEach(id -> byMember.put(id, new Holdings()));
    for (HoldingsRequest.Blob blob : blobs) {
      Swarm swarm = swarms.get(blob.digest());
      if (swarm != null) {
        swarm.states((peer, state) -> {
          Holdings holdings = byMember.get(peer);
          if (holdings != null) {
            holdings.add(blob.bytes(), state);
          }
        });
      }
    }
    return new HoldingsView(
        blobs.stream().mapToLong(HoldingsRequest.Blob::bytes).sum(),
        blobs.size(),
        members.values().stream()
            .map(m -> byMember.getOrDefault(m.peer.id(), new Holdings()).of(m))
            .sorted(Comparator.comparing(HoldingsView.Node::node))
            .toList());
  }

  private FleetView.MemberView view(Member m, long nowNanos) {
    return new FleetView.MemberView(
        m.peer,
        m.hello.nodeName(),
        m.hello.labels(),
        m.hello.version(),
        Duration.ofNanos(nowNanos - m.sinceNanos),
        Duration.ofNanos(nowNanos - m.lastHeardNanos),
        quarantine.contains(m.peer.id()),
        m.stats);
  }

  private long sum(ToLongFunction<NodeStats> counter) {
    Stream<NodeStats> all = members.values().stream().map(m -> m.stats);
    return all.mapToLong(counter).sum();
  }

  private Members snapshot() {
    return new Members(
        epoch,
        members.values().stream()
            .map(m -> new TrackerMessage.Member(m.peer, m.hello.nodeName(), m.hello.labels()))
            .toList());
  }

  private Member heard(PeerId id, long nowNanos) throws RefusedException {
    Member member = members.get(id);
    if (member == null) {
      throw new RefusedException("no member any longer, say hello again");
    }
    member.lastHeardNanos = nowNanos;
    return member;
  }

  private void leaveSwarm(Member member, Digest digest) {
    Swarm swarm = swarms.get(digest);
    if (!member.blobs.remove(digest) || swarm == null) {
      return;
    }
    swarm.remove(member.peer.id());
    changedSwarms.add(digest);
    if (swarm.isEmpty()) {
      swarms.remove(digest);
      changedSwarms.remove(digest);
    }
  }

  private void changed() {
    epoch++;
    membersChanged = true;
  }
}
