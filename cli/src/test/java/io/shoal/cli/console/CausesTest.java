package io.shoal.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class CausesTest {

  @Test
  void tellsEachReasonOnce() {
    IOException root = new IOException("the disk is full");
    Exception failure = new IllegalStateException("cannot store", new UncheckedIOException(root));

    assertThat(Causes.text(failure))
        .isEqualTo("cannot store: java.io.IOException: the disk is full");
  }

  @Test
  void explainsWhatTheJdkOnlyNames() {
    assertThat(Causes.text(new NoSuchFileException("/x"))).isEqualTo("no such file: /x");
    assertThat(Causes.text(new BindException("Address already in use")))
        .startsWith("Address already in use (is another process listening there?");
    assertThat(Causes.text(new NullPointerException())).isEqualTo("NullPointerException");
  }
}
