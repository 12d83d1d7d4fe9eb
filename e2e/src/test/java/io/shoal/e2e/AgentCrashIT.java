package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalProcess;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An agent dies without notice in the middle of a pull, and comes back. */
@EndToEnd
class AgentCrashIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void killedAgentGoesOnWithWhatItsDiskHoldsAndTheOthersDoNotNotice(Lab lab) throws IOException {
    TestImage image = lab.mediumImage("shoal-crash");
    TestImage.Blob layer = image.largestLayer();
    int pieceCount = TestImage.pieceCount(layer.bytes());
    ShoalProcess agent = lab.cluster().agent(1);
    DockerDaemon docker = lab.docker(1);
    DockerDaemon other = lab.docker(2);
    agent.stop();
    agent.start(Map.of("SHOAL_AGENT_RATES_DOWNLOAD", "25MB/s"));
    try {
      CompletableFuture<DockerDaemon.Pull> pull = docker.startPull(image, LIMIT);
      CompletableFuture<DockerDaemon.Pull> otherPull = other.startPull(image, LIMIT);
      Await.until(
          "a third of the layer to be on the agent's disk",
          LIMIT,
          () -> blob(agent, layer).path("piecesHave").asInt() >= pieceCount / 3);

      agent.kill();
      Set<Integer> good = goodPieces(agent, layer);
      assertThat(good).hasSizeBetween(pieceCount / 4, pieceCount - 1);
      agent.start();

      DockerDaemon.Pull finished = pull.join();
      assertThat(docker.run(image).strip()).isEqualTo(image.greeting());
      assertThat(finished.messages()).anyMatch(m -> m.contains("Retrying"));
      JsonNode after = blob(agent, layer);
      assertThat(indexes(after.path("recoveredPieces"))).isEqualTo(good);
      assertThat(indexes(after.path("requestedPieces")))
          .isNotEmpty()
          .doesNotContainAnyElementsOf(good);

      assertThat(otherPull.join().messages()).noneMatch(m -> m.contains("Retrying"));
      assertThat(other.run(image).strip()).isEqualTo(image.greeting());
    } catch (AssertionError e) {
      agent.kill();
      agent.start();
      throw e;
    }
  }

  private static JsonNode blob(ShoalProcess agent, TestImage.Blob blob) {
    return agent.json("/shoal/v1/blobs/" + blob.digest());
  }

  /** The pieces in the partial file that are what they should be, whatever the agent knows. */
  private static Set<Integer> goodPieces(ShoalProcess agent, TestImage.Blob blob)
      throws IOException {
    Path partial = agent.store().resolve("partial").resolve("sha256-" + blob.hex());
    Set<Integer> good = new TreeSet<>();
    try (RandomAccessFile file = new RandomAccessFile(partial.toFile(), "r")) {
      for (int piece = 0; piece < TestImage.pieceCount(blob.bytes()); piece++) {
        byte[] expected = TestImage.piece(blob, piece);
        byte[] found = new byte[expected.length];
        file.seek((long) piece * TestImage.pieceBytes(blob.bytes()));
        file.readFully(found);
        if (Arrays.equals(expected, found)) {
          good.add(piece);
        }
      }
    }
    return good;
  }

  private static Set<Integer> indexes(JsonNode array) {
    Set<Integer> indexes = new TreeSet<>();
    array.forEach(index -> indexes.add(index.asInt()));
    return indexes;
  }
}
