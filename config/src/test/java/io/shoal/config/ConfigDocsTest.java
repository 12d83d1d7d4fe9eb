package io.shoal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigDocsTest {

  @Test
  void writesOneRowPerKeyAndPerKeyOfAMapEntry() {
    String page =
        ConfigDocs.page(
            "# Configuration",
            List.of(new ConfigDocs.Section("test", ConfigLoaderTest.Sample.class, "SHOAL_TEST")));
    assertThat(page)
        .startsWith("# Configuration\n\n## test\n\n| Key |")
        .contains(
            "| `listen` | host:port | `127.0.0.1:4600` | Where to listen. | `SHOAL_TEST_LISTEN` |")
        .contains("| `store.dir` | a path | **required** | Where blobs lie. |")
        .contains("| `store.quota` | a size such as 64MiB | none | Most bytes. |")
        .contains("| `upstreams.default` | text | `docker.io` | The default. |")
        .contains("| `upstreams.registries.<name>.url` |")
        .contains("| `SHOAL_TEST_STORE_SHARE_OF_DISK` |".substring(2))
        .contains("| `log.format` | human or json | `human` | How lines look. |");
  }
}
