package io.shoal.cli.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.cluster.ClusterFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModesTest {

  private static final long BLOB_BYTES = 5L * Sender.BLOCK_BYTES;

  @TempDir Path folder;

  @Test
  void everyModeMovesTheWholeBlob() throws Exception {
    ClusterFolder cluster = ClusterFolder.init(folder.resolve("cluster"));
    try (Sender sender = new Sender(cluster, folder.resolve("origin"), BLOB_BYTES)) {
      Offer offer = Offer.parse(sender.offer().line());
      assertThat(offer).isEqualTo(sender.offer());
      try (Receiver receiver = new Receiver(cluster, folder.resolve("agent"), offer)) {
        for (Mode mode : Mode.values()) {
          assertThat(receiver.run(mode)).as(mode.title()).isPositive();
        }
      }
    }
  }
}
