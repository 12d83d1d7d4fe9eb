package io.shoal.agent.source;

import io.shoal.client.origin.Origins;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a blob on their way from an origin, else from upstream, to one client, without storing
 * them. An origin hands out only what it has attested. What comes from upstream is hashed on the
 * way, and the last extent is held back until the digest has matched; that takes the whole blob, so
 * a part of a blob comes from origins only.
 */
final class PassThrough {

  private static final int READ_BYTES = 128 << 10;

  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final ByteCounts counts;
  private final ContentName name;
  private final Digest digest;
  private final PieceLayout layout;
  private final MessageDigest hash;

  // Touched by one read at a time; reads do not overlap.
  private @Nullable InputStream stream;
  private @Nullable AutoCloseable connection;
  private boolean checked;
  private long position;
  private volatile boolean started;
  private volatile boolean closed;

  PassThrough(
      Origins origins,
      UpstreamDirectory upstreams,
      ByteCounts counts,
      ContentName name,
      Digest digest,
      PieceLayout layout) {
    this.origins = origins;
    this.upstreams = upstreams;
    this.counts = counts;
    this.name = name;
    this.digest = digest;
    this.layout = layout;
    this.hash = digest.algorithm().newMessageDigest();
  }

  long blobBytes() {
    return layout.blobBytes();
  }

  boolean started() {
    return started;
  }

  CompletionStage<BlobBytes> next(long from, long toExclusive) {
    started = true;
    CompletableFuture<BlobBytes> result = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        result.complete(read(from, toExclusive));
      } catch (IOException | UpstreamException | RuntimeException e) {
        result.completeExceptionally(e);
      }
    });
    return result;
  }

  private BlobBytes read(long from, long toExclusive) throws IOException, UpstreamException {
    InputStream in = stream;
    if (in == null || from != position) {
      closeConnection();
      in = open(from, toExclusive);
      stream = in;
      position = from;
    }
    byte[] buffer = new byte[(int) Math.min(READ_BYTES, toExclusive - from)];
    int read = in.readNBytes(buffer, 0, buffer.length);
    if (read < buffer.length || closed) {
      throw new IOException("the source of " + digest + " ended early");
    }
    if (checked) {
      hash.update(buffer);
      if (from + read > layout.blobBytes() - PieceLayout.EXTENT_BYTES) {
        buffer = wholeTail(in, buffer, from);
      }
    }
    position = from + buffer.length;
    return new BlobBytes.InMemory(ByteBuffer.wrap(buffer));
  }

  /** Reads the rest of the blob, which is an extent at most, and lets it go if all was right. */
  private byte[] wholeTail(InputStream in, byte[] first, long from) throws IOException {
    int rest = (int) (layout.blobBytes() - from - first.length);
    byte[] tail = in.readNBytes(rest);
    hash.update(tail);
    if (tail.length < rest || !Digest.of(digest.algorithm(), hash.digest()).equals(digest)) {
      throw new IOException("upstream sent other bytes than " + digest);
    }
    byte[] all = new byte[first.length + tail.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(tail, 0, all, first.length, tail.length);
    return all;
  }

  private InputStream open(long from, long toExclusive) throws IOException, UpstreamException {
    try {
      io.shoal.client.origin.BlobBytes bytes =
          origins.ask(
              digest,
              origin ->
                  origin
                      .as(name.clientToken())
                      .read(name.upstream(), name.repository(), digest, from, toExclusive));
      connection = bytes;
      checked = false;
      counts.origin(name.upstream(), toExclusive - from);
      return bytes.stream();
    } catch (IOException e) {
      if (from != 0 || toExclusive != layout.blobBytes()) {
        throw e;
      }
      UpstreamRegistry registry = upstreams.registry(name.reader()).orElseThrow(() -> e);
      RemoteBlob blob = registry.blob(name.repository(), digest, 0, OptionalLong.empty());
      connection = blob;
      checked = true;
      counts.upstream(name.upstream(), layout.blobBytes());
      return blob.bytes();
    }
  }

  void close() {
    closed = true;
    closeConnection();
  }

  private void closeConnection() {
    AutoCloseable open = connection;
    connection = null;
    stream = null;
    if (open != null) {
      try {
        open.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing a stream failed", e);
      }
    }
  }
}
