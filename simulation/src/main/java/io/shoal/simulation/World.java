package io.shoal.simulation;

import io.shoal.core.content.Bitfield;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.engine.SwarmConfig;
import io.shoal.swarm.engine.SwarmEngine;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.engine.TorrentMode;
import io.shoal.swarm.message.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One run: its nodes, their network, and what they hold between them. */
final class World {

  private static final String GENERATOR = "L64X128MixRandom";
  private static final long STATES_NANOS = 20_000_000L;
  private static final int STATES_BATCH = 64;
  private static final long RESTART_NANOS = 500_000_000L;
  private static final long ORIGIN_FOUND_NANOS = 500_000_000L;

  final SimulationConfig config;
  final RandomGenerator random;
  final EventQueue queue = new EventQueue();
  final Tally tally = new Tally();
  final Checker checker = new Checker(this);
  final Partitions partitions = new Partitions();
  final SimTrackers trackers;
  final Network network;
  final long latencyNanos;
  final double hashBytesPerNano;
  final List<Blob> blobs = new ArrayList<>();
  final List<SimNode> nodes = new ArrayList<>();
  final List<SimNode> origins = new ArrayList<>();
  final TreeMap<PeerId, SimNode> byId = new TreeMap<>();

  /** Copies that live agents hold of each piece, by blob. */
  private final List<int[]> held = new ArrayList<>();

  /** Share of announces that reach no tracker. */
  double lostAnnounces;

  /** What happens as soon as the agents hold every piece between them. */
  Runnable onceSpread = () -> {};

  /** Pieces that came from upstream, by blob. */
  private final int[] fetched;

  private int unionMissing;
  private int unfinished;
  private int notArrived;

  World(SimulationConfig config) {
    this.config = config;
    this.notArrived = config.agents();
    this.random = RandomGeneratorFactory.of(GENERATOR).create(config.seed());
    this.latencyNanos = config.rates().latency().toNanos();
    this.hashBytesPerNano = config.rates().hash().bytesPerSecond() / 1e9;
    List<Long> lengths = new ArrayList<>(config.blobBytes());
    lengths.addAll(config.prewarmBytes());
    this.fetched = new int[lengths.size()];
    int smallest = Integer.MAX_VALUE;
    for (long bytes : lengths) {
      Blob blob = Blob.random(blobs.size(), bytes, random);
      blobs.add(blob);
      held.add(new int[blob.layout().pieceCount()]);
      unionMissing += blob.layout().pieceCount();
      smallest = Math.min(smallest, blob.layout().pieceBytes());
    }
    this.network = new Network(this, smallest);
    this.trackers = new SimTrackers(this);
  }

  /** A generator of its own for one part of the run. */
  RandomGenerator generator() {
    return RandomGeneratorFactory.of(GENERATOR).create(random.nextLong());
  }

  SwarmEngine engine(SimNode node) {
    return new SwarmEngine(limits(node), node.info.id(), generator());
  }

  static SwarmConfig limits(SimNode node) {
    SwarmConfig limits = node.isOrigin() ? SwarmConfig.origin() : SwarmConfig.agent();
    return limits.in(node.info.locality()).with(node.world.config.policy());
  }

  private Locality locality(Rack rack) {
    boolean flat = config.racks().count() == 0 || rack.index < 0;
    return flat ? Locality.UNKNOWN : Locality.named("rack-" + rack.index);
  }

  private PeerInfo reborn(SimNode node) {
    PeerInfo was = node.info;
    return new PeerInfo(PeerId.random(random), was.address(), was.role(), was.locality());
  }

  SimNode node(PeerRole role, Rack rack, double up, double down) {
    int index = nodes.size();
    PeerAddress address = new PeerAddress("node-" + index, 1);
    PeerInfo info = new PeerInfo(PeerId.random(random), address, role, locality(rack));
    SimNode node = new SimNode(this, index, info, rack, up, down);
    nodes.add(node);
    byId.put(info.id(), node);
    if (role == PeerRole.ORIGIN) {
      origins.add(node);
    }
    return node;
  }

  /** Origins take their place; blobs are on their disks or begin to come from upstream. */
  void startOrigins() {
    boolean warm = config.rates().upstream().isEmpty();
    for (SimNode origin : origins) {
      for (Blob blob : blobs) {
        if (warm) {
          fetched[blob.index()] = blob.layout().pieceCount();
        }
        store(origin, blob, fetched[blob.index()]);
        inject(origin, blob);
      }
    }
    config.rates().upstream().ifPresent(rate -> fetch(0, 0, 1e9 / rate.bytesPerSecond()));
  }

  private static void store(SimNode origin, Blob blob, int pieces) {
    SimTorrent torrent = origin.torrents.computeIfAbsent(blob.digest(), d -> new SimTorrent(blob));
    for (int piece = 0; piece < pieces; piece++) {
      torrent.stored[piece] = blob.content(piece);
      torrent.have.set(piece);
    }
    if (torrent.have.isFull()) {
      torrent.states.setAll();
    }
  }

  private void inject(SimNode origin, Blob blob) {
    SimTorrent torrent = origin.torrents.computeIfAbsent(blob.digest(), d -> new SimTorrent(blob));
    origin.on(new SwarmEvent.OriginsChanged(origins.indexOf(origin), origins.size()));
    origin.add(
        blob,
        TorrentMode.INJECT,
        new Bitfield(torrent.have.size()),
        torrent.have.isFull(),
        Priority.ON_DEMAND);
    sign(origin, torrent);
  }

  /**
   * Upstream's bytes come one piece after the other, blobs side by side, once for all origins: how
   * they share them is not modelled. While no origin is there, nothing comes.
   */
  private void fetch(int round, int blobIndex, double nanosPerByte) {
    int blobAt = blobIndex;
    while (blobAt < blobs.size() && round >= blobs.get(blobAt).layout().pieceCount()) {
      blobAt++;
    }
    if (blobAt == blobs.size()) {
      if (blobs.stream().anyMatch(b -> round + 1 < b.layout().pieceCount())) {
        fetch(round + 1, 0, nanosPerByte);
      }
      return;
    }
    Blob blob = blobs.get(blobAt);
    int next = blobAt + 1;
    int bytes = blob.layout().pieceLength(round);
    queue.after(
        (long) (bytes * nanosPerByte),
        () -> {
          if (origins.stream().anyMatch(origin -> origin.alive)) {
            tally.upstreamBytes += bytes;
            fetched[blob.index()] = round + 1;
            supplied(blob, round);
            fetch(round, next, nanosPerByte);
          } else {
            queue.after(RESTART_NANOS, () -> fetch(round, blob.index(), nanosPerByte));
          }
        });
  }

  private void supplied(Blob blob, int piece) {
    boolean last = piece == blob.layout().pieceCount() - 1;
    for (SimNode origin : origins) {
      SimTorrent torrent = origin.torrents.get(blob.digest());
      if (!origin.alive || torrent == null) {
        continue;
      }
      origin.pieces.attest(torrent, piece, blob.content(piece));
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

  private static void sign(SimNode origin, SimTorrent torrent) {
    int to = torrent.have.nextClear(0);
    int from = torrent.states.nextClear(0);
    while (origin.alive && from >= 0 && from < to) {
      int end = Math.min(to, from + STATES_BATCH);
      for (int piece = from; piece < end; piece++) {
        torrent.states.set(piece);
      }
      origin.on(new SwarmEvent.StatesSigned(torrent.blob.digest(), torrent.blob.states(from, end)));
      from = torrent.states.nextClear(0);
    }
  }

  /** An origin dies. */
  void crashOrigin(SimNode origin) {
    if (origin.alive) {
      byId.remove(origin.info.id());
      origin.crash();
    }
  }

  /** It is back, with what its disk and the others have; the agents find it again. */
  void restartOrigin(SimNode origin) {
    if (origin.alive) {
      return;
    }
    byId.remove(origin.info.id());
    origin.torrents.clear(); // what is in memory only: states are signed anew
    origin.restart(reborn(origin));
    byId.put(origin.info.id(), origin);
    for (Blob blob : blobs) {
      store(origin, blob, fetched[blob.index()]);
      inject(origin, blob);
    }
    queue.after(ORIGIN_FOUND_NANOS, () -> findOrigin(origin));
  }

  private void findOrigin(SimNode origin) {
    for (SimNode node : nodes) {
      if (node.alive && !node.isOrigin()) {
        for (SimTorrent torrent : node.torrents.values()) {
          node.on(new SwarmEvent.PeersFound(torrent.blob.digest(), List.of(origin.info)));
        }
      }
    }
  }

  /** An agent begins to pull every blob that is not pre-warmed. */
  void arrive(SimNode agent) {
    notArrived--;
    agent.arrivedNanos = queue.nowNanos();
    agent.prewarmedAtArrival = prewarmedBytes(agent);
    unfinished++;
    pull(agent);
  }

  private void pull(SimNode agent) {
    fetch(agent, blobs.subList(0, config.blobBytes().size()), Priority.ON_DEMAND);
  }

  /** An agent begins to fetch what nobody waits for. */
  void prewarm(SimNode agent) {
    fetch(agent, blobs.subList(config.blobBytes().size(), blobs.size()), Priority.PREWARM);
  }

  /** Whether nobody waits for the blob. */
  boolean isPrewarmed(Blob blob) {
    return blob.index() >= config.blobBytes().size();
  }

  private long prewarmedBytes(SimNode agent) {
    long bytes = 0;
    for (SimTorrent torrent : agent.torrents.values()) {
      if (isPrewarmed(torrent.blob)) {
        bytes += (long) torrent.have.cardinality() * torrent.blob.layout().pieceBytes();
      }
    }
    return bytes;
  }

  private void fetch(SimNode agent, List<Blob> wanted, Priority priority) {
    for (Blob blob : wanted) {
      int pieces = blob.layout().pieceCount();
      agent.add(blob, TorrentMode.LEECH, new Bitfield(pieces), false, priority);
      agent.on(new SwarmEvent.Wanted(blob.digest(), 0, pieces));
      List<PeerInfo> known =
          origins.stream().filter(origin -> origin.alive).map(origin -> origin.info).toList();
      agent.on(new SwarmEvent.PeersFound(blob.digest(), known));
      trackers.announce(agent, blob.digest());
    }
  }

  void attested(SimNode node, SimTorrent torrent, int piece) {
    if (!node.isOrigin() && !node.poisoner && held.get(torrent.blob.index())[piece]++ == 0) {
      unionMissing--;
      if (unionMissing == 0) {
        Runnable now = onceSpread;
        onceSpread = () -> {};
        now.run();
      }
    }
  }

  void completed(SimNode node, SimTorrent torrent) {
    trackers.completed(node, torrent.blob.digest());
    if (node.isOrigin() || node.arrivedNanos < 0) {
      return;
    }
    if (node.has(blobs.subList(0, config.blobBytes().size()))) {
      long grown = prewarmedBytes(node) - node.prewarmedAtArrival;
      node.prewarmedMeanwhile = node.prewarmedMeanwhile < 0 ? grown : node.prewarmedMeanwhile;
    }
    if (node.complete()) {
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
    byId.remove(victim.info.id());
    trackers.left(victim.info.id());
    count(victim, -1);
    if (!restarts) {
      unfinished -= pulling ? 1 : 0;
    } else {
      queue.after(RESTART_NANOS, () -> restart(victim));
    }
  }

  private void restart(SimNode victim) {
    victim.restart(reborn(victim));
    byId.put(victim.info.id(), victim);
    count(victim, 1);
    prewarm(victim);
    pull(victim);
  }

  /** Copies on its disk come or go. */
  private void count(SimNode node, int change) {
    if (node.poisoner) {
      return;
    }
    for (SimTorrent torrent : node.torrents.values()) {
      int[] copies = held.get(torrent.blob.index());
      for (int p = torrent.have.nextSet(0); p >= 0; p = torrent.have.nextSet(p + 1)) {
        int before = copies[p];
        copies[p] += change;
        unionMissing += copies[p] == 0 ? 1 : before == 0 ? -1 : 0;
      }
    }
  }
}
