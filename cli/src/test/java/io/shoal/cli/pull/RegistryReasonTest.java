package io.shoal.cli.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegistryReasonTest {

  @Test
  void isTheFirstMessageOfTheProtocolsForm() {
    assertThat(
            RegistryReason.of(
                "{\"errors\": [{\"code\": \"DENIED\", \"message\": \"not yours\"}, {}]}"))
        .isEqualTo("not yours");
  }

  @Test
  void isWhateverElseWasSaidCutShort() {
    assertThat(RegistryReason.of(" bad gateway\n")).isEqualTo("bad gateway");
    assertThat(RegistryReason.of("{\"detail\": 7}")).isEqualTo("{\"detail\": 7}");
    assertThat(RegistryReason.of("")).isEqualTo("(no reason given)");
    assertThat(RegistryReason.of("x".repeat(1000))).hasSize(303);
  }
}
