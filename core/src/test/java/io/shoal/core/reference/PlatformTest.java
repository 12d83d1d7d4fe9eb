package io.shoal.core.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlatformTest {

  @Test
  void aVariantIsMatchedOnlyIfItIsNamed() {
    Platform arm = Platform.parse("linux/arm/v7");

    assertThat(arm.accepts(new Platform("linux", "arm", Optional.of("v7")))).isTrue();
    assertThat(arm.accepts(new Platform("linux", "arm", Optional.of("v6")))).isFalse();
    assertThat(
            Platform.parse("linux/arm64")
                .accepts(new Platform("linux", "arm64", Optional.of("v8"))))
        .isTrue();
  }

  @Test
  void refusesWhatIsNoPlatformAndSaysHowOneIsWritten() {
    assertThatThrownBy(() -> Platform.parse("linux"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linux/arm64");
  }
}
