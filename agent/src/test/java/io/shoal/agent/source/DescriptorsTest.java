package io.shoal.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DescriptorsTest {

  private static final Digest CONFIG = Digest.sha256Of(new byte[1]);
  private static final Digest LAYER = Digest.sha256Of(new byte[2]);

  private static Map<Digest, Long> read(String json) throws IOException {
    Map<Digest, Long> found = new TreeMap<>();
    Descriptors.read(json.getBytes(StandardCharsets.UTF_8), found::put);
    return found;
  }

  @Test
  void findsWhatAManifestNames() throws Exception {
    assertThat(
            read(
                """
                {"schemaVersion": 2, "size": 7,
                 "config": {"digest": "%s", "size": 12, "annotations": {"size": "x"}},
                 "layers": [{"size": 5000000000, "platform": {"os": "linux"}, "digest": "%s"}]}
                """
                    .formatted(CONFIG, LAYER)))
        .containsExactlyInAnyOrderEntriesOf(Map.of(CONFIG, 12L, LAYER, 5_000_000_000L));
  }

  @Test
  void ignoresWhatMakesNoSense() throws Exception {
    assertThat(read("{\"digest\":\"sha256:x\",\"size\":1}")).isEmpty();
    assertThat(read("{\"digest\":\"%s\",\"size\":-1}".formatted(LAYER))).isEmpty();
    assertThat(read("{\"digest\":\"%s\",\"size\":1e3}".formatted(LAYER))).isEmpty();
    assertThat(read("{\"digest\":\"%s\",\"size\":99999999999999999999}".formatted(LAYER)))
        .isEmpty();
    assertThat(read("[\"digest\", 5, {}]")).isEmpty();
    assertThat(read("")).isEmpty();
  }

  @Test
  void saysWhatIsNoJson() {
    assertThatThrownBy(() -> read("{")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("{\"a\":".repeat(10_000))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("\u0000")).isInstanceOf(IOException.class);
  }
}
