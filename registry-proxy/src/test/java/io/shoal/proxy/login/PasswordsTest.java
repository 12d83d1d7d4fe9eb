package io.shoal.proxy.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordsTest {

  /** What the crypt function of the C library makes of {@code s3cret}, as htpasswd -B does. */
  private static final String OF_LIBC =
      "$2y$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK";

  @TempDir Path dir;

  private final AtomicLong now = new AtomicLong();
  private Path file;
  private Passwords passwords;

  private static String hash(String password) {
    byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    return OpenBSDBCrypt.generate("2y", password.toCharArray(), salt, 4);
  }

  @BeforeEach
  void start() throws Exception {
    file = dir.resolve("users");
    write("# users\n\nci:" + hash("s3cret") + "\nme:" + hash("other") + "\n", 1);
    passwords = new Passwords(new UserFile(file), now::get);
  }

  private void write(String text, long version) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(version)));
  }

  private boolean isRight(String user, String password) throws Exception {
    return passwords.check(user, password) instanceof Passwords.Verdict.Right;
  }

  @Test
  void knowsItsUsersAndNobodyElse() throws Exception {
    assertThat(isRight("ci", "s3cret")).isTrue();
    assertThat(isRight("ci", "s3cret")).isTrue();
    assertThat(isRight("ci", "other")).isFalse();
    assertThat(isRight("me", "s3cret")).isFalse();
    assertThat(isRight("nobody", "s3cret")).isFalse();
    assertThat(isRight("", "")).isFalse();
  }

  @Test
  void readsHashesThatOtherProgramsMade() throws Exception {
    write("ci:" + OF_LIBC, 2);
    assertThat(isRight("ci", "s3cret")).isTrue();
    assertThat(isRight("ci", "s3crets")).isFalse();
  }

  @Test
  void aChangedFileCountsAtOnceAndABrokenOneDoesNot() throws Exception {
    assertThat(isRight("ci", "s3cret")).isTrue();
    write("ci:" + hash("changed") + "\n", 2);
    assertThat(isRight("ci", "s3cret")).isFalse();
    assertThat(isRight("ci", "changed")).isTrue();
    assertThat(isRight("me", "other")).isFalse();
    write("nonsense", 3);
    assertThat(isRight("ci", "changed")).isTrue();
    Files.delete(file);
    assertThat(isRight("ci", "changed")).isTrue();
  }

  @Test
  void guessingEndsAfterSomeFailuresAndForThatUserOnly() throws Exception {
    assertThat(isRight("ci", "s3cret")).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(passwords.check("ci", "guess" + i)).isInstanceOf(Passwords.Verdict.Wrong.class);
    }
    assertThat(passwords.check("ci", "guess")).isInstanceOf(Passwords.Verdict.NotNow.class);
    assertThat(passwords.check("me", "other")).isInstanceOf(Passwords.Verdict.Right.class);
    // Whoever has shown the right one before is not locked out by strangers.
    assertThat(isRight("ci", "s3cret")).isTrue();
    now.addAndGet(60_000_000_000L);
    assertThat(passwords.check("ci", "guess")).isInstanceOf(Passwords.Verdict.Wrong.class);
  }

  @Test
  void namesThatAreInventedCountAsOne() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(passwords.check("x" + i, "y")).isInstanceOf(Passwords.Verdict.Wrong.class);
    }
    assertThat(passwords.check("z", "y")).isInstanceOf(Passwords.Verdict.NotNow.class);
    assertThat(isRight("me", "other")).isTrue();
  }

  @Test
  void refusesFilesItCannotUseWithoutShowingWhatStandsThere() throws Exception {
    for (String line : new String[] {"ci", "ci:s3cret", "ci:$apr1$x$s3cret", "a b:" + hash("x")}) {
      write("# ok\n" + line + "\n", 4);
      assertThatThrownBy(() -> new UserFile(file))
          .hasMessageContaining("line 2")
          .hasMessageNotContaining("s3cret");
    }
    write("ci:" + hash("a") + "\nci:" + hash("b"), 5);
    assertThatThrownBy(() -> new UserFile(file)).hasMessageContaining("line 2");
    write("ci:" + hash("a").replace("$04$", "$31$"), 6);
    assertThatThrownBy(() -> new UserFile(file)).hasMessageContaining("cost");
  }
}
