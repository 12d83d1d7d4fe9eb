package io.shoal.cli.bench.wire;

import io.shoal.core.content.HashAlgorithm;
import io.shoal.node.store.PartialBlob;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.Arrays;

/** The ceilings' receiving end: one thread, one buffer. */
final class PlainReceiver {

  private final Offer offer;
  private final PartialBlob target;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(PlainSender.BUFFER_BYTES);

  PlainReceiver(Offer offer, PartialBlob target) {
    this.offer = offer;
    this.target = target;
  }

  /** Takes the whole blob once. */
  void run(Mode mode) throws IOException {
    if (mode == Mode.SHA256) {
      hashMemory();
    } else {
      receive(mode);
    }
  }

  private void hashMemory() {
    MessageDigest hash = HashAlgorithm.SHA256.newMessageDigest();
    for (long done = 0; done < offer.blobBytes(); done += buffer.capacity()) {
      hash.update(buffer.clear());
    }
  }

  private void receive(Mode mode) throws IOException {
    MessageDigest hash = HashAlgorithm.SHA256.newMessageDigest();
    try (SocketChannel socket =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), offer.plainPort()))) {
      byte how = mode == Mode.PLAIN_COPY ? PlainSender.COPY : PlainSender.SENDFILE;
      socket.write(ByteBuffer.wrap(new byte[] {how}));
      for (long position = 0; position < offer.blobBytes(); ) {
        int read = socket.read(buffer.clear());
        if (read < 0) {
          throw new EOFException("the sender stopped at " + position);
        }
        if (mode.checks()) {
          hash.update(buffer.flip());
        }
        if (mode.writes()) {
          target.write(position, buffer.flip());
        }
        position += read;
      }
    }
    if (mode.checks() && !Arrays.equals(hash.digest(), offer.digest().bytes())) {
      throw new IOException("the bytes do not match the digest");
    }
  }
}
