package io.shoal.cli.bench.wire;

import io.netty.buffer.ByteBuf;
import io.shoal.core.content.Bitfield;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.peer.PeerAddress;
import io.shoal.node.swarm.Torrent;
import io.shoal.node.wire.DialFailure;
import io.shoal.node.wire.Link;
import io.shoal.node.wire.LinkListener;
import io.shoal.swarm.message.PeerMessage;

/** Answers every request at once. */
final class LinkSender implements LinkListener {

  /** The number that both sides give the one torrent. */
  static final int TORRENT = 0;

  private final Torrent torrent;

  LinkSender(Torrent torrent) {
    this.torrent = torrent;
  }

  @Override
  public void linkUp(Link link) {
    SignedFinal whole = torrent.metaInfo().orElseThrow();
    Bitfield all = Bitfield.full(torrent.layout().pieceCount());
    link.send(
        new PeerMessage.Join(
            TORRENT, torrent.digest(), torrent.epoch(), torrent.layout(), 0, true, all));
    link.send(new PeerMessage.Final(TORRENT, whole));
  }

  @Override
  public void message(Link link, PeerMessage message) {
    if (message instanceof PeerMessage.Request request) {
      long position = torrent.layout().pieceOffset(request.piece()) + request.offset();
      PeerMessage.Data data =
          new PeerMessage.Data(
              TORRENT, request.requestId(), request.piece(), request.offset(), request.length());
      link.sendData(
          data,
          torrent.channel(),
          position,
          failure -> failure.ifPresent(reason -> link.close(reason.toString())));
    }
  }

  @Override
  public void payload(Link link, PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {
    slice.release();
    link.close("payload for a sender");
  }

  @Override
  public void linkDown(Link link, String reason) {}

  @Override
  public void dialFailed(PeerAddress address, DialFailure failure, String detail) {}
}
