package io.shoal.node.swarm;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.StateHasher;
import io.shoal.swarm.engine.SwarmEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hashes a blob from its start as far as its pieces are on disk without a gap. {@link #advance} is
 * called on one worker thread only; {@link #present} on any.
 *
 * <p>On an origin every stretch of new states is signed and its pieces offered. A stretch is what
 * piled up while the last one was hashed and signed, at most 64 pieces: under load signatures are
 * few, without load a piece waits for nothing.
 */
final class PrefixHasher {

  private static final int BATCH_PIECES = 64;
  private static final int READ_BYTES = 256 << 10;

  private final SwarmNode node;
  private final Torrent torrent;
  private final PieceLayout layout;
  private final ByteSource source;
  private final @Nullable OriginSigner signer;

  /** Pieces written; guarded by this. */
  private final Bitfield present;

  private StateHasher hasher;
  private int next;
  private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);

  PrefixHasher(SwarmNode node, Torrent torrent, ByteSource source, @Nullable OriginSigner signer) {
    this.node = node;
    this.torrent = torrent;
    this.layout = torrent.layout();
    this.source = source;
    this.signer = signer;
    this.present = torrent.attestedPieces();
    this.hasher = StateHasher.start(torrent.digest().algorithm());
  }

  synchronized void present(int piece) {
    present.set(piece);
  }

  private synchronized boolean isPresent(int piece) {
    return present.get(piece) || torrent.isAttested(piece);
  }

  void advance() throws IOException {
    List<StateEntry> batch = new ArrayList<>();
    List<Integer> pieces = new ArrayList<>();
    while (next < layout.pieceCount() && isPresent(next) && !torrent.hasFailed()) {
      int piece = next++;
      boolean last = piece == layout.pieceCount() - 1;
      Optional<HashState> known = torrent.known.after(piece);
      if (known.isPresent() && torrent.isAttested(piece)) {
        hasher =
            StateHasher.at(torrent.digest().algorithm(), known.get(), layout.pieceOffset(next));
        continue;
      }
      hash(piece);
      if (last) {
        offer(batch, pieces);
        end(piece);
        return;
      }
      batch.add(new StateEntry(piece, hasher.state()));
      pieces.add(piece);
      if (batch.size() == BATCH_PIECES || !isPresent(next)) {
        offer(batch, pieces);
      }
    }
    offer(batch, pieces);
  }

  private void hash(int piece) throws IOException {
    long position = layout.pieceOffset(piece);
    int missing = layout.pieceLength(piece);
    while (missing > 0) {
      buffer.clear().limit(Math.min(READ_BYTES, missing));
      int read = torrent.file.channel().read(buffer, position);
      if (read <= 0) {
        throw new IOException("piece " + piece + " ends early on disk");
      }
      position += read;
      missing -= read;
      hasher.update(buffer.flip());
    }
  }

  /** States found for these pieces: signed and offered by an origin, readable on an agent. */
  private void offer(List<StateEntry> batch, List<Integer> pieces) throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    for (StateEntry entry : batch) {
      if (!torrent.known.add(entry.piece(), entry.state())) {
        node.abort(torrent, "piece " + entry.piece() + " differs from what was signed before");
        return;
      }
    }
    if (signer != null) {
      SignedStates signed = signer.sign(torrent.digest(), torrent.epoch, layout, batch);
      torrent.file.save(signed);
      node.post(new SwarmEvent.StatesSigned(torrent.digest(), signed));
      for (int piece : pieces) {
        torrent.file.attested(piece);
        node.attested(torrent, piece, source);
      }
    } else {
      torrent.provisional(next);
    }
    batch.clear();
    pieces.clear();
  }

  /** The last piece: does the blob match its digest? */
  private void end(int last) throws IOException {
    Digest found = Digest.of(torrent.digest().algorithm(), hasher.finish());
    if (!found.equals(torrent.digest())) {
      node.abort(torrent, "upstream sent bytes whose digest is " + found);
      return;
    }
    if (signer != null) {
      SignedFinal whole = sign(signer);
      torrent.metaInfo(whole);
      torrent.file.save(whole);
      node.post(new SwarmEvent.FinalSigned(torrent.digest(), whole));
    }
    for (int piece = 0; piece <= last; piece++) {
      if (!torrent.isAttested(piece)) {
        torrent.file.attested(piece);
        node.attested(torrent, piece, source);
      }
    }
  }

  private SignedFinal sign(OriginSigner by) {
    List<HashState> states = new ArrayList<>();
    for (int piece = 0; piece < layout.pieceCount() - 1; piece++) {
      states.add(torrent.known.after(piece).orElseThrow());
    }
    return by.signFinal(torrent.digest(), torrent.epoch, layout, states);
  }
}
