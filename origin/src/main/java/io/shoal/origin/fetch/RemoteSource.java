package io.shoal.origin.fetch;

import io.shoal.client.origin.OriginReason;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.OriginFailure;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** One blob at upstream: opens it, reads from it within the budget, and counts. Thread-safe. */
final class RemoteSource {

  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** Where it is read from, and with whose token. */
  private record From(UpstreamRegistry registry, String repository) {}

  private final BlobRef ref;
  private final UpstreamBudget.Share budget;
  private final LongConsumer received;
  private volatile From from;

  RemoteSource(
      UpstreamRegistry registry, BlobRef ref, UpstreamBudget.Share budget, LongConsumer received) {
    this.from = new From(registry, ref.repository().repository());
    this.ref = ref;
    this.budget = budget;
    this.received = received;
  }

  /**
   * Another client waits who may read it, too: his token is the one to go on with, for the first
   * one's may expire.
   */
  void alsoFor(UpstreamRegistry registry, BlobRef sameBlob) {
    from = new From(registry, sameBlob.repository().repository());
  }

  BlobRef ref() {
    return ref;
  }

  UpstreamBudget.Share budget() {
    return budget;
  }

  /** Opens a part, or everything if upstream ignores Range. */
  RemoteBlob open(long from, long toExclusive) throws OriginFailure {
    return open(from, OptionalLong.of(toExclusive));
  }

  /** Opens everything. */
  RemoteBlob openWhole() throws OriginFailure {
    return open(0, OptionalLong.empty());
  }

  /** Opens the first bytes of a blob of unknown length. */
  RemoteBlob openFirst(long mostBytes) throws OriginFailure {
    try {
      RemoteBlob first = openAt(0, OptionalLong.of(mostBytes));
      if (!first.ranged() || first.blobBytes().isPresent()) {
        return first;
      }
      // A part of something whose length upstream does not tell is of no use.
      first.close();
    } catch (UpstreamException e) {
      // An empty blob has no first byte to ask for.
      if (e.status().orElse(0) != RANGE_NOT_SATISFIABLE) {
        throw OriginFailure.of(e);
      }
    }
    return openWhole();
  }

  private RemoteBlob open(long position, OptionalLong toExclusive) throws OriginFailure {
    try {
      return openAt(position, toExclusive);
    } catch (UpstreamException e) {
      throw OriginFailure.of(e);
    }
  }

  private RemoteBlob openAt(long position, OptionalLong toExclusive) throws UpstreamException {
    From now = from;
    return now.registry().blob(now.repository(), ref.digest(), position, toExclusive);
  }

  /**
   * Reads until there are {@code wanted} bytes or the stream ends or breaks; the break shows at the
   * next call.
   *
   * @return how many, 0 at the end
   */
  int read(RemoteBlob from, byte[] buffer, int wanted) throws OriginFailure {
    int have = 0;
    while (have < wanted) {
      try {
        int read = from.bytes().read(buffer, have, wanted - have);
        if (read < 0) {
          break;
        }
        have += read;
      } catch (IOException e) {
        if (have == 0) {
          throw OriginFailure.of(
              OriginReason.UPSTREAM_UNREACHABLE,
              "%s from %s broke off: %s".formatted(ref.digest(), ref.repository(), e),
              e);
        }
        break;
      }
    }
    received.accept(have);
    return have;
  }
}
