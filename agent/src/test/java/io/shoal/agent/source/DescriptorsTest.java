package io.shoal.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
  void tellsLayersFromWhatElseAManifestNames() throws Exception {
    String json =
        """
        {"subject": {"layers": [{"digest": "%1$s"}]}, "config": {"digest": "%1$s"},
         "layers": [{"annotations": {"digest": "%1$s"}, "digest": "%2$s"}, {"digest": "none"},
          {"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar", "digest": "%1$s"}],
         "annotations": {"layers": "x"}}
        """
            .formatted(CONFIG, LAYER);
    assertThat(Descriptors.layers(json.getBytes(StandardCharsets.UTF_8))).containsExactly(LAYER);
    for (String none : List.of("[]", "{}", "{\"layers\": {\"a\": []}}", "{\"layers\": [1, []]}")) {
      assertThat(Descriptors.layers(none.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
    assertThatThrownBy(() -> Descriptors.layers("{\"layers\": [".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
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
