package io.shoal.node.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.units.ByteSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A store on a pretended disk and clock, whose upkeep runs only when a test says so. */
final class StoreFixture implements AutoCloseable {

  static final int PIECE = 1024;

  /** A disk that has whatever is said. */
  static final class FakeDisk implements DiskSpace {
    long totalBytes = 1_000_000;
    long usableBytes = 1_000_000;

    @Override
    public long totalBytes() {
      return totalBytes;
    }

    @Override
    public long usableBytes() {
      return usableBytes;
    }
  }

  /** A clock that stands still. */
  static final class FakeClock implements InstantSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration by) {
      now = now.plus(by);
    }
  }

  /** Random bytes and their address. */
  record Sample(byte[] bytes, Digest digest) {

    static Sample of(int seed, int length) {
      byte[] bytes = new byte[length];
      new Random(seed).nextBytes(bytes);
      return new Sample(bytes, Digest.sha256Of(bytes));
    }

    PieceLayout layout() {
      return new PieceLayout(bytes.length, PIECE);
    }

    ByteBuffer piece(int piece) {
      return ByteBuffer.wrap(bytes, (int) layout().pieceOffset(piece), layout().pieceLength(piece));
    }
  }

  final FakeDisk disk = new FakeDisk();
  final FakeClock clock = new FakeClock();
  final List<Digest> evicted = new ArrayList<>();
  final StoreLimits limits;
  MeterRegistry metrics = new SimpleMeterRegistry();
  BlobStore store;

  private final Path root;
  private Path dir;
  private int copies;

  StoreFixture(Path root, StoreLimits limits) throws IOException {
    this.root = root;
    this.dir = root.resolve("store");
    this.limits = limits;
    this.store = open();
  }

  static StoreLimits quota(long bytes) {
    return new StoreLimits(
        Optional.of(new ByteSize(bytes)), 1.0, 0.0, 0.9, 0.5, Duration.ofHours(24));
  }

  private BlobStore open() throws IOException {
    metrics = new SimpleMeterRegistry();
    BlobStore opened = BlobStore.open(dir, limits, metrics, disk, clock);
    opened.addEvictionListener(evicted::add);
    return opened;
  }

  Path dir() {
    return dir;
  }

  Path blobFile(Digest digest) {
    String hex = digest.hex();
    return dir.resolve("blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex);
  }

  Path partialFile(Digest digest) {
    return dir.resolve("partial").resolve("sha256-" + digest.hex());
  }

  void reopenCleanly() throws IOException {
    store.close();
    store = open();
  }

  /** Opens what another process would find if this one were killed right now. */
  void reopenAfterKill() throws IOException {
    Path copy = root.resolve("copy" + copies++);
    try (Stream<Path> files = Files.walk(dir)) {
      files.forEach(file -> {
        try {
          Files.copy(file, copy.resolve(dir.relativize(file).toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
    store.close();
    dir = copy;
    store = open();
  }

  void put(Sample sample) throws IOException {
    store.put(sample.digest, sample.bytes).close();
  }

  boolean has(Sample sample) {
    Optional<StoredBlob> found = store.find(sample.digest);
    found.ifPresent(StoredBlob::close);
    return found.isPresent();
  }

  PartialBlob openPartial(Sample sample) throws IOException {
    return store.openPartial(sample.digest, sample.layout());
  }

  static void fill(PartialBlob partial, Sample sample, int... pieces) throws IOException {
    for (int piece : pieces) {
      partial.write(sample.layout().pieceOffset(piece), sample.piece(piece));
      partial.attested(piece);
    }
  }

  static void fillAll(PartialBlob partial, Sample sample) throws IOException {
    for (int piece = 0; piece < sample.layout().pieceCount(); piece++) {
      fill(partial, sample, piece);
    }
  }

  static Bitfield bits(int size, int... set) {
    Bitfield bits = new Bitfield(size);
    for (int piece : set) {
      bits.set(piece);
    }
    return bits;
  }

  @Override
  public void close() {
    store.close();
  }
}
