package io.shoal.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void thePageInTheDocumentationIsTheOneOfThisCode() throws IOException {
    assertThat(Files.readString(PAGE))
        .as("stale; run: ./shoal configuration-page > docs/configuration.md")
        .isEqualTo(ConfigurationPage.markdown());
  }

  @Test
  void everyServerHasASection() {
    assertThat(ConfigurationPage.markdown())
        .contains("## agent", "## tracker", "## registry-proxy")
        .contains("`SHOAL_AGENT_STORE_QUOTA`", "`SHOAL_TRACKER_HEARTBEAT`");
  }
}
