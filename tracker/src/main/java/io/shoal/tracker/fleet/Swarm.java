package io.shoal.tracker.fleet;

import io.shoal.client.tracker.BlobState;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.TrackerMessage.Handout;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.handout.Asker;
import io.shoal.swarm.handout.Candidate;
import io.shoal.swarm.handout.HandoutPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The peers of one blob. */
final class Swarm {

  private final Digest digest;
  private final TreeMap<PeerId, Participant> participants = new TreeMap<>();
  private Optional<Long> blobBytes = Optional.empty();
  private boolean originTold;

  Swarm(Digest digest) {
    this.digest = digest;
  }

  /** Takes in what a peer announced; returns whether it is new here. */
  boolean update(PeerInfo peer, BlobState state) {
    learnLength(peer, state);
    Participant known = participants.get(peer.id());
    if (known != null) {
      known.state = state;
      return false;
    }
    participants.put(peer.id(), new Participant(peer, state));
    return true;
  }

  /** An origin has the length from upstream; what others say counts only until one has spoken. */
  private void learnLength(PeerInfo peer, BlobState state) {
    boolean origin = peer.role() == PeerRole.ORIGIN;
    if (state.blobBytes().isPresent() && (origin || (blobBytes.isEmpty() && !originTold))) {
      blobBytes = state.blobBytes();
      originTold |= origin;
    }
  }

  /** Those who knew the peer have room for another afterwards. */
  void remove(PeerId peer) {
    Participant gone = participants.remove(peer);
    if (gone == null) {
      return;
    }
    for (Participant other : participants.values()) {
      if (other.known.remove(peer) && gone.peer.role() != PeerRole.ORIGIN) {
        other.knownAgents--;
      }
      other.knownSeeders.remove(peer);
    }
  }

  boolean isEmpty() {
    return participants.isEmpty();
  }

  /** The peers that want the blob. */
  List<PeerId> leechers() {
    return participants.values().stream().filter(p -> p.leeches()).map(p -> p.peer.id()).toList();
  }

  /** Shows what every peer has announced last. */
  void states(BiConsumer<PeerId, BlobState> visitor) {
    participants.forEach((peer, participant) -> visitor.accept(peer, participant.state));
  }

  /** Peers the receiver does not know yet. */
  Handout handout(PeerId receiver, HandoutPolicy policy, Predicate<PeerId> excluded) {
    Participant asker = participants.get(receiver);
    if (asker == null || !asker.leeches()) {
      return new Handout(digest, blobBytes, List.of());
    }
    List<Candidate> candidates =
        participants.values().stream()
            .filter(p -> !excluded.test(p.peer.id()))
            .map(Participant::candidate)
            .toList();
    List<Candidate> chosen = policy.choose(asker.asker(), candidates);
    chosen.forEach(asker::learn);
    return new Handout(digest, blobBytes, chosen.stream().map(Candidate::peer).toList());
  }

  FleetView.SwarmView view() {
    int seeders = 0;
    int leechers = 0;
    long have = 0;
    long wanted = 0;
    for (Participant participant : participants.values()) {
      if (participant.leeches()) {
        leechers++;
        have += participant.state.piecesHave();
        wanted += participant.state.pieceCount();
      } else {
        seeders++;
      }
    }
    return new FleetView.SwarmView(digest, blobBytes, seeders, leechers, have, wanted);
  }

  private static final class Participant {

    final PeerInfo peer;
    final Set<PeerId> known = new HashSet<>();
    final Set<PeerId> knownSeeders = new HashSet<>();
    BlobState state;
    int knownAgents;

    Participant(PeerInfo peer, BlobState state) {
      this.peer = peer;
      this.state = state;
    }

    /** An origin fetches from upstream: it needs nobody. */
    boolean leeches() {
      return state.phase() != BlobState.Phase.SEED && peer.role() != PeerRole.ORIGIN;
    }

    Candidate candidate() {
      boolean seeder = state.phase() == BlobState.Phase.SEED;
      return new Candidate(peer, seeder);
    }

    Asker asker() {
      return new Asker(peer.id(), known, knownAgents, knownSeeders.size(), peer.locality());
    }

    void learn(Candidate candidate) {
      known.add(candidate.peer().id());
      if (candidate.peer().role() != PeerRole.ORIGIN) {
        knownAgents++;
        if (candidate.seeder()) {
          knownSeeders.add(candidate.peer().id());
        }
      }
    }
  }
}
