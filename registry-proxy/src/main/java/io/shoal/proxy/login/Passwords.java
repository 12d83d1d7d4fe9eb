package io.shoal.proxy.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Checks passwords. A check is dear, as it has to be, so no more than one is made at a time; what
 * was right is remembered for a while, as a keyed hash, because clients send it with every request.
 * After some failures a user is not checked for a while: guessing does not come cheaper than that.
 * Thread-safe.
 */
final class Passwords {

  private static final int MAX_REMEMBERED = 1000;
  private static final int MAX_FAILING = 1000;
  private static final int FAILURES_ALLOWED = 10;
  private static final Duration FAILURES_COUNT = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Nobody's: a user who does not exist must not be told apart by how fast he is refused. */
  private static final String NOBODYS =
      "$2y$10$abcdefghijklmnopqrstuuTZ8AZvEvQT2xoxw1uGz8D5Oav.wvTZK";

  private static final String NOBODY = "";

  /** What a check comes to. */
  sealed interface Verdict {
    /** It is the user's password. */
    record Right() implements Verdict {}

    /** It is not, or there is no such user. */
    record Wrong() implements Verdict {}

    /** It was not checked; to be asked again later. */
    record NotNow(Duration pause) implements Verdict {}
  }

  private record Failures(int count, long sinceNanos) {}

  private final UserFile users;
  private final LongSupplier nanoClock;
  private final Semaphore checks = new Semaphore(1, true);
  private final SecretKeySpec key;
  private final Map<Digest, Boolean> right = bounded(MAX_REMEMBERED);
  private final Map<String, Failures> failing = bounded(MAX_FAILING);

  Passwords(UserFile users, LongSupplier nanoClock) {
    this.users = users;
    this.nanoClock = nanoClock;
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    this.key = new SecretKeySpec(secret, "HmacSHA256");
  }

  private static <K, V> Map<K, V> bounded(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  Verdict check(String user, String password) throws InterruptedException {
    Optional<String> hash = users.hash(user);
    // With the hash in it, a password that was changed is not remembered.
    Digest seen = keyed(user + "\n" + hash.orElse(NOBODYS) + "\n" + password);
    synchronized (this) {
      if (right.containsKey(seen)) {
        return new Verdict.Right();
      }
    }
    // Names that do not exist count as one, or else inventing them would push others out.
    String counted = hash.isPresent() ? user : NOBODY;
    Optional<Duration> wait = mustWait(counted);
    if (wait.isPresent()) {
      return new Verdict.NotNow(wait.get());
    }
    if (!checks.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      return new Verdict.NotNow(PATIENCE);
    }
    boolean matches;
    try {
      matches = OpenBSDBCrypt.checkPassword(hash.orElse(NOBODYS), password.toCharArray());
    } finally {
      checks.release();
    }
    return judged(counted, seen, matches && hash.isPresent());
  }

  private synchronized Verdict judged(String user, Digest seen, boolean isRight) {
    if (isRight) {
      right.put(seen, true);
      failing.remove(user);
      return new Verdict.Right();
    }
    long now = nanoClock.getAsLong();
    Failures before = failing.get(user);
    failing.put(
        user,
        before == null || isOver(before, now)
            ? new Failures(1, now)
            : new Failures(before.count + 1, before.sinceNanos));
    return new Verdict.Wrong();
  }

  private synchronized Optional<Duration> mustWait(String user) {
    long now = nanoClock.getAsLong();
    Failures failures = failing.get(user);
    return failures == null || failures.count < FAILURES_ALLOWED || isOver(failures, now)
        ? Optional.empty()
        : Optional.of(FAILURES_COUNT.minusNanos(now - failures.sinceNanos));
  }

  private static boolean isOver(Failures failures, long now) {
    return now - failures.sinceNanos >= FAILURES_COUNT.toNanos();
  }

  private Digest keyed(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Digest.of(HashAlgorithm.SHA256, mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no HMAC-SHA-256", e);
    }
  }
}
