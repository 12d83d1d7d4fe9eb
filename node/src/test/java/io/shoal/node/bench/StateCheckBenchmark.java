package io.shoal.node.bench;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.OriginKey;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.node.integrity.KnownStates;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.PieceCheck;
import io.shoal.node.integrity.StateHasher;
import io.shoal.node.integrity.TrustedOrigins;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Checking one piece of 1 MiB by the states around it, and the signature over a batch of states.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StateCheckBenchmark {

  private static final int PIECE_BYTES = 1 << 20;

  private final byte[] blob = new byte[3 * PIECE_BYTES];
  private final OriginSigner signer = new OriginSigner(OriginKey.generate());
  private final TrustedOrigins trusted = new TrustedOrigins(List.of(signer.publicKey()));
  private KnownStates states;
  private SignedStates batch;

  @Setup
  public void hash() {
    new SplittableRandom(1).nextBytes(blob);
    PieceLayout layout = new PieceLayout(blob.length, PIECE_BYTES);
    Digest digest = Digest.sha256Of(blob);
    states = new KnownStates(digest, layout);
    StateHasher hasher = StateHasher.start(HashAlgorithm.SHA256);
    hasher.update(ByteBuffer.wrap(blob, 0, PIECE_BYTES));
    StateEntry first = new StateEntry(0, hasher.state());
    hasher.update(ByteBuffer.wrap(blob, PIECE_BYTES, PIECE_BYTES));
    StateEntry second = new StateEntry(1, hasher.state());
    states.add(0, first.state());
    states.add(1, second.state());
    batch = signer.sign(digest, 1, layout, List.of(first, second));
  }

  @Benchmark
  public boolean piece() {
    PieceCheck check = states.check(1).orElseThrow();
    check.update(ByteBuffer.wrap(blob, PIECE_BYTES, PIECE_BYTES));
    return check.passes();
  }

  /** The ceiling: the same bytes through a plain SHA-256. */
  @Benchmark
  public byte[] bareSha256() {
    MessageDigest digest = HashAlgorithm.SHA256.newMessageDigest();
    digest.update(blob, PIECE_BYTES, PIECE_BYTES);
    return digest.digest();
  }

  @Benchmark
  public boolean signature() {
    return trusted.accepts(batch);
  }
}
