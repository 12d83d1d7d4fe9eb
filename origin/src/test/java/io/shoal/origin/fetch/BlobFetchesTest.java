package io.shoal.origin.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.core.integrity.OriginKey;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.core.units.ByteRate;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreLimits;
import io.shoal.node.store.StoredBlob;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.SwarmNodeConfig;
import io.shoal.node.wire.TransportConfig;
import io.shoal.oci.testing.FakeUpstream;
import io.shoal.oci.upstream.UpstreamConfig;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamsConfig;
import io.shoal.origin.announce.Announcer;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.RepositoryRef;
import io.shoal.origin.upstream.Upstreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BlobFetchesTest {

  private static final int MIB = 1 << 20;

  @TempDir Path dir;

  private final OriginSigner signer = new OriginSigner(OriginKey.generate());
  private final AtomicLong epochs = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final List<Duration> pauses = new ArrayList<>();
  private FakeUpstream upstream;
  private UpstreamDirectory directory;
  private BlobStore store;
  private SwarmNode node;
  private BlobFetches blobs;

  @BeforeEach
  void start() throws IOException {
    upstream = new FakeUpstream();
    directory =
        new UpstreamDirectory(
            new UpstreamsConfig(
                upstream.host(),
                List.of(),
                Map.of(upstream.host(), UpstreamConfig.anonymous(upstream.uri()))));
    open(Optional.empty());
  }

  private void open(Optional<ByteRate> rate) throws IOException {
    store =
        BlobStore.open(
            dir.resolve("store"),
            new StoreLimits(Optional.empty(), 0.9, 0.01, 0.95, 0.85, Duration.ofHours(1)),
            new SimpleMeterRegistry());
    node =
        SwarmNode.start(
            SwarmNodeConfig.origin(TransportConfig.origin("127.0.0.1", 0), Duration.ofSeconds(1)),
            new SwarmNode.Parts(
                PeerId.random(new SplittableRandom()),
                PeerRole.ORIGIN,
                store,
                new TrustedOrigins(List.of(signer.publicKey())),
                Optional.of(signer),
                transcript -> new byte[32],
                RateLimiter.unlimited(),
                RateLimiter.unlimited(),
                new SimpleMeterRegistry(),
                new Announcer()));
    FetchSettings settings =
        new FetchSettings(
            4, MIB, dir.resolve("spool"), this::pause, () -> epochs.incrementAndGet());
    blobs =
        new BlobFetches(
            settings,
            store,
            node,
            new Upstreams(directory),
            UpstreamBudget.of(rate),
            received::addAndGet);
  }

  private synchronized void pause(Duration duration) {
    pauses.add(duration);
  }

  private void shutDown() {
    blobs.close();
    node.close();
    store.close();
  }

  @AfterEach
  void stop() {
    shutDown();
    directory.close();
    upstream.close();
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  private BlobRef ref(Digest digest) {
    return new BlobRef(new RepositoryRef(upstream.host(), "a/b"), digest);
  }

  private byte[] read(LocalBlob blob) throws Exception {
    ByteBuffer content = ByteBuffer.allocate((int) blob.layout().blobBytes());
    while (content.hasRemaining()) {
      long end = end(blob, content.position());
      content.limit((int) end);
      while (content.hasRemaining()) {
        blob.channel().read(content, content.position());
      }
      content.limit(content.capacity());
    }
    return content.array();
  }

  private static long end(LocalBlob blob, long offset) throws Exception {
    return blob.servable(offset).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private byte[] fetch(Digest digest) throws Exception {
    try (LocalBlob blob = blobs.open(ref(digest))) {
      return read(blob);
    }
  }

  private byte[] committed(Digest digest) throws Exception {
    for (int i = 0; i < 3000; i++) {
      Optional<StoredBlob> stored = store.find(digest);
      if (stored.isPresent()) {
        try (StoredBlob blob = stored.get()) {
          return blob.readAll();
        }
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError(digest + " is not committed");
  }

  @Test
  void fetchesALargeBlobByRangesOnceAndCommitsIt() throws Exception {
    byte[] content = random(10 * MIB + 12345);
    Digest digest = upstream.addBlob(content);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(committed(digest)).isEqualTo(content);
    assertThat(upstream.blobBytesSent()).isEqualTo(content.length);
    assertThat(received.get()).isEqualTo(content.length);
    assertThat(upstream.blobRequests()).hasSize(11);
    assertThat(upstream.blobRequests().getFirst().from()).isZero();
    assertThat(node.find(digest).orElseThrow().metaInfo()).isPresent();
  }

  @Test
  void fetchesOnceHoweverManyAsk() throws Exception {
    byte[] content = random(5 * MIB);
    Digest digest = upstream.addBlob(content);
    Semaphore gate = upstream.holdBlobBytes();
    List<Future<byte[]>> readers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        readers.add(threads.submit((Callable<byte[]>) () -> fetch(digest)));
      }
      gate.release(1 << 20);
      for (Future<byte[]> reader : readers) {
        assertThat(reader.get()).isEqualTo(content);
      }
    }
    assertThat(upstream.blobBytesSent()).isEqualTo(content.length);
  }

  @Test
  void offersThePrefixWhileTheRestIsStillComing() throws Exception {
    Digest digest = upstream.addBlob(random(8 * MIB));
    Semaphore gate = upstream.holdBlobBytes();
    gate.release(8);
    try (LocalBlob blob = blobs.open(ref(digest))) {
      assertThat(blob.complete()).isFalse();
      assertThat(blob.layout().pieceBytes()).isEqualTo(MIB / 4);
      // Range 1 begins alone and its first piece lets the others in: four permits are its own.
      assertThat(end(blob, 0)).isGreaterThanOrEqualTo(MIB / 4);
      assertThat(node.find(digest).orElseThrow().attestedPieces().get(0)).isTrue();
      gate.release(1 << 20);
      read(blob);
    }
  }

  @Test
  void readsOneStreamWhereUpstreamIgnoresRange() throws Exception {
    upstream.ignoreRange();
    byte[] content = random(6 * MIB + 1);
    Digest digest = upstream.addBlob(content);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(upstream.blobRequests()).hasSize(1);
    assertThat(upstream.blobBytesSent()).isEqualTo(content.length);
  }

  @Test
  void goesOnAtTheMissingByteWhenUpstreamBreaksOff() throws Exception {
    byte[] content = random(6 * MIB);
    Digest digest = upstream.addBlob(content);
    upstream.breakAfter(300_000, 5);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(upstream.blobBytesSent()).isLessThan(content.length + 5 * 64 * 1024);
    assertThat(pauses).isNotEmpty();
  }

  @Test
  void goesOnByReadingFromTheStartWhereRangeIsIgnored() throws Exception {
    upstream.ignoreRange();
    byte[] content = random(6 * MIB);
    Digest digest = upstream.addBlob(content);
    upstream.breakAfter(3 * MIB, 1);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(upstream.blobRequests()).hasSize(2);
  }

  @Test
  void givesUpAfterSomeTriesAndTriesAgainForTheNextWhoAsks() throws Exception {
    byte[] content = random(6 * MIB);
    Digest digest = upstream.addBlob(content);
    upstream.breakAfter(100_000, 1000);
    assertThatThrownBy(() -> fetch(digest))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .asInstanceOf(InstanceOfAssertFactories.type(OriginFailure.class))
        .extracting(failure -> failure.error().reason())
        .isEqualTo(OriginReason.UPSTREAM_UNREACHABLE);
    upstream.breakAfter(0, 0);
    assertThat(fetch(digest)).isEqualTo(content);
  }

  @Test
  void commitsNothingWhoseDigestIsWrongAndBeginsAnew() throws Exception {
    byte[] content = random(5 * MIB);
    Digest digest = upstream.addBlob(content);
    byte[] wrong = content.clone();
    wrong[4 * MIB] ^= 1;
    upstream.replaceBlob(digest, wrong);
    assertThatThrownBy(() -> fetch(digest))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("whose digest is");
    assertThat(store.find(digest)).isEmpty();
    long epoch = epochs.get();
    upstream.replaceBlob(digest, content);
    try (LocalBlob blob = blobs.open(ref(digest))) {
      assertThat(blob.epoch()).isGreaterThan(epoch);
      assertThat(read(blob)).isEqualTo(content);
    }
  }

  @Test
  void storesASmallBlobWhole() throws Exception {
    byte[] content = random(MIB);
    Digest digest = upstream.addBlob(content);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(node.find(digest)).isEmpty();
    assertThat(upstream.blobBytesSent()).isEqualTo(MIB);
    assertThat(fetch(upstream.addBlob(new byte[0]))).isEmpty();
  }

  @Test
  void refusesASmallBlobThatIsNotWhatItsDigestSays() {
    Digest digest = upstream.addBlob(random(1000));
    upstream.replaceBlob(digest, random(1001));
    assertThatThrownBy(() -> blobs.open(ref(digest)))
        .isInstanceOf(OriginFailure.class)
        .hasMessageContaining("whose digest is");
    assertThat(store.find(digest)).isEmpty();
  }

  @Test
  void spoolsABlobWhoseLengthUpstreamDoesNotSay() throws Exception {
    upstream.hideLength();
    byte[] content = random(3 * MIB);
    Digest digest = upstream.addBlob(content);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(committed(digest)).isEqualTo(content);
    byte[] small = random(77);
    assertThat(fetch(upstream.addBlob(small))).isEqualTo(small);
    assertThat(dir.resolve("spool")).isEmptyDirectory();
  }

  @Test
  void saysWhatUpstreamSays() {
    Digest unknown = Digest.sha256Of(random(3));
    assertThatThrownBy(() -> blobs.open(ref(unknown)))
        .asInstanceOf(InstanceOfAssertFactories.type(OriginFailure.class))
        .extracting(failure -> failure.error().reason())
        .isEqualTo(OriginReason.NOT_FOUND);
    upstream.down(true);
    assertThatThrownBy(() -> blobs.open(ref(unknown)))
        .asInstanceOf(InstanceOfAssertFactories.type(OriginFailure.class))
        .extracting(failure -> failure.error().reason())
        .isEqualTo(OriginReason.UPSTREAM_FAILED);
  }

  @Test
  void doesNotFetchAgainWhatIsOnDiskAfterARestart() throws Exception {
    byte[] content = random(8 * MIB);
    Digest digest = upstream.addBlob(content);
    Semaphore gate = upstream.holdBlobBytes();
    gate.release(40);
    int attested;
    try (LocalBlob blob = blobs.open(ref(digest))) {
      end(blob, 0);
      blobs.close();
      attested = node.find(digest).orElseThrow().attestedPieces().cardinality();
    }
    assertThat(attested).isPositive();
    shutDown();
    gate.release(1 << 20);
    open(Optional.empty());
    received.set(0);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(received.get()).isLessThanOrEqualTo(content.length - attested * (MIB / 4L));
    assertThat(committed(digest)).isEqualTo(content);
  }

  @Test
  void fetchesEachByteOnceWithinARate() throws Exception {
    shutDown();
    open(Optional.of(new ByteRate(4_000_000)));
    byte[] content = random(4 * MIB);
    Digest digest = upstream.addBlob(content);
    assertThat(fetch(digest)).isEqualTo(content);
    assertThat(upstream.blobBytesSent()).isEqualTo(content.length);
  }

  @Test
  void tellsALengthWithoutFetching() throws Exception {
    Digest digest = upstream.addBlob(random(2 * MIB));
    assertThat(blobs.blobBytes(ref(digest))).isEqualTo(2 * MIB);
    assertThat(upstream.blobRequests()).isEmpty();
  }
}
