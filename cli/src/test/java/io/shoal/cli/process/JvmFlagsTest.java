package io.shoal.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmFlagsTest {

  private static final List<String> OWN = List.of("-Xms16m", "-javaagent:jacoco.jar");

  @TempDir Path home;

  @Test
  void limitsOfTheServerComeBeforeTheUsersFlags() throws Exception {
    Path limits = Files.createDirectories(home.resolve("lib/jvm")).resolve("agent.options");
    Files.writeString(limits, "-Xmx128m\n");
    JvmFlags flags = new JvmFlags(OWN, Optional.of(home), " -Xmx64m  -Xss512k ");

    assertThat(flags.of("agent")).containsExactly("-Xms16m", "@" + limits, "-Xmx64m", "-Xss512k");
  }

  @Test
  void whatHasNoLimitsIsStartedLikeThisProcess() {
    assertThat(new JvmFlags(OWN, Optional.of(home), "-Xmx64m").of("dev-registry"))
        .containsExactly("-Xms16m");
    assertThat(new JvmFlags(OWN, Optional.empty(), "").of("agent")).containsExactly("-Xms16m");
  }
}
