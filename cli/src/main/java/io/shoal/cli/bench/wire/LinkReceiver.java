package io.shoal.cli.bench.wire;

import io.netty.buffer.ByteBuf;
import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.peer.PeerAddress;
import io.shoal.node.integrity.KnownStates;
import io.shoal.node.integrity.PieceCheck;
import io.shoal.node.store.PartialBlob;
import io.shoal.node.wire.DialFailure;
import io.shoal.node.wire.Link;
import io.shoal.node.wire.LinkListener;
import io.shoal.swarm.message.PeerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes a blob once over a link, without an engine: four pieces under way, as an agent has, handed
 * to workers, with the same limit on what may wait for these.
 */
final class LinkReceiver implements LinkListener {

  private static final int PIECES_UNDER_WAY = 4;
  private static final long WAITING_BYTES = 16L << 20;

  private final Offer offer;
  private final Mode mode;
  private final PartialBlob target;
  private final List<ExecutorService> workers;
  private final KnownStates known;
  private final PieceLayout layout;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong missing;
  private final Map<Integer, Optional<PieceCheck>> checks = new HashMap<>();
  private volatile boolean paused;
  private int nextPiece;
  private int nextRequest;

  LinkReceiver(Offer offer, Mode mode, PartialBlob target, List<ExecutorService> workers) {
    this.offer = offer;
    this.mode = mode;
    this.target = target;
    this.workers = workers;
    this.layout = offer.layout();
    this.known = new KnownStates(offer.digest(), layout);
    this.missing = new AtomicLong(layout.blobBytes());
  }

  /** Completes with the last byte. */
  CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public void linkUp(Link link) {
    Bitfield nothing = new Bitfield(layout.pieceCount());
    link.send(
        new PeerMessage.Join(LinkSender.TORRENT, offer.digest(), 1, layout, 0, false, nothing));
  }

  @Override
  public void message(Link link, PeerMessage message) {
    if (message instanceof PeerMessage.Final(int _, SignedFinal states)) {
      known.addAll(states);
      for (int i = 0; i < PIECES_UNDER_WAY; i++) {
        request(link);
      }
    }
  }

  private void request(Link link) {
    if (nextPiece == layout.pieceCount()) {
      return;
    }
    int piece = nextPiece++;
    checks.put(piece, known.check(piece));
    for (int extent = 0; extent < layout.extentCount(piece); extent++) {
      int offset = extent * PieceLayout.EXTENT_BYTES;
      int length = layout.extentLength(piece, offset);
      link.send(
          new PeerMessage.Request(
              LinkSender.TORRENT, nextRequest++, piece, offset, length, false, Optional.empty()));
    }
  }

  @Override
  public void payload(Link link, PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {
    int bytes = slice.readableBytes();
    if (waiting.addAndGet(bytes) > WAITING_BYTES && !paused) {
      paused = true;
      link.pauseReading();
    }
    int within = data.offset() + offset;
    PieceCheck check = checks.getOrDefault(data.piece(), Optional.empty()).orElseThrow();
    workers
        .get(data.piece() % workers.size())
        .execute(() -> take(link, data.piece(), within, slice, check));
    if (last && within + bytes == layout.pieceLength(data.piece())) {
      checks.remove(data.piece());
      request(link);
    }
  }

  private void take(Link link, int piece, int within, ByteBuf slice, PieceCheck check) {
    int bytes = slice.readableBytes();
    try {
      handle(layout.pieceOffset(piece) + within, slice, check);
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
    } finally {
      slice.release();
    }
    if (waiting.addAndGet(-bytes) < WAITING_BYTES / 2 && paused) {
      paused = false;
      link.resumeReading();
    }
    if (missing.addAndGet(-bytes) == 0) {
      done.complete(null);
    }
  }

  private void handle(long position, ByteBuf slice, PieceCheck check) throws IOException {
    ByteBuffer bytes = slice.nioBuffer();
    if (mode.checks()) {
      check.update(bytes.duplicate());
      if (check.missingBytes() == 0 && !check.passes()) {
        throw new IOException("a piece does not match its states");
      }
    }
    if (mode.writes()) {
      target.write(position, bytes);
    }
  }

  @Override
  public void linkDown(Link link, String reason) {
    done.completeExceptionally(new IOException("the link went down: " + reason));
  }

  @Override
  public void dialFailed(PeerAddress address, DialFailure failure, String detail) {
    done.completeExceptionally(new IOException("no link: " + failure + " " + detail));
  }
}
