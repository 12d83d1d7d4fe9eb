package io.shoal.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CompletionCommandTest {

  @TempDir Path folder;

  @Command(name = "shoal")
  static final class Root {}

  @Command(name = "greet")
  static final class Greet implements Runnable {
    @Option(names = "--loudly")
    boolean loudly;

    @Override
    public void run() {}
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertThat(inBash("COMP_WORDS=(shoal gr); COMP_CWORD=1")).contains("greet");
    assertThat(inBash("COMP_WORDS=(shoal greet --lo); COMP_CWORD=2")).contains("--loudly");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "ZSH"})
  void everyShellGetsAScript(String shell) {
    assertThat(script(shell)).contains("complete", "greet");
  }

  private String inBash(String words) throws IOException, InterruptedException {
    Path script = folder.resolve("completion");
    Files.writeString(
        script, script("bash") + "\n" + words + "\n_complete_shoal\necho \"${COMPREPLY[@]}\"\n");
    Process bash = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes());
    assertThat(bash.waitFor()).as(said).isZero();
    return said;
  }

  private static String script(String shell) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(new Root())
            .addSubcommand(new Greet())
            .addSubcommand(new CompletionCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out, true));
    assertThat(line.execute("completion", shell)).isZero();
    return out.toString();
  }
}
