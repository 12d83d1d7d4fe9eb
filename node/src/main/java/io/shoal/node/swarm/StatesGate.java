package io.shoal.node.swarm;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.swarm.message.PeerMessage;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets only states through that a trusted origin signed, and remembers them. */
final class StatesGate {

  private static final Logger log = LoggerFactory.getLogger(StatesGate.class);

  /** Drop the message, keep the link: what it says is known or about nothing that is loaded. */
  private static final Optional<String> IGNORE = Optional.of("");

  private static final Optional<String> PASS = Optional.empty();

  private final TorrentTable torrents;
  private final TrustedOrigins trusted;

  StatesGate(TorrentTable torrents, TrustedOrigins trusted) {
    this.torrents = torrents;
    this.trusted = trusted;
  }

  /** Empty to let the message through, an empty text to drop it, else why the link is closed. */
  Optional<String> check(PeerMessage message) {
    return switch (message) {
      case PeerMessage.States m -> check(m.states());
      case PeerMessage.Final m -> check(m.metaInfo());
      default -> PASS;
    };
  }

  private Optional<String> check(SignedStates batch) {
    Optional<Torrent> torrent = about(batch.digest(), batch.layout());
    if (torrent.isEmpty() || torrent.get().verified() || known(torrent.get(), batch)) {
      return IGNORE;
    }
    if (!trusted.accepts(batch)) {
      return Optional.of("states that no trusted origin signed");
    }
    if (!torrent.get().known.addAll(batch)) {
      return contradiction(batch.digest());
    }
    try {
      torrent.get().file.save(batch);
    } catch (IOException e) {
      log.warn("States of {} are not kept: {}", batch.digest().shortHex(), e.getMessage());
    }
    return PASS;
  }

  private static boolean known(Torrent torrent, SignedStates batch) {
    for (StateEntry entry : batch.entries()) {
      if (!torrent.known.after(entry.piece()).equals(Optional.of(entry.state()))) {
        return false;
      }
    }
    return true;
  }

  private Optional<String> check(SignedFinal whole) {
    Optional<Torrent> torrent = about(whole.digest(), whole.layout());
    if (torrent.isEmpty() || torrent.get().metaInfo().isPresent()) {
      return IGNORE;
    }
    if (!trusted.accepts(whole)) {
      return Optional.of("metainfo that no trusted origin signed");
    }
    if (!torrent.get().known.addAll(whole)) {
      return contradiction(whole.digest());
    }
    torrent.get().metaInfo(whole);
    try {
      torrents.save(torrent.get(), whole);
    } catch (IOException e) {
      log.warn("Metainfo of {} is not kept: {}", whole.digest().shortHex(), e.getMessage());
    }
    return PASS;
  }

  /** Two origins disagree about a blob: what is known first stays, and the log says so. */
  private static Optional<String> contradiction(Digest digest) {
    log.error("Signed states of {} contradict each other", digest);
    return IGNORE;
  }

  private Optional<Torrent> about(Digest digest, PieceLayout layout) {
    return torrents.find(digest).filter(torrent -> torrent.layout().equals(layout));
  }
}
