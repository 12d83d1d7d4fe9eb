package io.shoal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that is really full, not one that is said to be. */
class FullDiskTest {

  private static final int MIB = 1 << 20;
  private static final StoreLimits NO_LIMITS =
      new StoreLimits(Optional.empty(), 1.0, 0.0, 1.0, 1.0, Duration.ofHours(24));

  @TempDir Path mount;
  private boolean mounted;
  private final List<Digest> evicted = new ArrayList<>();

  @BeforeEach
  void mountSmallDisk() throws Exception {
    Process process =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=48m", "shoal", mount.toString())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    mounted = process.waitFor() == 0;
    if (!mounted) {
      assertThat(System.getenv("CI")).as("mounting works in CI: " + output).isNotEqualTo("true");
      System.out.println("skipped: a tmpfs cannot be mounted here: " + output);
      assumeThat(mounted).isTrue();
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      // Lazily: a test that failed may have left files open.
      new ProcessBuilder("umount", "-l", mount.toString()).inheritIO().start().waitFor();
    }
  }

  @Test
  void aFullDiskEvictsIdleBlobsAndTheWriteSucceeds() throws Exception {
    try (BlobStore store = open()) {
      Digest idle = put(store, 1, 16 * MIB);
      PartialBlob partial = store.openPartial(digest(2, 8 * MIB), PieceLayout.forBlob(8 * MIB));
      fillWithSomeoneElsesBytes();
      fillAll(partial, 2, 8 * MIB);
      assertThat(evicted).containsExactly(idle);
      partial.commit(Optional.empty()).close();
      partial.close();
      assertThat(store.find(idle)).isEmpty();
    }
    try (BlobStore store = open();
        StoredBlob blob = store.find(digest(2, 8 * MIB)).orElseThrow()) {
      assertThat(blob.readAll()).isEqualTo(bytes(2, 8 * MIB));
    }
  }

  @Test
  void aFullDiskWithNothingToEvictIsSaidAndHarmsNothing() throws Exception {
    try (BlobStore store = open();
        StoredBlob leased = store.put(digest(1, 4 * MIB), bytes(1, 4 * MIB))) {
      PartialBlob partial = store.openPartial(digest(2, 8 * MIB), PieceLayout.forBlob(8 * MIB));
      write(partial, 2, 8 * MIB, 0);
      Path other = fillWithSomeoneElsesBytes();
      assertThatThrownBy(() -> fillAll(partial, 2, 8 * MIB))
          .isInstanceOf(DiskFullException.class)
          .hasMessageContaining("is full");
      assertThatThrownBy(() -> put(store, 3, MIB)).isInstanceOf(DiskFullException.class);
      assertThatThrownBy(() -> store.openPartial(digest(4, MIB), PieceLayout.forBlob(MIB)))
          .isInstanceOf(DiskFullException.class);
      assertThat(leased.readAll()).isEqualTo(bytes(1, 4 * MIB));
      assertThat(evicted).isEmpty();

      Files.delete(other);
      fillAll(partial, 2, 8 * MIB);
      partial.commit(Optional.empty()).close();
      partial.close();
    }
    try (BlobStore store = open()) {
      assertThat(store.blobs()).containsOnlyKeys(digest(1, 4 * MIB), digest(2, 8 * MIB));
      assertThat(store.partials()).isEmpty();
    }
  }

  @Test
  void recordsGoOnAfterTheDiskWasFull() throws Exception {
    TagKey key = new TagKey("docker.io", "library/alpine", "3");
    try (BlobStore store = open()) {
      ResolvedTag resolved =
          new ResolvedTag(digest(1, 1), Instant.now().truncatedTo(ChronoUnit.MILLIS));
      put(store, 1, 4 * MIB);
      Path other = fillWithSomeoneElsesBytes();
      int written = 0;
      try {
        // More than a page of the log, so that RocksDB needs space that is not there.
        for (; written < 20_000; written++) {
          store.putTag(new TagKey("docker.io", "r" + written, "x".repeat(1000)), resolved);
        }
      } catch (DiskFullException expected) {
        assertThat(written).as("the ballast carried some").isGreaterThan(1000);
      }
      assertThat(written).isLessThan(20_000);
      assertThat(store.tag(new TagKey("docker.io", "r0", "x".repeat(1000)))).contains(resolved);
      Files.delete(other);
      store.putTag(key, resolved);
      assertThat(store.tag(key)).contains(resolved);
    }
    try (BlobStore store = open()) {
      assertThat(store.tag(key)).isPresent();
    }
  }

  @Test
  void aStoreOpensOnAFullDisk() throws Exception {
    try (BlobStore store = open()) {
      put(store, 1, 8 * MIB);
    }
    fillWithSomeoneElsesBytes();
    try (BlobStore store = open()) {
      assertThat(store.blobs()).containsOnlyKeys(digest(1, 8 * MIB));
      put(store, 2, 4 * MIB);
      assertThat(evicted).containsExactly(digest(1, 8 * MIB));
    }
  }

  private BlobStore open() throws IOException {
    BlobStore store = BlobStore.open(mount.resolve("store"), NO_LIMITS, new SimpleMeterRegistry());
    store.addEvictionListener(evicted::add);
    return store;
  }

  private static Digest put(BlobStore store, int seed, int length) throws IOException {
    Digest digest = digest(seed, length);
    store.put(digest, bytes(seed, length)).close();
    return digest;
  }

  private static void fillAll(PartialBlob partial, int seed, int length) throws IOException {
    for (int piece = 0; piece < partial.layout().pieceCount(); piece++) {
      write(partial, seed, length, piece);
    }
  }

  private static void write(PartialBlob partial, int seed, int length, int piece)
      throws IOException {
    PieceLayout layout = partial.layout();
    int from = (int) layout.pieceOffset(piece);
    partial.write(from, ByteBuffer.wrap(bytes(seed, length), from, layout.pieceLength(piece)));
    partial.attested(piece);
  }

  private Path fillWithSomeoneElsesBytes() throws IOException {
    Path file = mount.resolve("someone-else");
    byte[] bytes = new byte[64 << 10];
    try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      for (int i = 0; i < 10_000; i++) {
        out.write(bytes);
      }
      throw new AssertionError("the disk does not fill up");
    } catch (IOException e) {
      assertThat(DiskFullException.means(e)).isTrue();
    }
    assertThat(Files.getFileStore(mount).getUsableSpace()).isLessThan(4096);
    return file;
  }

  private static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Digest digest(int seed, int length) {
    return Digest.sha256Of(bytes(seed, length));
  }
}
