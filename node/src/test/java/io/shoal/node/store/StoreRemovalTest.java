package io.shoal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.node.store.StoreFixture.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreRemovalTest {

  @TempDir Path root;

  @Test
  void aStoreGoesWhenNobodyUsesItAndWhatIsBesideItStays() throws Exception {
    Path dir = root.resolve("store");
    Path other = dir.resolve("of-somebody-else");
    try (StoreFixture fixture = new StoreFixture(root, StoreFixture.quota(1_000_000))) {
      Files.writeString(other, "stays");
      fixture.put(Sample.of(1, 5000));
      assertThatThrownBy(() -> StoreRemoval.remove(dir)).hasMessageContaining("in use");
      fixture.put(Sample.of(2, 5000));
    }

    StoreRemoval.remove(dir);
    StoreRemoval.remove(dir);

    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left).containsExactly(other);
    }
  }
}
