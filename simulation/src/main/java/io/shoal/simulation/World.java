package io.shoal.simulation;

import io.shoal.core.content.Bitfield;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.engine.SwarmConfig;
import io.shoal.swarm.engine.SwarmEngine;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.engine.TorrentMode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One run: its nodes, their network, and what they hold between them. */
final class World {

  private static final String GENERATOR = "L64X128MixRandom";
  private static final int BIG_PACKET = 256 << 10;
  private static final int SMALL_PACKET = 64 << 10;
  private static final long STATES_NANOS = 20_000_000L;
  private static final int STATES_BATCH = 64;
  private static final long RESTART_NANOS = 500_000_000L;

  final SimulationConfig config;
  final RandomGenerator random;
  final EventQueue queue = new EventQueue();
  final Tally tally = new Tally();
  final Checker checker = new Checker(this);
  final SimTracker tracker = new SimTracker(this);
  final Network network;
  final long latencyNanos;
  final double hashBytesPerNano;
  final List<Blob> blobs = new ArrayList<>();
  final List<SimNode> nodes = new ArrayList<>();
  final List<SimNode> origins = new ArrayList<>();
  final TreeMap<PeerId, SimNode> byId = new TreeMap<>();

  /** Copies that live agents hold of each piece, by blob. */
  private final List<int[]> held = new ArrayList<>();

  private int unionMissing;
  private int unfinished;
  private int notArrived;

  World(SimulationConfig config) {
    this.config = config;
    this.notArrived = config.agents();
    this.random = RandomGeneratorFactory.of(GENERATOR).create(config.seed());
    this.latencyNanos = config.rates().latency().toNanos();
    this.hashBytesPerNano = config.rates().hash().bytesPerSecond() / 1e9;
    int smallest = Integer.MAX_VALUE;
    for (long bytes : config.blobBytes()) {
      Blob blob = Blob.random(blobs.size(), bytes, random);
      blobs.add(blob);
      held.add(new int[blob.layout().pieceCount()]);
      unionMissing += blob.layout().pieceCount();
      smallest = Math.min(smallest, blob.layout().pieceBytes());
    }
    this.network = new Network(this, smallest >= 1 << 20 ? BIG_PACKET : SMALL_PACKET);
  }

  SwarmEngine engine(SimNode node) {
    SwarmConfig limits = node.isOrigin() ? SwarmConfig.origin() : SwarmConfig.agent();
    return new SwarmEngine(
        limits, node.info.id(), RandomGeneratorFactory.of(GENERATOR).create(random.nextLong()));
  }

  int mostSlots(SimNode node) {
    SwarmConfig limits = node.isOrigin() ? SwarmConfig.origin() : SwarmConfig.agent();
    return limits.uploadSlots() + limits.extraSlots();
  }

  SimNode node(PeerRole role, Rack rack, double up, double down, boolean poisoner) {
    int index = nodes.size();
    PeerAddress address = new PeerAddress("node-" + index, 1);
    PeerInfo info = new PeerInfo(PeerId.random(random), address, role);
    SimNode node = new SimNode(this, index, info, rack, up, down, poisoner);
    nodes.add(node);
    byId.put(info.id(), node);
    if (role == PeerRole.ORIGIN) {
      origins.add(node);
    }
    return node;
  }

  /** Origins take their place; blobs are on their disks or begin to come from upstream. */
  void startOrigins() {
    for (SimNode origin : origins) {
      for (Blob blob : blobs) {
        int pieces = blob.layout().pieceCount();
        boolean warm = config.rates().upstream().isEmpty();
        Bitfield have = warm ? Bitfield.full(pieces) : new Bitfield(pieces);
        origin.add(blob, TorrentMode.INJECT, have, warm);
      }
    }
    config.rates().upstream().ifPresent(rate -> fetch(0, 0, 1e9 / rate.bytesPerSecond()));
  }

  /** Upstream's bytes come one piece after the other, blobs side by side. */
  private void fetch(int round, int blobIndex, double nanosPerByte) {
    int blobAt = blobIndex;
    int piece = round;
    while (blobAt < blobs.size() && piece >= blobs.get(blobAt).layout().pieceCount()) {
      blobAt++;
    }
    if (blobAt == blobs.size()) {
      boolean more = blobs.stream().anyMatch(b -> round + 1 < b.layout().pieceCount());
      if (more) {
        fetch(round + 1, 0, nanosPerByte);
      }
      return;
    }
    Blob blob = blobs.get(blobAt);
    int next = blobAt + 1;
    int bytes = blob.layout().pieceLength(piece);
    queue.after(
        (long) (bytes * nanosPerByte),
        () -> {
          tally.upstreamBytes += bytes;
          supplied(blob, piece);
          fetch(round, next, nanosPerByte);
        });
  }

  private void supplied(Blob blob, int piece) {
    boolean last = piece == blob.layout().pieceCount() - 1;
    for (SimNode origin : origins) {
      SimTorrent torrent = origin.torrents.get(blob.digest());
      if (!origin.alive || torrent == null) {
        continue;
      }
      origin.pieces.attest(torrent, piece);
      int signed = torrent.states.nextClear(0);
      if (last) {
        torrent.states.setAll();
        origin.on(new SwarmEvent.FinalSigned(blob.digest(), blob.whole()));
      } else if (piece - signed + 1 >= STATES_BATCH) {
        sign(origin, torrent);
      } else if (piece == signed) {
        queue.after(STATES_NANOS, () -> sign(origin, torrent));
      }
    }
  }

  private void sign(SimNode origin, SimTorrent torrent) {
    int from = torrent.states.nextClear(0);
    int to = torrent.have.nextClear(0);
    if (from < 0 || to < 0 || from >= to) {
      return;
    }
    for (int piece = from; piece < to; piece++) {
      torrent.states.set(piece);
    }
    origin.on(new SwarmEvent.StatesSigned(torrent.blob.digest(), torrent.blob.states(from, to)));
  }

  /** An agent begins to pull every blob. */
  void arrive(SimNode agent) {
    notArrived--;
    if (!agent.alive) {
      return;
    }
    agent.arrivedNanos = queue.nowNanos();
    unfinished++;
    pull(agent);
  }

  private void pull(SimNode agent) {
    for (Blob blob : blobs) {
      int pieces = blob.layout().pieceCount();
      agent.add(blob, TorrentMode.LEECH, new Bitfield(pieces), false);
      agent.on(new SwarmEvent.Wanted(blob.digest(), 0, pieces));
      List<PeerInfo> known = origins.stream().map(origin -> origin.info).toList();
      agent.on(new SwarmEvent.PeersFound(blob.digest(), known));
      SimTorrent torrent = agent.torrents.get(blob.digest());
      if (torrent != null) {
        tracker.announce(agent, torrent);
      }
    }
  }

  void attested(SimNode node, SimTorrent torrent, int piece) {
    if (!node.isOrigin() && !node.poisoner && held.get(torrent.blob.index())[piece]++ == 0) {
      unionMissing--;
      if (unionMissing == 0 && config.faults().originLost()) {
        origins.getFirst().crash();
      }
    }
  }

  void completed(SimNode node) {
    if (!node.isOrigin() && node.complete()) {
      unfinished--;
    }
  }

  int unfinished() {
    return unfinished;
  }

  int notArrived() {
    return notArrived;
  }

  /** An agent dies; if it restarts, it is another peer with the same disk. */
  void crash(SimNode victim, boolean restarts) {
    boolean pulling = victim.arrivedNanos >= 0 && !victim.complete();
    victim.crash();
    for (SimTorrent torrent : counted(victim)) {
      for (int p = torrent.have.nextSet(0); p >= 0; p = torrent.have.nextSet(p + 1)) {
        if (--held.get(torrent.blob.index())[p] == 0) {
          unionMissing++;
        }
      }
    }
    if (!restarts) {
      unfinished -= pulling ? 1 : 0;
    } else {
      queue.after(RESTART_NANOS, () -> restart(victim));
    }
  }

  private static List<SimTorrent> counted(SimNode node) {
    return node.poisoner ? List.of() : List.copyOf(node.torrents.values());
  }

  private void restart(SimNode victim) {
    byId.remove(victim.info.id());
    victim.restart(new PeerInfo(PeerId.random(random), victim.info.address(), victim.info.role()));
    byId.put(victim.info.id(), victim);
    for (SimTorrent torrent : counted(victim)) {
      for (int p = torrent.have.nextSet(0); p >= 0; p = torrent.have.nextSet(p + 1)) {
        if (held.get(torrent.blob.index())[p]++ == 0) {
          unionMissing--;
        }
      }
    }
    pull(victim);
  }
}
